"""Messages that are too large to be held in memory."""
import os

from . import table
from .place import IGNORE, Place
from .process import Run, median

HELD = 50 << 20


def write(path, name, size):
    """A message with an attachment of lines, of a size."""
    head = (f"Message-ID: <{name}@x.example>\nDate: Mon, 2 Nov 2026 10:14:05 +0100\n"
            "From: a@fabrikam.example\nTo: dana@contoso.example\nSubject: Large\nMIME-Version: 1.0\n"
            "Content-Type: application/octet-stream; name=a.bin\nContent-Transfer-Encoding: base64\n"
            "Content-Disposition: attachment; filename=a.bin\n\n").encode()
    line = b"QSBsaW5lIG9mIHRoZSBhdHRhY2htZW50LCBhcyBsb25nIGFzIHN1Y2ggbGluZXMgYXJlIG1hZGUu\n"
    chunk = line * (1 << 14)
    with open(path, "wb") as mail:
        mail.write(head)
        left = size - len(head)
        while left > 0:
            left -= mail.write(chunk[:left])
    return path


def measure(program, folder, rounds):
    table.head(f"large messages, medians of {rounds} runs each, interleaved")
    gigabyte = write(folder + "/gigabyte", "gigabyte", 1 << 30)
    ignored = Place(program, folder, "largeignored", IGNORE)
    refused = Place(program, folder, "largerefused", '[[rule]]\nname = "x"\nfrom = "@x.example"\naction = "track"\n')
    works = {
        "cat": ["/bin/cat"],
        "ignored": ignored.command,
        "refused": refused.command,
    }
    found = {name: [] for name in works}
    for _ in range(rounds + 1):
        for name, command in works.items():
            found[name].append(Run(command, gigabyte).check(command))
    seconds = {name: median([run.seconds for run in runs[1:]]) for name, runs in found.items()}
    table.at_most("1 GB, a rule ignores it", seconds["ignored"], "cat", seconds["cat"], 2)
    table.at_most("1 GB, the organization refuses it", seconds["refused"], "cat", seconds["cat"], 2)
    resident("1 GB, not tracked", max(run.resident for name in ("ignored", "refused") for run in found[name]))

    tracked = Place(program, folder, "large")
    largest = write(folder + "/largest", "largest", HELD)
    run = Run(tracked.command, largest).check(tracked.command)
    resident("50 MB, tracked whole", run.resident)
    run = Run(tracked.command, gigabyte).check(tracked.command)
    resident("1 GB, tracked without its end", run.resident)
    tracked.remove()
    os.remove(gigabyte)
    os.remove(largest)


def resident(work, megabytes):
    table.row(work, f"{megabytes:.0f} MB", "resident", "", "<= 64 MB", megabytes <= 64)
