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

enum { MILLISECOND = 1000000 };

/* ---- The end of waiting ---- */

/* By when this thread waits no more; interrupted, by when then. */
static _Thread_local int64_t end_of_waiting = INT64_MAX;
static _Thread_local int64_t end_of_interrupted = INT64_MAX;

/* Who is to end finishes what it can have within a moment. */
static const int64_t interrupted_time = 1000 * (int64_t)MILLISECOND;
/* So often a wait looks whether it was interrupted. */
static const int64_t tick = 200 * (int64_t)MILLISECOND;

int64_t csystem_end_waiting(int64_t end) {
  int64_t before = end_of_waiting;
  end_of_waiting = end;
  return before;
}

static int64_t earlier(int64_t one, int64_t other) { return one < other ? one : other; }

/* By when a wait is over that may last until then. */
static int64_t end_until(int64_t deadline) {
  deadline = earlier(deadline, end_of_waiting);
  if (!csystem_is_interrupted()) return deadline;
  if (end_of_interrupted == INT64_MAX)
    end_of_interrupted = csystem_monotonic() + interrupted_time;
  return earlier(deadline, end_of_interrupted);
}

static void sleep_for(int64_t nanoseconds) {
  struct timespec time = {
      .tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
  nanosleep(&time, NULL);
}

int csystem_wait_a_little(int tries) {
  int64_t left = end_until(INT64_MAX) - csystem_monotonic();
  if (left <= 0) return 0;
  /* Longer each time, and never so long that whoever is gone is noticed late. */
  int64_t most = (tries < 10 ? 1 + tries * 5 : 50) * (int64_t)MILLISECOND;
  sleep_for(earlier(left, most));
  return 1;
}

void csystem_sleep(int64_t nanoseconds) {
  int64_t left = end_until(INT64_MAX) - csystem_monotonic();
  if (left > 0 && nanoseconds > 0) sleep_for(earlier(left, nanoseconds));
}

/* ---- Locks ---- */

static void interrupt(int signal) { (void)signal; }

/* Makes a call that waits until it is done or the deadline passes: its result is
   0, or -1 and errno.

   Such a call has no deadline of its own: a timer breaks it. The timer signals
   this thread alone, again and again: a signal just before the call would be
   missed otherwise, and who is interrupted is to see it. */
static int wait_until(int64_t deadline, int (*call)(int, int64_t), int descriptor, int64_t argument) {
  int64_t now = csystem_monotonic(), end = end_until(deadline);
  if (now >= end) return ETIMEDOUT;
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

  int result;
  for (;;) {
    int64_t next = earlier(end, now + tick);
    struct itimerspec when;
    when.it_value.tv_sec = next / 1000000000;
    when.it_value.tv_nsec = next % 1000000000;
    when.it_interval.tv_sec = 0;
    when.it_interval.tv_nsec = 20 * MILLISECOND;
    timer_settime(timer, TIMER_ABSTIME, &when, NULL);
    if (call(descriptor, argument) == 0) {
      result = 0;
      break;
    }
    if (errno != EINTR) {
      result = errno;
      break;
    }
    now = csystem_monotonic();
    end = end_until(deadline);
    if (now >= end) {
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
  for (int tries = 0;; tries++) {
    if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) return 0;
    if (errno != EWOULDBLOCK && errno != EINTR) return errno;
    int result = wait_until(deadline, lock, descriptor, 0);
    /* No timer is to be had: asked again and again instead. */
    if (result != EAGAIN) return result;
    int64_t before = csystem_end_waiting(earlier(deadline, end_of_waiting));
    int goes_on = csystem_wait_a_little(tries);
    csystem_end_waiting(before);
    if (!goes_on) return ETIMEDOUT;
  }
}

/* Whether a range was locked or unlocked for this open file. */
static int set_range(int descriptor, int command, short type, int64_t start) {
  struct flock range = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = 1};
  return fcntl(descriptor, command, &range);
}

/* The first byte that others of us lock in a range; 0 where there is none; -1 where
   somebody locks it who has no place in the queue: ours are single bytes, and belong to
   no process. */
static int64_t locked_by_others(int descriptor, int64_t start, int64_t length) {
  struct flock range = {
      .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
  if (fcntl(descriptor, F_OFD_GETLK, &range) != 0 || range.l_type == F_UNLCK) return 0;
  return range.l_len == 1 && range.l_pid == -1 && range.l_start >= start ? range.l_start : -1;
}

/* So many others come in the same nanosecond at most. */
enum { MOST_AT_ONCE = 64 };

/* The place in the queue: an exclusive lock on the byte that is numbered like the
   moment in nanoseconds. 0 where there is none to be had: others may lock the file as
   they like, and the flock is what counts. */
static int64_t take_place(int descriptor) {
  int64_t place = csystem_monotonic();
  for (int i = 0; i < MOST_AT_ONCE; i++, place++) {
    if (set_range(descriptor, F_OFD_SETLK, F_WRLCK, place) == 0) return place;
    if (errno != EAGAIN && errno != EACCES) return 0;
    if (locked_by_others(descriptor, place, 1) < 0) return 0;
  }
  return 0;
}

/* The place of who comes next before a place; 0 where nobody does. */
static int64_t place_before(int descriptor, int64_t place) {
  int64_t found = 0, start = 1;
  while (start < place) {
    int64_t next = locked_by_others(descriptor, start, place - start);
    if (next == 0) break;
    if (next < 0) return 0;
    found = next;
    start = next + 1;
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

int csystem_is_waited_for(int descriptor) { return locked_by_others(descriptor, 1, 0) > 0; }
