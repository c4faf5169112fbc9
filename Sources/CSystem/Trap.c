#define _GNU_SOURCE
#include "CSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* All of this is read in a signal handler: plain memory, set before it is needed,
   and only functions that signal-safety(7) lists. */

/* Where the message lies, in order: in memory, or in a file. */
struct piece {
  const void *bytes;
  int file;
  off_t length;
};

static const struct csystem_trap *volatile settings;
static volatile struct piece pieces[CSYSTEM_TRAP_PIECES];
static volatile sig_atomic_t all_read;
static volatile sig_atomic_t output_started;
static volatile sig_atomic_t crashes;
/* The thread that reads stdin and writes stdout, and nobody else does. */
static volatile pid_t owner;
/* While it takes bytes from stdin that no piece has yet. */
static volatile sig_atomic_t is_held;
/* A signal came meanwhile. */
static volatile sig_atomic_t is_due;
/* Another thread crashed and told the owner. */
static volatile sig_atomic_t is_told;
static char stack[64 << 10] __attribute__((aligned(16)));
static char chunk[64 << 10];

enum { TEMPORARY_FAILURE = 75 };

/* Waits where somebody made a descriptor non-blocking. */
static int is_worth_another_try(int descriptor, short events) {
  if (errno == EINTR) return 1;
  if (errno != EAGAIN) return 0;
  struct pollfd one = {.fd = descriptor, .events = events};
  return poll(&one, 1, -1) >= 0 || errno == EINTR;
}

static int write_all(int descriptor, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(descriptor, bytes, count);
    if (written < 0) {
      if (is_worth_another_try(descriptor, POLLOUT)) continue;
      return -1;
    }
    bytes += written;
    count -= (size_t)written;
  }
  return 0;
}

static int write_file(int to, int file, off_t length) {
  for (off_t position = 0; position < length;) {
    size_t wanted = sizeof chunk;
    if ((off_t)wanted > length - position) wanted = (size_t)(length - position);
    ssize_t count = pread(file, chunk, wanted, position);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0 || write_all(to, chunk, (size_t)count) != 0) return -1;
    position += count;
  }
  return 0;
}

/* What was held of the message. */
static int write_held(int to) {
  for (size_t index = 0; index < CSYSTEM_TRAP_PIECES; index++) {
    struct piece piece = pieces[index];
    int result = piece.bytes != NULL ? write_all(to, piece.bytes, (size_t)piece.length)
                                     : write_file(to, piece.file, piece.length);
    if (result != 0) return -1;
  }
  return 0;
}

/* What is still to come on stdin. Where the second cannot be written it becomes -1:
   a spool that is full must not keep the message from passing through. */
static int write_rest(int first, int *second) {
  while (!all_read) {
    ssize_t count = read(0, chunk, sizeof chunk);
    if (count < 0) {
      if (is_worth_another_try(0, POLLIN)) continue;
      return -1;
    }
    if (count == 0) break;
    if (write_all(first, chunk, (size_t)count) != 0) return -1;
    if (*second >= 0 && write_all(*second, chunk, (size_t)count) != 0) *second = -1;
  }
  return 0;
}

static void say(const char *line) {
  /* A line that nobody reads must not hold the message up. */
  struct pollfd one = {.fd = 2, .events = POLLOUT};
  if (poll(&one, 1, 0) == 1) (void)!write(2, line, strlen(line));
}

/* Ends the process: the message has passed on, or is handed back. */
static void save(void) __attribute__((noreturn));
static void save(void) {
  const struct csystem_trap *trap = settings;
  if (crashes++ > 0 || output_started || trap->is_strict) _exit(TEMPORARY_FAILURE);

  /* The entry is written under a temporary name, so that half of it is none. */
  int directory = -1, entry = -1;
  char name[300];
  if (trap->spool_directory != NULL && strlen(trap->spool_entry) < 250) {
    strcpy(name, ".tmp-");
    strcat(name, trap->spool_entry);
    directory = open(trap->spool_directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory >= 0) {
      /* One that was being written when we were interrupted goes on no more. */
      unlinkat(directory, name, 0);
      entry = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
    }
    if (entry >= 0 &&
        (write_all(entry, trap->spool_header, trap->spool_header_length) != 0 ||
         write_held(entry) != 0))
      entry = -1;
  }
  int sink = trap->has_output ? 1 : open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (write_held(sink) != 0 || write_rest(sink, &entry) != 0) {
    if (directory >= 0) unlinkat(directory, name, 0);
    _exit(TEMPORARY_FAILURE);
  }
  int is_kept = entry >= 0 && fsync(entry) == 0 &&
                renameat(directory, name, directory, trap->spool_entry) == 0 &&
                fsync(directory) == 0;
  if (!is_kept && directory >= 0) unlinkat(directory, name, 0);
  if (trap->has_output && close(1) != 0) _exit(TEMPORARY_FAILURE);
  say(is_kept ? "crm-mailfilter: internal error: the message was passed on and waits in the spool\n"
              : "crm-mailfilter: internal error: the message was passed on and is not tracked\n");
  _exit(0);
}

static void crashed(int number, siginfo_t *information, void *context) {
  (void)context;
  if (syscall(SYS_gettid) != owner) {
    /* The owner may be reading or writing at this moment. It is interrupted, and
       goes on from where it knows to be; this thread does nothing any more. */
    is_told = 1;
    syscall(SYS_tgkill, getpid(), owner, number);
    for (;;) pause();
  }
  if (number == SIGXCPU) {
    /* The kernel says it each second. What is being written goes on: it takes little. */
    signal(SIGXCPU, SIG_IGN);
    if (output_started) return;
    if (!is_held) save();
    is_due = 1;
    return;
  }
  if (is_held) {
    /* A call of abort(3), or an instruction of our own that failed: it cannot be
       told what was taken from stdin. */
    if (information->si_code > 0 || (information->si_pid == getpid() && !is_told))
      _exit(TEMPORARY_FAILURE);
    is_due = 1;
    return;
  }
  save();
}

/* The kernel says SIGXCPU at the soft limit of processor time and kills at the hard one: where both are
   one, as `ulimit -t` sets them, it never says anything. Then a timer says it half a second before. */
static void watch_processor_time(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_CPU, &limit) != 0 || limit.rlim_max == RLIM_INFINITY) return;
  if (limit.rlim_cur < limit.rlim_max || limit.rlim_max == 0) return;
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGXCPU};
  timer_t timer;
  if (timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &timer) != 0) return;
  struct itimerspec end = {
      .it_value = {.tv_sec = (time_t)limit.rlim_max - 1, .tv_nsec = 500 * 1000 * 1000}};
  timer_settime(timer, TIMER_ABSTIME, &end, NULL);
}

void csystem_trap_arm(const struct csystem_trap *trap) {
  settings = trap;
  owner = (pid_t)syscall(SYS_gettid);
  stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
  sigaltstack(&alternate, NULL);
  struct sigaction action = {
      .sa_sigaction = crashed, .sa_flags = SA_ONSTACK | SA_NODEFER | SA_SIGINFO};
  sigset_t ours;
  sigemptyset(&ours);
  static const int numbers[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS,
                                SIGFPE, SIGABRT, SIGSYS, SIGXCPU};
  for (size_t index = 0; index < sizeof numbers / sizeof numbers[0]; index++) {
    sigaction(numbers[index], &action, NULL);
    sigaddset(&ours, numbers[index]);
  }
  /* One that whoever started us left blocked would kill us past the handler. */
  sigprocmask(SIG_UNBLOCK, &ours, NULL);
  watch_processor_time();
}

void csystem_trap_piece(size_t index, const void *bytes, int file, off_t length) {
  if (index >= CSYSTEM_TRAP_PIECES) return;
  /* Never a length that is longer than what the place has. */
  if (length < pieces[index].length) pieces[index].length = length;
  pieces[index].file = file;
  pieces[index].bytes = bytes;
  pieces[index].length = length;
}

void csystem_trap_hold(void) { is_held = 1; }

void csystem_trap_release(void) {
  is_held = 0;
  if (is_due) save();
}

void csystem_trap_all_read(void) { all_read = 1; }

void csystem_trap_output_started(void) { output_started = 1; }
