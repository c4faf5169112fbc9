"""One message of 6 KB through the filter."""
import random

from . import table
from .place import IGNORE, Place
from .process import interleaved

RULES = 1_000
RECORDS = 50_000


def thousand_rules():
    """Rules as people write them, none of which matches: addresses, domains, words, expressions."""
    chance = random.Random(8)
    rules = []
    for number in range(RULES):
        word = "".join(chance.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(9))
        condition = (
            f'from = ["{word}@customer{number}.example", "@customer{number}.example"]',
            f'participant = ["@{word}.example", "@*.{word}.example"]',
            f'subject = "{word} report"',
            f"subject = '/\\b{word}( |-)[0-9]+\\b/i'",
            f"subject = '/^(re|fwd?): .*({word}|{word[::-1]})/i'",
        )[number % 5]
        action = ("track", "ask", "ignore")[number % 3]
        rules.append(f'[[rule]]\nname = "{number} {word}"\n{condition}\naction = "{action}"\n')
    return "".join(rules)


def measure(program, floor, folder, rounds):
    table.head(f"one message, 6 KB, medians of {rounds} runs each, interleaved")
    tracked = Place(program, folder, "tracked")
    refused = Place(program, folder, "refused")
    ignored = Place(program, folder, "ignored", IGNORE)
    ruled = Place(program, folder, "ruled", thousand_rules() + IGNORE)
    full = Place(program, folder, "full")
    full.tool("record", "import", records(folder))
    floor_place = Place(program, folder, "floor")
    cat_place = Place(program, folder, "cat")
    found = interleaved({
        "cat": (["/bin/cat"], cat_place.mail),
        "floor": ([floor, folder + "/floor.sqlite"], floor_place.mail),
        "tracked": (tracked.command, tracked.mail),
        "refused": (refused.command, refused.other_mail),
        "ignored": (ignored.command, ignored.other_mail),
        "ruled": (ruled.command, ruled.other_mail),
        "full": (full.command, full.mail),
    }, rounds)
    table.at_most("tracked", found["tracked"], "C floor", found["floor"], 1.7)
    table.at_most("not tracked: a rule ignores it", found["ignored"], "cat", found["cat"], 2)
    table.at_most("not tracked: the organization refuses it", found["refused"], "cat", found["cat"], 3)
    table.at_most_more(f"{RULES} rules", found["ruled"], "one rule", found["ignored"], 5)
    table.at_most_more(f"tracked, {RECORDS} records", found["full"], "none", found["tracked"], 0.3)


def records(folder):
    """A CSV file of records, as `record import` reads it."""
    path = folder + "/records.csv"
    with open(path, "w") as file:
        file.write("type,id,address\n")
        for number in range(RECORDS):
            file.write(f"contact,{number},person{number}@company{number // 10}.example\n")
    return path
