#include "CSystem.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* What is used of zlib.h, whose layout has not changed since 1995. */
struct zlib_stream {
  const unsigned char *next_in;
  unsigned avail_in;
  unsigned long total_in;
  unsigned char *next_out;
  unsigned avail_out;
  unsigned long total_out;
  const char *msg;
  void *state;
  void *(*zalloc)(void *, unsigned, unsigned);
  void (*zfree)(void *, void *);
  void *opaque;
  int data_type;
  unsigned long adler;
  unsigned long reserved;
};

/* The same of zstd.h. */
struct zstd_in {
  const void *bytes;
  size_t size, position;
};
struct zstd_out {
  void *bytes;
  size_t size, position;
};

static struct {
  int (*begin)(struct zlib_stream *, int, const char *, int);
  int (*run)(struct zlib_stream *, int);
  int (*reset)(struct zlib_stream *);
  int (*end)(struct zlib_stream *);
  int is_there;
} zlib;

static struct {
  void *(*begin)(void);
  size_t (*run)(void *, struct zstd_out *, struct zstd_in *);
  unsigned (*is_error)(size_t);
  size_t (*end)(void *);
  int is_there;
} zstd;

static int (*lz4)(const char *, char *, int, int);

static pthread_once_t once = PTHREAD_ONCE_INIT;

static int find(void *library, const char *name, void *place) {
  void *symbol = library == NULL ? NULL : dlsym(library, name);
  memcpy(place, &symbol, sizeof symbol);
  return symbol != NULL;
}

static void load(void) {
  void *library = dlopen("libz.so.1", RTLD_NOW | RTLD_LOCAL);
  zlib.is_there = find(library, "inflateInit2_", &zlib.begin) &&
                  find(library, "inflate", &zlib.run) && find(library, "inflateReset", &zlib.reset) &&
                  find(library, "inflateEnd", &zlib.end);
  library = dlopen("libzstd.so.1", RTLD_NOW | RTLD_LOCAL);
  zstd.is_there = find(library, "ZSTD_createDStream", &zstd.begin) &&
                  find(library, "ZSTD_decompressStream", &zstd.run) &&
                  find(library, "ZSTD_isError", &zstd.is_error) &&
                  find(library, "ZSTD_freeDStream", &zstd.end);
  library = dlopen("liblz4.so.1", RTLD_NOW | RTLD_LOCAL);
  find(library, "LZ4_decompress_safe", &lz4);
}

struct csystem_expander {
  int kind;
  struct zlib_stream zlib;
  void *zstd;
};

int csystem_expander_open(int kind, struct csystem_expander **expander) {
  pthread_once(&once, load);
  *expander = NULL;
  if (kind == CSYSTEM_LZ4) return lz4 != NULL ? 0 : 1;
  if (kind == CSYSTEM_GZIP ? !zlib.is_there : !zstd.is_there) return 1;
  struct csystem_expander *made = calloc(1, sizeof *made);
  if (made == NULL) return 2;
  made->kind = kind;
  if (kind == CSYSTEM_GZIP) {
    /* 16: with the header of gzip and nothing else. */
    if (zlib.begin(&made->zlib, 15 + 16, "1.2.11", (int)sizeof made->zlib) != 0) {
      free(made);
      return 2;
    }
  } else if ((made->zstd = zstd.begin()) == NULL) {
    free(made);
    return 2;
  }
  *expander = made;
  return 0;
}

int csystem_expander_run(
    struct csystem_expander *expander, const void *in, size_t in_count, size_t *taken, void *out,
    size_t room, size_t *given) {
  *taken = *given = 0;
  if (expander->kind == CSYSTEM_GZIP) {
    struct zlib_stream *stream = &expander->zlib;
    unsigned count = in_count > 1 << 30 ? 1 << 30 : (unsigned)in_count;
    unsigned most = room > 1 << 30 ? 1 << 30 : (unsigned)room;
    stream->next_in = in;
    stream->avail_in = count;
    stream->next_out = out;
    stream->avail_out = most;
    int result = zlib.run(stream, 0);
    *taken = count - stream->avail_in;
    *given = most - stream->avail_out;
    if (result == 1) {
      /* Another may follow, as gzip(1) has it. */
      zlib.reset(stream);
      return 1;
    }
    /* -5: it needs more input or more room. */
    return result == 0 || result == -5 ? 0 : -1;
  }
  struct zstd_in source = {in, in_count, 0};
  struct zstd_out sink = {out, room, 0};
  size_t result = zstd.run(expander->zstd, &sink, &source);
  *taken = source.position;
  *given = sink.position;
  if (zstd.is_error(result)) return -1;
  return result == 0 ? 1 : 0;
}

void csystem_expander_close(struct csystem_expander *expander) {
  if (expander == NULL) return;
  if (expander->kind == CSYSTEM_GZIP)
    zlib.end(&expander->zlib);
  else
    zstd.end(expander->zstd);
  free(expander);
}

long csystem_expand_lz4(const void *in, size_t in_count, void *out, size_t room) {
  pthread_once(&once, load);
  if (lz4 == NULL || in_count > 1 << 30 || room > 1 << 30) return -1;
  return lz4(in, out, (int)in_count, (int)room);
}
