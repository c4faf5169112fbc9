#include "CSystem.h"

static int saved_argc;
static char *const *saved_argv;

/* glibc hands a constructor the arguments of main. */
__attribute__((constructor)) static void save(int argc, char **argv) {
  saved_argc = argc;
  saved_argv = argv;
}

int csystem_argc(void) { return saved_argc; }

char *const *csystem_argv(void) { return saved_argv; }
