"""The last results of each part, in RESULTS.md, and what fell behind them."""
import json
import os
import platform
import re
import subprocess

HEAD = """# The last results

`make bench` writes this: of each part the last run that was not quick. What falls behind it by more than a
tenth is said at the end of a run, by processor time where both sides have one. README.md says how each row
is measured.
"""
COLUMNS = ("work", "ours", "peer or floor", "ratio", "by processor time", "bar", "met")


def machine():
    """Processor, number of cores and system, in a line."""
    model = platform.machine()
    try:
        with open("/proc/cpuinfo") as lines:
            model = re.search("model name\\s*: (.*)", lines.read()).group(1)
    except (OSError, AttributeError):
        pass
    return f"{os.cpu_count()} cores, {model}; {platform.system()} {platform.release()}"


def commit(here):
    """The commit that was measured, and whether more was changed."""
    def git(*words):
        return subprocess.run(["git", "-C", here, *words], capture_output=True, text=True).stdout.strip()
    name = git("rev-parse", "--short", "HEAD") or "unknown"
    return name + (" and changes" if git("status", "--porcelain", "--untracked-files=no") else "")


def sections(path):
    """The text of each part as it was kept, by name."""
    try:
        with open(path) as file:
            text = file.read()
    except FileNotFoundError:
        return {}
    return {part.split("\n", 1)[0]: part.split("\n", 1)[1].strip() for part in text.split("\n## ")[1:]}


def figure(cells):
    """What of a row is compared: the ratio by processor time, or the other; None where it has none."""
    found = re.match(r"[-+]?[0-9.]+$", cells[4] or cells[3])
    return float(found.group()) if found else None


def rows(section):
    """The cells of each row of a kept part, by its title and work."""
    found, title = {}, ""
    for line in section.splitlines():
        if line.startswith("### "):
            title = line[4:]
        elif line.startswith("| "):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            found[title, cells[0]] = cells
    return found


def behind(old, new):
    """What is worse by more than a tenth, in words."""
    for key, cells in new.items():
        before, now = figure(old.get(key, [""] * 7)), figure(cells)
        if before is None or now is None or before <= 0 or now <= 0:
            continue
        factor = before / now if cells[5].startswith(">") else now / before
        if factor > 1.1:
            yield f"{key[1]}: {now:g}, before {before:g} ({key[0]})"


def keep(record, path, here):
    """Puts what was recorded into RESULTS.md, and says what fell behind."""
    with open(record) as lines:
        recorded = [json.loads(line) for line in lines]
    kept = sections(path)
    worse = []
    for part in dict.fromkeys(row["part"] for row in recorded):
        mine = [row for row in recorded if row["part"] == part]
        text = [f"Commit {commit(here)}; {machine()}; load {mine[0]['load']} to {mine[-1]['load']}.", ""]
        for title in dict.fromkeys(row["title"] for row in mine):
            text += [f"### {title}", "", "| " + " | ".join(COLUMNS) + " |", "|---" * len(COLUMNS) + "|"]
            text += ["| " + " | ".join(row["cells"]) + " |" for row in mine if row["title"] == title]
            text.append("")
        section = "\n".join(text).strip()
        worse += behind(rows(kept.get(part, "")), rows(section))
        kept[part] = section
    with open(path, "w") as file:
        file.write(HEAD + "".join(f"\n## {part}\n\n{section}\n" for part, section in sorted(kept.items())))
    print(f"\nkept in {os.path.relpath(path)}")
    if worse:
        print("behind the last results by more than a tenth:")
        for line in worse:
            print("  " + line)
    return worse
