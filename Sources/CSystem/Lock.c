#define _GNU_SOURCE
#include "CSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

static void interrupt(int signal) { (void)signal; }

/* Makes a call that waits until it is done or the deadline passes: its result is
   0, or -1 and errno.

   Such a call has no deadline of its own: a timer breaks it. The timer signals
   this thread alone, and again every 20 ms: a signal just before the call would
   be missed otherwise. */
static int wait_until(int64_t deadline, int (*call)(int, int64_t), int descriptor, int64_t argument) {
  if (csystem_monotonic() >= deadline) return ETIMEDOUT;
  int number = SIGRTMIN + 5;
  struct sigaction action = {.sa_handler = interrupt};
  sigaction(number, &action, NULL);
  /* Whoever started us may have left signals blocked. */
  sigset_t ours, before;
  sigemptyset(&ours);
  sigaddset(&ours, number);
  pthread_sigmask(SIG_UNBLOCK, &ours, &before);
  struct sigevent event;
  memset(&event, 0, sizeof event);
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = number;
  event.sigev_notify_thread_id = (pid_t)syscall(SYS_gettid);
  timer_t timer;
  if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0) {
    int code = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code;
  }
  struct itimerspec when;
  when.it_value.tv_sec = deadline / 1000000000;
  when.it_value.tv_nsec = deadline % 1000000000;
  when.it_interval.tv_sec = 0;
  when.it_interval.tv_nsec = 20000000;
  timer_settime(timer, TIMER_ABSTIME, &when, NULL);

  int result;
  for (;;) {
    if (call(descriptor, argument) == 0) {
      result = 0;
      break;
    }
    if (errno != EINTR) {
      result = errno;
      break;
    }
    if (csystem_monotonic() >= deadline) {
      result = ETIMEDOUT;
      break;
    }
  }
  timer_delete(timer);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return result;
}

static int lock(int descriptor, int64_t unused) {
  (void)unused;
  return flock(descriptor, LOCK_EX);
}

int csystem_lock_until(int descriptor, int64_t deadline) {
  if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) return 0;
  if (errno != EWOULDBLOCK && errno != EINTR) return errno;
  return wait_until(deadline, lock, descriptor, 0);
}

/* Whether a range was locked or unlocked for this open file. */
static int set_range(int descriptor, int command, short type, int64_t start) {
  struct flock range = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = 1};
  return fcntl(descriptor, command, &range);
}

/* The first byte that others lock in a range, and how many; 0 where there is none. */
static int64_t locked_by_others(int descriptor, int64_t start, int64_t length, int64_t *count) {
  struct flock range = {
      .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
  if (fcntl(descriptor, F_OFD_GETLK, &range) != 0 || range.l_type == F_UNLCK) return 0;
  *count = range.l_len;
  return range.l_start;
}

/* The place in the queue: an exclusive lock on the byte that is numbered like the
   moment in nanoseconds. 0 where there is none to be had. */
static int64_t take_place(int descriptor) {
  for (int64_t place = csystem_monotonic();; place++) {
    if (set_range(descriptor, F_OFD_SETLK, F_WRLCK, place) == 0) return place;
    if (errno != EAGAIN && errno != EACCES) return 0;
  }
}

/* The place of who comes next before a place; 0 where nobody does. */
static int64_t place_before(int descriptor, int64_t place) {
  int64_t found = 0, start = 1, count = 0;
  while (start < place) {
    int64_t next = locked_by_others(descriptor, start, place - start, &count);
    if (next == 0 || count <= 0) break;
    found = next;
    start = next + count;
  }
  return found;
}

static int wait_for_place(int descriptor, int64_t place) {
  if (set_range(descriptor, F_OFD_SETLKW, F_RDLCK, place) != 0) return -1;
  return set_range(descriptor, F_OFD_SETLK, F_UNLCK, place);
}

int csystem_queue_until(int descriptor, int64_t deadline) {
  int64_t place = take_place(descriptor), before;
  while (place != 0 && (before = place_before(descriptor, place)) != 0) {
    /* Who came just before may be gone without having had its turn: those
       before it are still there. */
    int result = wait_until(deadline, wait_for_place, descriptor, before);
    if (result == ETIMEDOUT) return result;
    if (result != 0) break;
  }
  return csystem_lock_until(descriptor, deadline);
}

int csystem_is_waited_for(int descriptor) {
  int64_t count = 0;
  return locked_by_others(descriptor, 1, 0, &count) != 0;
}
