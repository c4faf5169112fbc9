/* The least that a batch can cost: the bytes of each message into one table of a store, and what a search
   finds of it into the same index of words, by one connection, in transactions of the same size.

   floor-batch STORE TEXTS [words]

   TEXTS is what `parse-bench texts` prints; without `words` nothing is indexed. Nothing is read from a
   mailbox, looked at, decided or looked up. */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define TRANSACTION (24 << 20)
#define LOG_PAGES (128 << 20 >> 12)
#define COLUMNS 5

static int logged;

static int note(void *ignored, sqlite3 *db, const char *name, int pages) {
  (void)ignored, (void)db, (void)name;
  logged = pages;
  return SQLITE_OK;
}

static int run(sqlite3 *db, const char *sql) {
  return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

int main(int count, char **arguments) {
  if (count < 3) return 64;
  int indexes = count > 3, file = open(arguments[2], O_RDONLY);
  struct stat stat;
  if (file < 0 || fstat(file, &stat) != 0) return 66;
  const char *next = mmap(NULL, (size_t)stat.st_size, PROT_READ, MAP_PRIVATE, file, 0);
  if (next == MAP_FAILED) return 66;
  const char *end = next + stat.st_size;
  sqlite3 *db;
  sqlite3_stmt *insert, *index;
  if (sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) != SQLITE_OK) return 75;
  if (sqlite3_open(arguments[1], &db) != SQLITE_OK) return 75;
  if (!run(db,
           "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0;"
           "PRAGMA secure_delete = ON; PRAGMA cache_size = -48000;"
           "CREATE TABLE content (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);"
           "CREATE VIRTUAL TABLE words USING fts5(subject, sender, recipient, copied, other, body, attachment,"
           "  content = '', tokenize = 'unicode61 remove_diacritics 2');"
           "INSERT INTO words (words, rank) VALUES ('automerge', 0);"
           "INSERT INTO words (words, rank) VALUES ('crisismerge', 1999);"
           "INSERT INTO words (words, rank) VALUES ('pgsz', 4000);"
           "INSERT INTO words (words, rank) VALUES ('hashsize', 33554432)"))
    return 75;
  sqlite3_prepare_v2(db, "INSERT INTO content VALUES (?, ?)", -1, &insert, NULL);
  sqlite3_prepare_v2(
      db, "INSERT INTO words (rowid, subject, sender, recipient, copied, body) VALUES (?, ?, ?, ?, ?, ?)",
      -1, &index, NULL);
  sqlite3_wal_hook(db, note, NULL);
  for (sqlite3_int64 id = 1; next < end;) {
    if (!run(db, "BEGIN IMMEDIATE")) return 75;
    for (int64_t size = 0; next < end && size <= TRANSACTION; id++) {
      uint32_t length;
      memcpy(&length, next, 4);
      sqlite3_bind_int64(insert, 1, id);
      sqlite3_bind_blob64(insert, 2, next + 4, length, SQLITE_STATIC);
      size += length;
      next += 4 + length;
      if (sqlite3_step(insert) != SQLITE_DONE || sqlite3_reset(insert) != SQLITE_OK) return 75;
      sqlite3_bind_int64(index, 1, id);
      for (int column = 0; column < COLUMNS; column++) {
        memcpy(&length, next, 4);
        sqlite3_bind_text64(index, 2 + column, next + 4, length, SQLITE_STATIC, SQLITE_UTF8);
        next += 4 + length;
      }
      if (!indexes) continue;
      if (sqlite3_step(index) != SQLITE_DONE || sqlite3_reset(index) != SQLITE_OK) return 75;
    }
    if (!run(db, "COMMIT")) return 75;
    if (logged > LOG_PAGES && !run(db, "PRAGMA wal_checkpoint(PASSIVE)")) return 75;
  }
  return run(db, "PRAGMA wal_checkpoint(TRUNCATE)") ? 0 : 75;
}
