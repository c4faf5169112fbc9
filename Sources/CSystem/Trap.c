#define _GNU_SOURCE
#include "CSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* All of this is read in a signal handler: plain memory, set before it is needed,
   and only functions that signal-safety(7) lists. */
static struct csystem_trap settings;
static const void *volatile memory;
static volatile size_t memory_length;
static volatile int file = -1;
static volatile off_t file_length;
static volatile sig_atomic_t all_read;
static volatile sig_atomic_t output_started;
static volatile sig_atomic_t crashes;
static char stack[64 << 10] __attribute__((aligned(16)));
static char chunk[64 << 10];

enum { TEMPORARY_FAILURE = 75 };

static int write_all(int descriptor, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(descriptor, bytes, count);
    if (written < 0) {
      if (errno == EINTR) continue;
      return -1;
    }
    bytes += written;
    count -= (size_t)written;
  }
  return 0;
}

/* What was held of the message, then what is still to come on stdin; the latter
   is appended to a file, where there is one, so that it can be read again. */
static int write_held(int to) {
  if (write_all(to, memory, memory_length) != 0) return -1;
  for (off_t position = 0; position < file_length;) {
    size_t wanted = sizeof chunk;
    if ((off_t)wanted > file_length - position) wanted = (size_t)(file_length - position);
    ssize_t count = pread(file, chunk, wanted, position);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0 || write_all(to, chunk, (size_t)count) != 0) return -1;
    position += count;
  }
  return 0;
}

static int write_rest(int first, int second) {
  while (!all_read) {
    ssize_t count = read(0, chunk, sizeof chunk);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return -1;
    if (count == 0) break;
    if (write_all(first, chunk, (size_t)count) != 0) return -1;
    /* A spool that is full must not keep the message from passing through. */
    if (second >= 0 && write_all(second, chunk, (size_t)count) != 0) second = -1;
  }
  return 0;
}

static void say(const char *line) { (void)!write(2, line, strlen(line)); }

static void crashed(int number) {
  (void)number;
  if (crashes++ > 0 || output_started || settings.is_strict) _exit(TEMPORARY_FAILURE);

  /* The entry is written under a temporary name, so that half of it is none. */
  int directory = -1, entry = -1, sink = -1;
  char name[300];
  if (settings.spool_directory != NULL && strlen(settings.spool_entry) < 250) {
    strcpy(name, ".tmp-");
    strcat(name, settings.spool_entry);
    directory = open(settings.spool_directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory >= 0)
      entry = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
    if (entry >= 0 &&
        (write_all(entry, settings.spool_header, settings.spool_header_length) != 0 ||
         write_held(entry) != 0)) {
      unlinkat(directory, name, 0);
      entry = -1;
    }
  }
  if (!settings.has_output) {
    sink = open("/dev/null", O_WRONLY);
  } else {
    sink = 1;
  }
  if (write_held(sink) != 0 || write_rest(sink, entry) != 0) {
    if (entry >= 0) unlinkat(directory, name, 0);
    _exit(TEMPORARY_FAILURE);
  }
  int is_kept = entry >= 0 && fsync(entry) == 0 &&
                renameat(directory, name, directory, settings.spool_entry) == 0 &&
                fsync(directory) == 0;
  if (settings.has_output && close(1) != 0) _exit(TEMPORARY_FAILURE);
  say(is_kept ? "crm-mailfilter: internal error: the message was passed on and waits in the spool\n"
              : "crm-mailfilter: internal error: the message was passed on and is not tracked\n");
  _exit(0);
}

void csystem_trap_arm(const struct csystem_trap *trap) {
  settings = *trap;
  stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
  sigaltstack(&alternate, NULL);
  struct sigaction action = {.sa_handler = crashed, .sa_flags = SA_ONSTACK | SA_NODEFER};
  sigset_t ours;
  sigemptyset(&ours);
  static const int numbers[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGSYS};
  for (size_t index = 0; index < sizeof numbers / sizeof numbers[0]; index++) {
    sigaction(numbers[index], &action, NULL);
    sigaddset(&ours, numbers[index]);
  }
  /* One that whoever started us left blocked would kill us past the handler. */
  sigprocmask(SIG_UNBLOCK, &ours, NULL);
}

void csystem_trap_memory(const void *bytes, size_t count) {
  /* Never a length that is longer than what the pointer has. */
  if (count < memory_length) memory_length = count;
  memory = bytes;
  memory_length = count;
}

void csystem_trap_file(int descriptor, off_t length) {
  file = descriptor;
  file_length = length;
}

void csystem_trap_all_read(void) { all_read = 1; }

void csystem_trap_output_started(void) { output_started = 1; }
