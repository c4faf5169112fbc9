/* The peer of the parser: the same work by GMime, over the same messages in memory.

   gmime header|full SECONDS < list of files

   Prints messages a second and megabytes a second. */
#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct message {
  char *bytes;
  size_t length;
};

static size_t sink;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void addresses(InternetAddressList *list) {
  if (!list) return;
  for (int i = 0; i < internet_address_list_length(list); i++) {
    InternetAddress *a = internet_address_list_get_address(list, i);
    if (INTERNET_ADDRESS_IS_GROUP(a))
      addresses(INTERNET_ADDRESS_GROUP(a)->members);
    else {
      const char *s = internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(a));
      const char *n = internet_address_get_name(a);
      sink += (s ? strlen(s) : 0) + (n ? strlen(n) : 0);
    }
  }
}

static void identifiers(GMimeObject *o, const char *field) {
  const char *value = g_mime_object_get_header(o, field);
  if (!value) return;
  GMimeReferences *r = g_mime_references_parse(NULL, value);
  sink += g_mime_references_length(r);
  g_mime_references_free(r);
}

static void part(GMimeObject *parent, GMimeObject *o, void *unused) {
  (void)parent, (void)unused;
  GMimeContentType *t = g_mime_object_get_content_type(o);
  sink += strlen(g_mime_content_type_get_media_type(t));
  if (!GMIME_IS_PART(o)) return;
  const char *name = g_mime_part_get_filename(GMIME_PART(o));
  sink += name ? strlen(name) : 0;
  if (GMIME_IS_TEXT_PART(o)) {
    char *text = g_mime_text_part_get_text(GMIME_TEXT_PART(o));
    if (text) sink += strlen(text);
    g_free(text);
    return;
  }
  GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(o));
  if (!content) return;
  GMimeStream *out = g_mime_stream_mem_new();
  sink += g_mime_data_wrapper_write_to_stream(content, out);
  g_object_unref(out);
}

static void work(const struct message *m, int full) {
  GMimeStream *in = g_mime_stream_mem_new_with_buffer(m->bytes, m->length);
  GMimeParser *parser = g_mime_parser_new_with_stream(in);
  GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
  if (message) {
    addresses(g_mime_message_get_addresses(message, GMIME_ADDRESS_TYPE_FROM));
    addresses(g_mime_message_get_addresses(message, GMIME_ADDRESS_TYPE_SENDER));
    addresses(g_mime_message_get_addresses(message, GMIME_ADDRESS_TYPE_REPLY_TO));
    addresses(g_mime_message_get_addresses(message, GMIME_ADDRESS_TYPE_TO));
    addresses(g_mime_message_get_addresses(message, GMIME_ADDRESS_TYPE_CC));
    addresses(g_mime_message_get_addresses(message, GMIME_ADDRESS_TYPE_BCC));
    const char *subject = g_mime_message_get_subject(message);
    const char *id = g_mime_message_get_message_id(message);
    GDateTime *date = g_mime_message_get_date(message);
    sink += (subject ? strlen(subject) : 0) + (id ? strlen(id) : 0) + (date != NULL);
    identifiers(GMIME_OBJECT(message), "In-Reply-To");
    identifiers(GMIME_OBJECT(message), "References");
    if (full) g_mime_message_foreach(message, part, NULL);
    g_object_unref(message);
  }
  g_object_unref(parser);
  g_object_unref(in);
}

/* The length of the header section with its blank line. */
static size_t header_length(const struct message *m) {
  const char *at = m->bytes, *end = m->bytes + m->length;
  while (at < end) {
    const char *feed = memchr(at, '\n', end - at);
    if (!feed) break;
    if (feed == at || (feed == at + 1 && *at == '\r')) return feed + 1 - m->bytes;
    at = feed + 1;
  }
  return m->length;
}

int main(int argc, char **argv) {
  if (argc != 3) return 64;
  int full = strcmp(argv[1], "full") == 0;
  double seconds = atof(argv[2]);
  g_mime_init();
  struct message *all = NULL;
  size_t count = 0, bytes = 0;
  char name[4096];
  while (fgets(name, sizeof name, stdin)) {
    name[strcspn(name, "\n")] = 0;
    struct message m;
    if (!g_file_get_contents(name, &m.bytes, &m.length, NULL)) return 66;
    if (!full) m.length = header_length(&m);
    all = realloc(all, (count + 1) * sizeof *all);
    all[count++] = m;
    bytes += m.length;
  }
  double start = now(), spent;
  size_t rounds = 0;
  do {
    for (size_t i = 0; i < count; i++) work(&all[i], full);
    rounds++;
    spent = now() - start;
  } while (spent < seconds);
  printf("%.0f %.1f\n", count * rounds / spent, bytes * rounds / spent / 1e6);
  return sink == 0;
}
