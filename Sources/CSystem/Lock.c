#define _GNU_SOURCE
#include "CSystem.h"

#include <errno.h>
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

int csystem_lock_until(int descriptor, int64_t deadline) {
  if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) return 0;
  if (errno != EWOULDBLOCK && errno != EINTR) return errno;
  if (csystem_monotonic() >= deadline) return ETIMEDOUT;

  /* A waiting flock has no deadline of its own: a timer breaks it. The timer
     signals this thread alone, and again every 20 ms: a signal just before the
     call would be missed otherwise. */
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
    if (flock(descriptor, LOCK_EX) == 0) {
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
