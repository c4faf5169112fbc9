/* Signs by OpenSSL's libcrypto, which is loaded when it is first needed. */
#include "CSystem.h"

#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>

/* Of the library's headers, as its binary interface has them since version 3. */
typedef int (*passphrase)(char *room, int size, int is_writing, void *data);
static struct {
  void *(*open_memory)(const void *bytes, int count); /* BIO_new_mem_buf: reads them in place */
  int (*close_memory)(void *memory);
  void *(*read_key)(void *memory, void **key, passphrase ask, void *data);
  void *(*read_certificate)(void *memory, void **certificate, passphrase ask, void *data);
  void (*free_key)(void *key);
  void (*free_certificate)(void *certificate);
  int (*belongs)(const void *certificate, const void *key);
  int (*kind)(const void *key);
  const void *(*end)(const void *certificate);
  int (*difference)(int *days, int *seconds, const void *from, const void *to);
  int (*fingerprint)(const void *certificate, const void *digest, unsigned char *out, unsigned *length);
  const void *(*sha1)(void);
  const void *(*sha256)(void);
  void *(*make_context)(void);
  void (*free_context)(void *context);
  int (*begin)(void *context, void **parameters, const void *digest, void *engine, void *key);
  int (*sign)(
      void *context, unsigned char *out, size_t *length, const unsigned char *in, size_t count);
} crypto;
static int is_there;

static void load(void) {
  void *library = dlopen("libcrypto.so.3", RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) return;
  const struct {
    const char *name;
    void *place;
  } functions[] = {
      {"BIO_new_mem_buf", &crypto.open_memory},
      {"BIO_free", &crypto.close_memory},
      {"PEM_read_bio_PrivateKey", &crypto.read_key},
      {"PEM_read_bio_X509", &crypto.read_certificate},
      {"EVP_PKEY_free", &crypto.free_key},
      {"X509_free", &crypto.free_certificate},
      {"X509_check_private_key", &crypto.belongs},
      {"EVP_PKEY_get_base_id", &crypto.kind},
      {"X509_get0_notAfter", &crypto.end},
      {"ASN1_TIME_diff", &crypto.difference},
      {"X509_digest", &crypto.fingerprint},
      {"EVP_sha1", &crypto.sha1},
      {"EVP_sha256", &crypto.sha256},
      {"EVP_MD_CTX_new", &crypto.make_context},
      {"EVP_MD_CTX_free", &crypto.free_context},
      {"EVP_DigestSignInit", &crypto.begin},
      {"EVP_DigestSign", &crypto.sign},
  };
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    void *function = dlsym(library, functions[i].name);
    if (function == NULL) return;
    memcpy(functions[i].place, &function, sizeof function);
  }
  is_there = 1;
}

static int has_library(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load);
  return is_there;
}

/* The library would ask on the terminal for what an encrypted key is encrypted with. */
static int no_passphrase(char *room, int size, int is_writing, void *data) {
  (void)room, (void)size, (void)is_writing, (void)data;
  return 0;
}

static void *read_pem(
    const void *bytes, size_t count, void *(*read)(void *, void **, passphrase, void *)) {
  if (bytes == NULL || count > INT_MAX) return NULL;
  void *memory = crypto.open_memory(bytes, (int)count);
  if (memory == NULL) return NULL;
  void *found = read(memory, NULL, no_passphrase, NULL);
  crypto.close_memory(memory);
  return found;
}

enum { RSA_KEY = 6 /* EVP_PKEY_RSA */ };

int csystem_read_certificate(
    const void *certificate_pem, size_t certificate_count, const void *key_pem, size_t key_count,
    uint8_t sha1[20], uint8_t sha256[32], int64_t *seconds_left) {
  if (!has_library()) return CSYSTEM_SIGN_NO_LIBRARY;
  void *certificate = read_pem(certificate_pem, certificate_count, crypto.read_certificate);
  void *key = read_pem(key_pem, key_count, crypto.read_key);
  unsigned length = 0;
  int days = 0, seconds = 0;
  int result = 0;
  if (certificate == NULL) result = CSYSTEM_SIGN_NO_CERTIFICATE;
  else if (key == NULL) result = CSYSTEM_SIGN_NO_KEY;
  else if (crypto.kind(key) != RSA_KEY) result = CSYSTEM_SIGN_OTHER_KIND;
  else if (crypto.belongs(certificate, key) != 1) result = CSYSTEM_SIGN_OTHER_KEY;
  else if (
      crypto.fingerprint(certificate, crypto.sha1(), sha1, &length) != 1 ||
      crypto.fingerprint(certificate, crypto.sha256(), sha256, &length) != 1 ||
      crypto.difference(&days, &seconds, NULL, crypto.end(certificate)) != 1)
    result = CSYSTEM_SIGN_FAILED;
  *seconds_left = (int64_t)days * 86400 + seconds;
  if (key != NULL) crypto.free_key(key);
  if (certificate != NULL) crypto.free_certificate(certificate);
  return result;
}

int csystem_sign(
    const void *key_pem, size_t key_count, const void *bytes, size_t count, uint8_t *signature,
    size_t *length) {
  if (!has_library()) return CSYSTEM_SIGN_NO_LIBRARY;
  void *key = read_pem(key_pem, key_count, crypto.read_key);
  if (key == NULL) return CSYSTEM_SIGN_NO_KEY;
  void *context = crypto.make_context();
  int is_signed =
      context != NULL && crypto.begin(context, NULL, crypto.sha256(), NULL, key) == 1 &&
      crypto.sign(context, signature, length, bytes, count) == 1;
  if (context != NULL) crypto.free_context(context);
  crypto.free_key(key);
  return is_signed ? 0 : CSYSTEM_SIGN_FAILED;
}
