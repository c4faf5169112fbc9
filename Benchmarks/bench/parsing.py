"""The parser beside GMime: the same messages in memory, the same fields read."""
import glob
import shlex
import statistics
import subprocess

from . import table


def measure(parser, here, folder, rounds):
    messages = glob.glob(here + "/../../shared/corpus/*/*.eml")
    source = "corpus"
    if not messages:
        messages = glob.glob(here + "/../samples/mail/*.eml")
        source = "samples"
    peer = folder + "/gmime"
    flags = subprocess.run(
        ["pkg-config", "--cflags", "--libs", "gmime-3.0"], check=True, capture_output=True, text=True)
    subprocess.run(
        ["cc", "-O2", "-o", peer, here + "/gmime.c", *shlex.split(flags.stdout)], check=True)
    names = "\n".join(sorted(messages)) + "\n"
    table.head(f"parsing {len(messages)} messages ({source}), {rounds} rounds of a second, interleaved")
    for work, bar in (("header", 3.5), ("full", 3.0)):
        rates = {parser: [], peer: []}
        for _ in range(rounds):
            for program, found in rates.items():
                out = subprocess.run(
                    [program, work, "1"], input=names, text=True, capture_output=True, check=True)
                found.append([float(word) for word in out.stdout.split()])
        ours, theirs = (
            [statistics.median(column) for column in zip(*found)] for found in rates.values())
        ratio = ours[0] / theirs[0]
        table.row(f"{work}, {ours[1]:.0f} MB/s", f"{ours[0]:.0f}/s", f"GMime {theirs[0]:.0f}/s",
                  f"{ratio:.2f}", f">= {bar:g}", ratio >= bar)

    table.head("hostile messages of 500,000 pieces: the time grows when they double")
    out = subprocess.run([parser, "hostile", "500000"], text=True, capture_output=True, check=True)
    for line in out.stdout.splitlines():
        ratio, milliseconds, name = line.split("\t")
        # Twice is linear, four times quadratic; of a few milliseconds the clock says too little.
        table.row(name, f"{milliseconds} ms", "half of it", ratio, "< 3",
                  float(ratio) < 3 or float(milliseconds) < 20)
