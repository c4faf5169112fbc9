"""What a message costs where much is tracked already."""
import os
import sqlite3

from . import table
from .place import Place
from .process import interleaved

# A body of the size that fills a store quickly; the message that is measured has its 6 KB.
SMALL = "Thank you for the offer; we shall look at it.\n"

# What differs from copy to copy; all other columns are those of the first.
OWN = {
    ("copy", "id"): "n",
    ("copy", "key"): "randomblob(32)",
    ("copy", "message_id"): "'scale' || n || '@x.example'",
    ("copy", "subject"): "'Offer scale' || n",
    ("copy", "conversation"): "n",
    ("copy", "sender_address"): "'scale' || n || '@fabrikam.example'",
    ("conversation", "id"): "n",
    ("conversation_participant", "conversation"): "n",
    ("conversation_participant", "address_key"): "'scale' || n || '@fabrikam.example'",
    ("content", "id"): "n * 4096",
    ("participant", "address"): "CASE is_external WHEN 1 THEN 'scale' || n || '@fabrikam.example' ELSE address END",
    ("participant", "address_key"):
        "CASE is_external WHEN 1 THEN 'scale' || n || '@fabrikam.example' ELSE address_key END",
    ("reference", "message_id"): "'scale' || (n - 1) || '@x.example'",
    ("delivery", "id"): "n",
}
TABLES = ("conversation", "conversation_participant", "copy", "content", "participant", "reference",
          "delivery")


def fill(place, count):
    """Makes of the one copy in a store so many."""
    db = sqlite3.connect(place.store)
    db.executescript(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1500000;"
        "PRAGMA foreign_keys = OFF; CREATE TEMP TABLE number (n INTEGER PRIMARY KEY);"
        f"WITH RECURSIVE c(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM c WHERE n < {count})"
        " INSERT INTO number SELECT n FROM c;")
    for name in TABLES:
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({name})")]
        values = [OWN.get((name, column)) or ("n" if column == "copy" else column) for column in columns]
        template = f"temp.first_{name}"
        db.execute(f"CREATE TEMP TABLE first_{name} AS SELECT * FROM main.{name}")
        db.execute(
            f"INSERT INTO main.{name} ({', '.join(columns)}) "
            f"SELECT {', '.join(values)} FROM number, {template} ORDER BY n")
    db.commit()
    db.execute("PRAGMA journal_mode = WAL")
    db.close()


def measure(program, folder, counts, rounds):
    table.head(f"one message where much is tracked, medians of {rounds} runs each, interleaved")
    works = {}
    for count in counts:
        place = Place(program, folder, f"scale{count}")
        place.tool("batch", seed(folder))
        fill(place, count)
        works[count] = (place.command, place.mail)
    os.sync()
    found = interleaved(works, rounds)
    least = found[counts[0]]
    for count in counts[1:]:
        table.at_most(f"{count:,} copies", found[count], f"{counts[0]:,} copies", least, 1.5)


def seed(folder):
    """A message file to begin with: an answer, so that each table has its row."""
    path = folder + "/seed.eml"
    with open(path, "w") as mail:
        mail.write(
            "Message-ID: <scale1@x.example>\nIn-Reply-To: <scale0@x.example>\n"
            "Date: Mon, 2 Nov 2026 10:14:05 +0100\nFrom: scale1@fabrikam.example\n"
            "To: dana@contoso.example\nSubject: Offer scale1\n\n" + SMALL)
    return path
