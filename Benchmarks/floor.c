/* The floor of a tracking filter: reads stdin, inserts one row into a SQLite store (WAL, FULL, closed
   in the default way), writes stdout. */
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc != 2) return 64;
  size_t room = 1 << 16, count = 0;
  char *bytes = malloc(room);
  for (ssize_t got; bytes != NULL && (got = read(0, bytes + count, room - count)) > 0;) {
    count += (size_t)got;
    if (count == room) bytes = realloc(bytes, room *= 2);
  }
  if (bytes == NULL) return 75;
  sqlite3 *db;
  sqlite3_stmt *insert;
  if (sqlite3_open(argv[1], &db) != SQLITE_OK) return 75;
  sqlite3_busy_timeout(db, 5000);
  if (sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                       "CREATE TABLE IF NOT EXISTS mail (id INTEGER PRIMARY KEY, bytes BLOB);"
                       "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK) return 75;
  sqlite3_prepare_v2(db, "INSERT INTO mail (bytes) VALUES (?)", -1, &insert, NULL);
  sqlite3_bind_blob64(insert, 1, bytes, count, SQLITE_STATIC);
  if (sqlite3_step(insert) != SQLITE_DONE) return 75;
  sqlite3_finalize(insert);
  if (sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) return 75;
  sqlite3_close(db);
  for (size_t done = 0; done < count;) {
    ssize_t put = write(1, bytes + done, count - done);
    if (put < 0) return 75;
    done += (size_t)put;
  }
  return 0;
}
