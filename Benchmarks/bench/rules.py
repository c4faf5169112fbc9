"""What rules cost a batch."""
import os
import time
import subprocess

from . import table
from .one_message import RULES, thousand_rules
from .place import IGNORE, Place


def measure(program, generator, folder, count, rounds=3):
    table.head(f"a batch of {count} messages, all ignored, the least of {rounds} runs each, interleaved")
    maildir = folder + "/rulemail"
    subprocess.run([generator, maildir, str(count)], check=True)
    last = IGNORE + IGNORE.replace("incoming", "outgoing").replace('"all"', '"ours"')
    times = {"one": [], "many": []}
    for number in range(rounds):
        for name, rules in (("one", last), ("many", thousand_rules() + last)):
            place = Place(program, folder, f"rules{name}{number}", rules)
            start = time.perf_counter()
            place.tool("batch", maildir)
            times[name].append((time.perf_counter() - start) / count)
            place.remove()
    os.remove(maildir + ".jsonl")
    table.at_most_more(f"{RULES} rules, a message", min(times["many"]), "two rules", min(times["one"]),
                       60, 1e6, "us")
