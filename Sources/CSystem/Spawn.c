/* Starts programs that are spoken to over pipes, and whose output is read. */
#define _GNU_SOURCE
#include "CSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

static int spawn(
    const char *path, char *const *environment, int keeps_errors, const int *in, const int *out,
    pid_t *process) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int result = posix_spawn_file_actions_init(&actions);
  if (result != 0) return result;
  result = posix_spawnattr_init(&attributes);
  if (result != 0) {
    posix_spawn_file_actions_destroy(&actions);
    return result;
  }
  /* None of them is 0, 1 or 2: those were open when we started. */
  result = posix_spawn_file_actions_adddup2(&actions, in[0], 0);
  if (result == 0) result = posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  if (result == 0 && !keeps_errors)
    result = posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  if (result == 0) result = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  /* What lies where we were called from says nothing to it. */
  if (result == 0) result = posix_spawn_file_actions_addchdir_np(&actions, "/");
  sigset_t signals;
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);
  sigaddset(&signals, SIGPIPE);
  sigaddset(&signals, SIGXFSZ);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGHUP);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(
      &attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  char *const arguments[] = {(char *)path, NULL};
  if (result == 0)
    result = posix_spawn(process, path, &actions, &attributes, arguments, environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return result;
}

int csystem_spawn(
    const char *path, char *const *environment, int keeps_errors, pid_t *process, int *input,
    int *output) {
  int in[2], out[2];
  if (pipe2(in, O_CLOEXEC) != 0) return errno;
  if (pipe2(out, O_CLOEXEC) != 0) {
    int code = errno;
    close(in[0]);
    close(in[1]);
    return code;
  }
  int result = spawn(path, environment, keeps_errors, in, out, process);
  close(in[0]);
  close(out[1]);
  if (result != 0) {
    close(in[1]);
    close(out[0]);
    return result;
  }
  fcntl(in[1], F_SETFL, O_NONBLOCK);
  fcntl(out[0], F_SETFL, O_NONBLOCK);
  *input = in[1];
  *output = out[0];
  return 0;
}

int csystem_run(
    char *const *arguments, char *const *environment, pid_t *process, int *output, int *errors,
    int *terminal) {
  int out[2], err[2];
  *terminal = -1;
  if (pipe2(out, O_CLOEXEC) != 0) return errno;
  if (pipe2(err, O_CLOEXEC) != 0) {
    int code = errno;
    close(out[0]);
    close(out[1]);
    return code;
  }
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int result = posix_spawn_file_actions_init(&actions);
  if (result == 0 && (result = posix_spawnattr_init(&attributes)) != 0)
    posix_spawn_file_actions_destroy(&actions);
  if (result == 0) {
    result = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (result == 0) result = posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    if (result == 0) result = posix_spawn_file_actions_adddup2(&actions, err[1], 2);
    *terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (*terminal >= 0 && tcgetpgrp(*terminal) != getpgrp()) {
      close(*terminal);
      *terminal = -1;
    }
    if (result == 0 && *terminal >= 0)
      result = posix_spawn_file_actions_addtcsetpgrp_np(&actions, *terminal);
    if (result == 0) result = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    sigaddset(&signals, SIGPIPE);
    sigaddset(&signals, SIGXFSZ);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    if (result == 0)
      result = posix_spawnp(process, arguments[0], &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
  }
  close(out[1]);
  close(err[1]);
  if (result != 0) {
    close(out[0]);
    close(err[0]);
    csystem_take_terminal(*terminal);
    *terminal = -1;
    return result;
  }
  fcntl(out[0], F_SETFL, O_NONBLOCK);
  fcntl(err[0], F_SETFL, O_NONBLOCK);
  *output = out[0];
  *errors = err[0];
  return 0;
}

void csystem_take_terminal(int terminal) {
  if (terminal < 0) return;
  sigset_t signals, before;
  sigemptyset(&signals);
  /* Whoever does this from another group is stopped else. */
  sigaddset(&signals, SIGTTOU);
  pthread_sigmask(SIG_BLOCK, &signals, &before);
  tcsetpgrp(terminal, getpgrp());
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  close(terminal);
}
