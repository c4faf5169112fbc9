"""The table: work | ours | peer or floor | ratio | bar | met."""
import os

FORMAT = "{:<44}{:>13}  {:<28}{:>9}  {:<12}{}"


def head(title):
    """Starts a part of the table."""
    print(f"\n{title}; load {os.getloadavg()[0]:.2f}")
    print(FORMAT.format("work", "ours", "peer or floor", "ratio", "bar", "met"), flush=True)


def row(work, ours, theirs="", ratio="", bar="", met=None):
    """Prints one figure; `met` is None where there is no bar."""
    met = "" if met is None else "yes" if met else "NO"
    print(FORMAT.format(work, ours, theirs, ratio, bar, met).rstrip(), flush=True)


def at_most(work, ours, peer, theirs, bar, unit=1e3, name="ms"):
    """Two times in seconds, and how many times the other's ours may be."""
    ratio = ours / theirs
    row(work, f"{ours * unit:.2f} {name}", f"{peer} {theirs * unit:.2f} {name}", f"{ratio:.2f}",
        f"<= {bar:g}", ratio <= bar)


def at_most_more(work, ours, peer, theirs, bar, unit=1e3, name="ms"):
    """Two times in seconds, and how much more ours may be, in the unit."""
    more = (ours - theirs) * unit
    row(work, f"{ours * unit:.2f} {name}", f"{peer} {theirs * unit:.2f} {name}",
        f"{more:+.2f} {name}", f"<= +{bar:g} {name}", more <= bar)
