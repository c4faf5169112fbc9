/* Loaded before the other libraries (LD_PRELOAD), notes when a filter run reaches certain calls: the
   CPU time of the process in microseconds and its page faults, a line each, in the file that TIMELINE
   names. Each call is noted once. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static struct {
  const char *name;
  double microseconds;
  long faults;
} marks[32];
static int count;

static void mark(const char *name) {
  for (int index = 0; index < count; index++)
    if (strcmp(marks[index].name, name) == 0) return;
  if (count == sizeof marks / sizeof *marks) return;
  struct timespec now;
  struct rusage usage;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  getrusage(RUSAGE_SELF, &usage);
  marks[count].name = name;
  marks[count].microseconds = now.tv_sec * 1e6 + now.tv_nsec / 1e3;
  marks[count++].faults = usage.ru_minflt;
}

__attribute__((constructor)) static void loaded(void) { mark("loaded"); }

#define NEXT(result, name, ...)                               \
  static result (*next)(__VA_ARGS__);                         \
  if (next == NULL) next = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

int isatty(int descriptor) {
  NEXT(int, isatty, int);
  if (descriptor == 0) mark("main");
  return next(descriptor);
}

ssize_t read(int descriptor, void *bytes, size_t room) {
  NEXT(ssize_t, read, int, void *, size_t);
  if (descriptor == 0) mark("message");
  return next(descriptor, bytes, room);
}

void *opendir(const char *path) {
  NEXT(void *, opendir, const char *);
  mark("spool");
  return next(path);
}

int sqlite3_open_v2(const char *path, void **database, int flags, const char *system) {
  NEXT(int, sqlite3_open_v2, const char *, void **, int, const char *);
  mark("store");
  return next(path, database, flags, system);
}

int sqlite3_prepare_v3(
    void *database, const char *sql, int length, unsigned flags, void **statement, const char **rest) {
  NEXT(int, sqlite3_prepare_v3, void *, const char *, int, unsigned, void **, const char **);
  mark("statement");
  if (strncmp(sql, "PRAGMA user_version", 19) == 0) mark("schema");
  if (strncmp(sql, "COMMIT", 6) == 0) mark("rows");
  return next(database, sql, length, flags, statement, rest);
}

int flock(int descriptor, int operation) {
  NEXT(int, flock, int, int);
  mark("decision");
  return next(descriptor, operation);
}

ssize_t write(int descriptor, const void *bytes, size_t length) {
  NEXT(ssize_t, write, int, const void *, size_t);
  if (descriptor == 1) mark("output");
  return next(descriptor, bytes, length);
}

void exit(int status) {
  static void (*next)(int);
  next = (void (*)(int))dlsym(RTLD_NEXT, "exit");
  mark("exit");
  char text[4096];
  int length = 0;
  for (int index = 0; index < count; index++)
    length += snprintf(text + length, sizeof text - (size_t)length, "%s\t%.1f\t%ld\n",
                       marks[index].name, marks[index].microseconds, marks[index].faults);
  const char *path = getenv("TIMELINE");
  int file = path == NULL ? -1 : open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (file >= 0) syscall(SYS_write, file, text, (size_t)length);
  next(status);
  __builtin_unreachable();
}
