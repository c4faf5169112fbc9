"""The table: work | ours | peer or floor | ratio | by processor time | bar | met.

What a part measures, it gives to `row`, or to one of the two that count the ratio; whatever program
does so, the row is also kept for RESULTS.md, by way of the file that BENCH_RECORD names."""
import json
import os

FORMAT = "{:<44}{:>13}  {:<28}{:>9}{:>8}  {:<12}{}"
_title = ""


def head(title):
    """Starts a part of the table."""
    global _title
    _title = title
    print(f"\n{title}; load {os.getloadavg()[0]:.2f}")
    print(FORMAT.format("work", "ours", "peer or floor", "ratio", "by cpu", "bar", "met"), flush=True)


def row(work, ours, theirs="", ratio="", bar="", met=None, by_processor=None):
    """Prints one figure; `met` is None where there is no bar.

    by_processor: the ratio by processor time, which other work on the machine changes less.
    """
    said = "" if met is None else "yes" if met else "NO"
    by_cpu = "" if by_processor is None else f"{by_processor:.2f}"
    print(FORMAT.format(work, ours, theirs, ratio, by_cpu, bar, said).rstrip(), flush=True)
    record = os.environ.get("BENCH_RECORD")
    if record is None:
        return
    with open(record, "a") as file:
        print(json.dumps({
            "part": os.environ.get("BENCH_PART", ""), "title": _title, "load": round(os.getloadavg()[0], 2),
            "cells": [work, ours, theirs, ratio, by_cpu, bar, said]}), file=file)


def at_most(work, ours, peer, theirs, bar, unit=1e3, name="ms"):
    """Two times in seconds, and how many times the other's ours may be."""
    ratio = ours / theirs
    row(work, f"{ours * unit:.2f} {name}", f"{peer} {theirs * unit:.2f} {name}", f"{ratio:.2f}",
        f"<= {bar:g}", ratio <= bar, by_processor(ours, theirs))


def at_most_more(work, ours, peer, theirs, bar, unit=1e3, name="ms"):
    """Two times in seconds, and how much more ours may be, in the unit."""
    more = (ours - theirs) * unit
    row(work, f"{ours * unit:.2f} {name}", f"{peer} {theirs * unit:.2f} {name}",
        f"{more:+.2f} {name}", f"<= +{bar:g} {name}", more <= bar, by_processor(ours, theirs))


def by_processor(ours, theirs):
    """The ratio by processor time of two `Seconds`; None where one of them has none."""
    ours, theirs = getattr(ours, "processor", None), getattr(theirs, "processor", None)
    return ours / theirs if ours is not None and theirs else None
