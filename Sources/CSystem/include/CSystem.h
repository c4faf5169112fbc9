/* What Swift cannot call or do itself: variadic functions, the arguments of a
   process without /proc, queueing on a lock with a deadline, the crash trap, and
   SHA-256, for which processors have instructions. */
#ifndef CSYSTEM_H
#define CSYSTEM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The arguments as the kernel gave them: Swift's own need /proc, which a chroot
   of a mail host may not have. */
int csystem_argc(void);
char *const *csystem_argv(void);

/* Opens /dev/null on each of the descriptors 0, 1 and 2 that is closed, so that
   no file of ours can take its place and receive a message or a diagnostic.
   Returns a mask of those that were closed: 1 << descriptor. */
int csystem_guard_descriptors(void);

/* SIGPIPE and SIGXFSZ become errors of the call: EPIPE and EFBIG. */
void csystem_ignore_signals(void);

/* One line to the system log, facility mail. Unlike syslog(3) it never waits: a log
   that nobody reads must not hold mail up, and the line stands on stderr, too. */
void csystem_log(int priority, const char *line);

/* Before SQLite is used: it does not count its memory, for which it takes a lock
   at each allocation; it sleeps no longer than the thread may wait; and it opens no
   FIFO, which would hold it for ever. */
void csystem_configure_sqlite(void);

/* Switches an open sqlite3 *: no checkpoint at close, defensive, an untrusted
   schema, no triggers. Returns a SQLite result code. */
int csystem_configure_database(void *database);

/* Runs statements that give nothing back on an open sqlite3 *. Returns a SQLite
   result code. */
int csystem_execute(void *database, const char *sql);

/* Values for a prepared sqlite3_stmt *; parameters count from 1. Text and bytes are
   copied, but for bytes that are kept, which stay where they are until the statement
   has run; a NUL ends a text. Each returns a SQLite result code. */
int csystem_bind_null(void *statement, int parameter);
int csystem_bind_integer(void *statement, int parameter, int64_t value);
int csystem_bind_text(void *statement, int parameter, const void *bytes, size_t count);
int csystem_bind_bytes(void *statement, int parameter, const void *bytes, size_t count, int is_kept);

/* The next row of a prepared sqlite3_stmt *: SQLITE_ROW (100), SQLITE_DONE (101) or
   another SQLite result code. */
int csystem_step(void *statement);

/* Makes a prepared sqlite3_stmt * ready for another run. */
void csystem_reset(void *statement);

/* What stands in a column, from 0, of the row that a prepared sqlite3_stmt * is at; text
   and bytes until the next step. NULL for a null, which as an integer is 0. */
int64_t csystem_column_integer(void *statement, int column);
int csystem_column_is_null(void *statement, int column);
const void *csystem_column_text(void *statement, int column, size_t *count);

/* No longer has anybody asked about each statement of an open sqlite3 *. */
void csystem_drop_authorizer(void *database);

/* Has each commit of an open sqlite3 * note how many pages are in the write-ahead
   log then. The place must last as long as the database. */
void csystem_note_log(void *database, int *frames);

/* Whether a file lies where several machines may write it: SQLite's write-ahead
   log shares memory among its users, and so is unsafe there. */
int csystem_is_on_network(const char *path);

/* By when this thread waits no more for locks, its own and SQLite's, whatever their
   deadlines: a time of CLOCK_MONOTONIC in nanoseconds, INT64_MAX for none. Returns
   what held before. An interrupted process ends all waiting within a second. */
int64_t csystem_end_waiting(int64_t end);

/* Sleeps a little, longer with each try, up to 50 ms, and not beyond that end. 0 where
   it has come: what is waited for is given up. */
int csystem_wait_a_little(int tries);

/* Sleeps, and not beyond that end. */
void csystem_sleep(int64_t nanoseconds);

/* Waits for an exclusive flock(2) until CLOCK_MONOTONIC reaches a time in
   nanoseconds. Returns 0 or an errno; ETIMEDOUT at the deadline. */
int csystem_lock_until(int descriptor, int64_t deadline);

/* The same, in the order in which they came: the kernel wakes the one that waited
   longest, but whoever runs just then is faster, and under load somebody is
   overtaken hundreds of times. So each takes a place in a queue before, a lock
   (F_OFD_SETLK) on the byte that is numbered like the moment, and waits until
   the place before it is given up; the kernel does that for one that dies. The
   order is a courtesy, the flock what excludes the others. */
int csystem_queue_until(int descriptor, int64_t deadline);

/* Whether somebody else has a place in the queue, 1 or 0. */
int csystem_is_waited_for(int descriptor);

/* CLOCK_MONOTONIC and CLOCK_REALTIME in nanoseconds. */
int64_t csystem_monotonic(void);
int64_t csystem_realtime(void);

/* How many columns the terminal of a descriptor has; 0 where it is none or does
   not say. */
int csystem_terminal_columns(int descriptor);

/* The environment, as posix_spawn(3) takes it. */
char *const *csystem_environment(void);

/* Starts a program in the root folder, with pipes for its standard input and output, no
   other descriptor of ours but perhaps standard error, no environment but the given, the
   usual signals, and a process group of its own. Our ends of the pipes never block.
   Returns 0 or an errno. */
int csystem_spawn(
    const char *path, char *const *environment, int keeps_errors, pid_t *process, int *input,
    int *output);

/* Starts a program that is found as a shell would, with its arguments, in this folder and a
   process group of its own: its standard input is /dev/null, its output and its errors are pipes,
   whose other ends never block, and it gets no other descriptor of ours. Where this process
   group has the terminal, that one has it from then on, so that it may ask somebody; terminal
   is -1 else. Returns 0 or an errno. */
int csystem_run(
    char *const *arguments, char *const *environment, pid_t *process, int *output, int *errors,
    int *terminal);

/* Gives the terminal back to this process group, and closes it. */
void csystem_take_terminal(int terminal);

/* Writes nothing of this process's memory to disk when it crashes, and lets no process of
   the same user read it, until it ends. Where the system refuses that, it is left. */
void csystem_hide_memory(void);
/* Whether that was done, 1 or 0. */
int csystem_hides_memory(void);

/* Makes bytes unreadable that were secret. */
void csystem_wipe(void *bytes, size_t count);

/* Makes all that was written to the file system of a descriptor survive a power
   cut. Returns 0 or an errno. */
int csystem_sync_filesystem(int descriptor);

/* Where some bytes first occur among others; NULL where they do not. */
const void *csystem_find(const void *bytes, size_t count, const void *part, size_t part_count);

/* SIGINT, SIGTERM and SIGHUP set a flag instead of ending the process; the second
   of them ends it. */
void csystem_catch_interrupts(void);
int csystem_is_interrupted(void);

/* rename(2) that never replaces. Returns 0 or an errno. */
int csystem_rename_new(const char *from, const char *to);

/* Expands what gzip(1), zstd(1) and lz4(1) compress, by their libraries, which are
   loaded when they are first needed: a mailbox that is not compressed needs none. */
enum { CSYSTEM_GZIP, CSYSTEM_ZSTD, CSYSTEM_LZ4 };
struct csystem_expander;
/* 0; 1: the library is not there; 2: no memory. For LZ4, whose blocks need no
   state, the expander is NULL. From any thread. */
int csystem_expander_open(int kind, struct csystem_expander **expander);
/* Takes some of the input and gives some output. 0: it goes on; 1: a stream ended,
   and another may begin; -1: it is damaged. */
int csystem_expander_run(
    struct csystem_expander *expander, const void *in, size_t in_count, size_t *taken, void *out,
    size_t room, size_t *given);
void csystem_expander_close(struct csystem_expander *expander);
/* Expands one block of LZ4. The length, negative where it is damaged or larger. */
long csystem_expand_lz4(const void *in, size_t in_count, void *out, size_t room);

/* Certificates and signatures by libcrypto of OpenSSL 3, which is loaded when it is
   first needed. */
enum {
  CSYSTEM_SIGN_NO_LIBRARY = 1,
  CSYSTEM_SIGN_NO_CERTIFICATE, /* no certificate in PEM */
  CSYSTEM_SIGN_NO_KEY,         /* no private key in PEM, or an encrypted one */
  CSYSTEM_SIGN_OTHER_KIND,     /* no RSA key */
  CSYSTEM_SIGN_OTHER_KEY,      /* the key is not the certificate's */
  CSYSTEM_SIGN_FAILED
};
/* The fingerprints of a certificate, and how long it holds yet. Returns 0, or what is
   wrong with it or its key. */
int csystem_read_certificate(
    const void *certificate_pem, size_t certificate_count, const void *key_pem, size_t key_count,
    uint8_t sha1[20], uint8_t sha256[32], int64_t *seconds_left);
/* Signs by RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017). The length is first the room, then
   that of the signature. Returns 0, or what is wrong. */
int csystem_sign(
    const void *key_pem, size_t key_count, const void *bytes, size_t count, uint8_t *signature,
    size_t *length);

/* Variadic functions of a library that is loaded when it is first needed, libcurl:
   curl_easy_setopt(3) and curl_easy_getinfo(3), with a value of the given type. A
   64-bit number (curl_off_t) is a long here. Each returns what the function returns. */
typedef int (*csystem_option_call)(void *handle, int option, ...);
int csystem_set_pointer(csystem_option_call call, void *handle, int option, const void *value);
int csystem_set_long(csystem_option_call call, void *handle, int option, long value);
int csystem_get_long(csystem_option_call call, void *handle, int option, long *value);

/* SHA-256 (FIPS 180-4), by the processor's own instructions where it has them.
   A library for this alone took most of the build. A plain value: a copy goes on
   by itself. */
struct csystem_sha256 {
  uint32_t state[8];
  uint64_t count; /* bytes so far */
  uint8_t block[64]; /* what does not fill a block yet */
  int is_portable; /* 1: not by the processor's instructions, for the tests */
};
struct csystem_sha256 csystem_sha256_begin(void);
void csystem_sha256_update(struct csystem_sha256 *hash, const void *bytes, size_t count);
/* The digest; the hash is used up. */
void csystem_sha256_end(struct csystem_sha256 *hash, uint8_t digest[32]);

/* Keeps the dispatch queue on which this runs until the process ends. Where one that
   GRDB made is given up, libdispatch starts a thread to take it apart, waits for
   ever where none is to be had, and crashes where no descriptor is. */
void csystem_keep_queue(void);

/* The crash trap: whatever stops the program before its output starts (a Swift
   trap, a null pointer, an overflowed stack, memory that cannot be had), the
   message still passes through, exit 0; strict: 75 and nothing written. Where a
   spool is named, the message is kept there too.

   It is armed by the thread that reads stdin and writes stdout, its owner: whichever
   thread crashes, the owner alone saves the message. It is told where the message
   lies as it arrives, and told when output starts: from then on a crash is 75.
   It holds for the end of processor time, too (SIGXCPU, at the soft limit, or half a
   second before the hard one where there is no lower). */
struct csystem_trap {
  int is_strict;
  int has_output; /* 0 under --no-output */
  const char *spool_directory; /* NULL: none */
  const char *spool_entry; /* the name that the entry would have there */
  const char *spool_header; /* what the entry begins with */
  size_t spool_header_length;
};
/* The settings must last as long as the process. */
void csystem_trap_arm(const struct csystem_trap *trap);

/* In so many pieces a message may lie. */
enum { CSYSTEM_TRAP_PIECES = 128 };
/* What a piece of the message has, in memory, or (NULL) at the start of a file. A piece
   that becomes longer keeps the bytes that it had. */
void csystem_trap_piece(size_t index, const void *bytes, int file, off_t length);

/* Around taking bytes from stdin, until a piece has them: what comes from outside
   meanwhile is served at the end; a crash of our own is 75. */
void csystem_trap_hold(void);
void csystem_trap_release(void);

void csystem_trap_all_read(void);
void csystem_trap_output_started(void);

#endif
