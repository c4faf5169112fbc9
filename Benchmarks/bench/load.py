"""Many filters at once, on one store."""
import os
import sqlite3

from . import table
from .place import Place, write_message
from .process import at_once


def measure(program, folder, count):
    table.head(f"filters at once on one store, {count} messages each")
    single = None
    for width in (1, 4, 16, 64):
        place = Place(program, folder, f"load{width}")
        mails = folder + f"/load{width}"
        os.mkdir(mails)
        files = [f"{mails}/{number}" for number in range(count)]
        for number, path in enumerate(files):
            write_message(path, f"load{number}")
        # The store is made before, by a message of its own.
        write_message(mails + "/first", "first")
        at_once(place.command, [mails + "/first"], 1)
        runs, seconds = at_once(place.command, files, width)
        rate = count / seconds
        single = single or rate
        table.row(f"{width} at once", f"{rate:.0f}/s", f"1 at once {single:.0f}/s",
                  f"{rate / single:.2f}")
        if width == 64:
            report(place, runs, count)


def report(place, runs, count):
    """What became of the messages of 64 filters."""
    failed = sum(run.status != 0 for run in runs)
    waiting = [name for _, _, names in os.walk(place.folder + "/" + place.name + ".spool")
               for name in names if name.endswith(".mail")]
    db = sqlite3.connect(f"file:{place.store}?mode=ro", uri=True)
    ids = [row[0] for row in db.execute("SELECT message_id FROM copy WHERE message_id LIKE 'load%'")]
    lost = count - len(set(ids))
    twice = len(ids) - len(set(ids))
    slowest = max(run.seconds for run in runs)
    table.row("64 at once: failed, waiting, lost, twice",
              f"{failed}, {len(waiting)}, {lost}, {twice}", "", "", "0 each",
              failed + len(waiting) + lost + twice == 0)
    table.row("64 at once: the slowest", f"{slowest:.2f} s", "", "", "< 2 s", slowest < 2)
