#include "CSystem.h"

/* The functions are those of libcurl, found by dlsym(3): their third argument depends on
   the second, and is passed as the ABI passes what follows "...". */

int csystem_set_pointer(csystem_option_call call, void *handle, int option, const void *value) {
  return call(handle, option, value);
}

int csystem_set_long(csystem_option_call call, void *handle, int option, long value) {
  return call(handle, option, value);
}

int csystem_get_long(csystem_option_call call, void *handle, int option, long *value) {
  return call(handle, option, value);
}
