#define _GNU_SOURCE
#include "CSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

int csystem_guard_descriptors(void) {
  int closed = 0;
  for (int descriptor = 0; descriptor <= 2; descriptor++) {
    if (fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) continue;
    closed |= 1 << descriptor;
    /* The lowest free number is this one, since all below are open. */
    (void)!open("/dev/null", O_RDWR);
  }
  return closed;
}

void csystem_ignore_signals(void) {
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
}

void csystem_log(int priority, const char *line) {
  char text[2048];
  char when[32] = "";
  time_t now = time(NULL);
  struct tm parts;
  /* RFC 3164 section 4.1, as syslog(3) writes it. */
  if (localtime_r(&now, &parts) != NULL) strftime(when, sizeof when, "%b %e %T ", &parts);
  int length = snprintf(text, sizeof text, "<%d>%scrm-mailfilter[%d]: %s", LOG_MAIL | priority, when,
                        (int)getpid(), line);
  if (length < 0) return;
  if (length >= (int)sizeof text) length = (int)sizeof text - 1;
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};
  static const int types[] = {SOCK_DGRAM, SOCK_STREAM};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    int log = socket(AF_UNIX, types[i] | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (log < 0) return;
    int result = connect(log, (struct sockaddr *)&address, sizeof address);
    int is_other_type = result != 0 && errno == EPROTOTYPE;
    /* In a stream a NUL ends the line. */
    if (result == 0)
      (void)!send(log, text, (size_t)length + (types[i] == SOCK_STREAM), MSG_DONTWAIT | MSG_NOSIGNAL);
    close(log);
    if (!is_other_type) return;
  }
}

/* SQLite's own waiting knows no end of ours: up to 10 s for whoever recovers a
   write-ahead log, and as long again for the next statement. */
static int sleep_until_the_end(sqlite3_vfs *vfs, int microseconds) {
  (void)vfs;
  csystem_sleep((int64_t)microseconds * 1000);
  return microseconds;
}

/* A FIFO that takes the place of a journal would hold open(2) until somebody writes it. */
static int open_file(const char *path, int flags, int mode) {
  int descriptor = open(path, flags | O_NONBLOCK, mode);
  struct stat status;
  if (descriptor < 0 || fstat(descriptor, &status) != 0 || !S_ISFIFO(status.st_mode))
    return descriptor;
  close(descriptor);
  errno = EACCES;
  return -1;
}

static void configure_sqlite(void) {
  /* Where the library is in use already, it refuses and stays as it is. */
  (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  /* Not every build of the library takes names such as file:/a/b?immutable=1 by itself. */
  (void)sqlite3_config(SQLITE_CONFIG_URI, 1);
  sqlite3_vfs *usual = sqlite3_vfs_find(NULL);
  if (usual == NULL) return;
  static sqlite3_vfs ours;
  ours = *usual;
  ours.pNext = NULL;
  ours.zName = "crm-mailfilter";
  ours.xSleep = sleep_until_the_end;
  (void)sqlite3_vfs_register(&ours, 1);
  if (usual->iVersion >= 3 && usual->xSetSystemCall != NULL)
    (void)usual->xSetSystemCall(usual, "open", (sqlite3_syscall_ptr)open_file);
}

void csystem_configure_sqlite(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, configure_sqlite);
}

int csystem_configure_database(void *database) {
  int result = sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
  if (result == SQLITE_OK)
    result = sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
  if (result == SQLITE_OK)
    result = sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)0);
  /* A store of ours has no trigger: one that is there is somebody else's. */
  if (result == SQLITE_OK)
    result = sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, (int *)0);
  return result;
}

int csystem_execute(void *database, const char *sql) {
  return sqlite3_exec(database, sql, NULL, NULL, NULL);
}

int csystem_bind_null(void *statement, int parameter) {
  return sqlite3_bind_null(statement, parameter);
}

int csystem_bind_integer(void *statement, int parameter, int64_t value) {
  return sqlite3_bind_int64(statement, parameter, value);
}

int csystem_bind_text(void *statement, int parameter, const void *bytes, size_t count) {
  const char *nul = count > 0 ? memchr(bytes, 0, count) : NULL;
  if (nul != NULL) count = (size_t)(nul - (const char *)bytes);
  return sqlite3_bind_text64(
      statement, parameter, count > 0 ? bytes : "", count, SQLITE_TRANSIENT, SQLITE_UTF8);
}

int csystem_bind_bytes(
    void *statement, int parameter, const void *bytes, size_t count, int is_kept) {
  return sqlite3_bind_blob64(
      statement, parameter, count > 0 ? bytes : "", count, is_kept ? SQLITE_STATIC : SQLITE_TRANSIENT);
}

int csystem_step(void *statement) { return sqlite3_step(statement); }

void csystem_reset(void *statement) { (void)sqlite3_reset(statement); }

int64_t csystem_column_integer(void *statement, int column) {
  return sqlite3_column_int64(statement, column);
}

int csystem_column_is_null(void *statement, int column) {
  return sqlite3_column_type(statement, column) == SQLITE_NULL;
}

const void *csystem_column_text(void *statement, int column, size_t *count) {
  const void *text = sqlite3_column_text(statement, column);
  *count = (size_t)sqlite3_column_bytes(statement, column);
  return text;
}

void csystem_drop_authorizer(void *database) { (void)sqlite3_set_authorizer(database, NULL, NULL); }

/* Declared by the library for its debugging; weak, for programs that have no queue. */
__attribute__((weak)) void *dispatch_get_current_queue(void);
__attribute__((weak)) void dispatch_retain(void *object);

void csystem_keep_queue(void) {
  if (dispatch_get_current_queue != NULL && dispatch_retain != NULL)
    dispatch_retain(dispatch_get_current_queue());
}

static int note_log(void *frames, sqlite3 *database, const char *name, int count) {
  (void)database;
  (void)name;
  *(int *)frames = count;
  return SQLITE_OK;
}

void csystem_note_log(void *database, int *frames) {
  (void)sqlite3_wal_hook(database, note_log, frames);
}

int csystem_is_on_network(const char *path) {
  struct statfs status;
  if (statfs(path, &status) != 0) return 0;
  switch ((uint32_t)status.f_type) {
  case 0x6969:     /* NFS */
  case 0x517b:     /* SMB */
  case 0xff534d42: /* CIFS */
  case 0xfe534d42: /* SMB 2 */
  case 0x5346414f: /* AFS */
  case 0x73757245: /* Coda */
  case 0x00c36400: /* Ceph */
  case 0x65735546: /* FUSE: sshfs, GlusterFS, s3fs, rclone */
  case 0x01021997: /* 9p: folders of a host in its virtual machines */
  case 0x0bd00bd0: /* Lustre */
  case 0x786f4256: /* vboxsf */
  case 0xbacbacbc: /* VMware's hgfs */
  case 0x47504653: /* GPFS */
  case 0x19830326: /* BeeGFS */
  case 0x7461636f: /* OCFS2 */
  case 0x01161970: /* GFS2 */
    return 1;
  default:
    return 0;
  }
}

static int64_t nanoseconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t csystem_monotonic(void) { return nanoseconds(CLOCK_MONOTONIC); }

int64_t csystem_realtime(void) { return nanoseconds(CLOCK_REALTIME); }

int csystem_terminal_columns(int descriptor) {
  struct winsize size;
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int csystem_sync_filesystem(int descriptor) { return syncfs(descriptor) == 0 ? 0 : errno; }

char *const *csystem_environment(void) { return environ; }

int csystem_rename_new(const char *from, const char *to) {
  if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return 0;
  /* Some file systems do not know the flag. */
  if (errno != EINVAL && errno != ENOSYS) return errno;
  if (link(from, to) != 0) return errno;
  unlink(from);
  return 0;
}

const void *csystem_find(const void *bytes, size_t count, const void *part, size_t part_count) {
  return memmem(bytes, count, part, part_count);
}

static volatile sig_atomic_t is_interrupted = 0;

static void note_interrupt(int number) {
  (void)number;
  is_interrupted = 1;
}

void csystem_hide_memory(void) {
  struct rlimit none = {0, 0};
  (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  (void)setrlimit(RLIMIT_CORE, &none);
}

int csystem_hides_memory(void) { return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0; }

void csystem_wipe(void *bytes, size_t count) { explicit_bzero(bytes, count); }

void csystem_catch_interrupts(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = note_interrupt;
  action.sa_flags = SA_RESTART | (int)SA_RESETHAND;
  sigemptyset(&action.sa_mask);
  const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    /* Shells and nohup(1) have some ignored on purpose, and that stays. */
    struct sigaction present;
    if (sigaction(numbers[i], NULL, &present) == 0 && present.sa_handler != SIG_IGN)
      sigaction(numbers[i], &action, NULL);
  }
}

int csystem_is_interrupted(void) { return is_interrupted; }
