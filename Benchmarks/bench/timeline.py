"""Where the CPU time of a filter run goes, by the calls that it reaches."""
import os
import statistics
import subprocess

from . import process
from .place import IGNORE, Place

STAGES = {
    "loaded": "kernel and dynamic loader",
    "main": "initialisers: Swift, Foundation, libdispatch, libstdc++",
    "message": "arguments, crash trap",
    "spool": "header section read, profile read",
    "store": "header parsed, rules asked",
    "statement": "SQLite opened, GRDB's functions and collations",
    "schema": "write-ahead log looked through, schema read",
    "decision": "correlation, decision, digest of the message",
    "rows": "turn to write, rows written",
    "output": "commit",
    "exit": "message passed on",
}


def measure(program, here, folder, rounds):
    shim = folder + "/timeline.so"
    subprocess.run(
        ["cc", "-O2", "-shared", "-fPIC", "-o", shim, here + "/timeline.c", "-ldl"], check=True)
    for name, rules, domain in (
            ("tracked", None, "fabrikam.example"), ("refused", None, "other.example"),
            ("ignored", IGNORE, "other.example")):
        place = Place(program, folder, "time" + name, *([rules] if rules else []))
        print(f"\n{name}: CPU time and page faults of each stage, medians of {rounds} runs; "
              f"load {os.getloadavg()[0]:.2f}")
        show(runs(place, shim, domain, rounds))


def runs(place, shim, domain, rounds):
    """The marks of each run: name, microseconds, faults."""
    path = place.folder + "/timeline"
    process.ENVIRONMENT.update({"LD_PRELOAD": shim, "TIMELINE": path})
    found = []
    for number in range(rounds + 3):
        process.Run(place.command, place.mail(number, domain)).check(place.command)
        with open(path) as file:
            marks = [line.split("\t") for line in file.read().splitlines()]
        if number >= 3:
            found.append([(name, float(time), int(faults)) for name, time, faults in marks])
    for name in ("LD_PRELOAD", "TIMELINE"):
        del process.ENVIRONMENT[name]
    return found


def show(found):
    names = [name for name, _, _ in found[-1]]
    found = [run for run in found if [name for name, _, _ in run] == names]
    for index, name in enumerate(names):
        def median(column):
            return statistics.median(
                run[index][column] - (run[index - 1][column] if index else 0) for run in found)
        print(f"{STAGES[name]:<60}{median(1):>8.0f} us{median(2):>6.0f} faults")
    total = statistics.median(run[-1][1] for run in found)
    print(f"{'all':<60}{total:>8.0f} us{statistics.median(run[-1][2] for run in found):>6.0f} faults")
