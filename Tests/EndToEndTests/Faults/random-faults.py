#!/usr/bin/env python3
"""Lets the filter down in random ways for some time, many at once, and holds it to what is promised:
the same bytes and 0, or 75; within the time that hosts give; each message tracked once in the end.

    random-faults.py PROGRAM FOLDER SECONDS [SEED]

Prints one line in the end; a line before it for each promise that was broken, with what was done. As
root the filter runs as another user, whom limits bind.
"""
import collections
import contextlib
import fcntl
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

program, folder, seconds = os.path.abspath(sys.argv[1]), sys.argv[2], float(sys.argv[3])
seed = int(sys.argv[4]) if len(sys.argv) > 4 else random.SystemRandom().randrange(1 << 32)
source = random.Random(seed)
user = 65534 if os.geteuid() == 0 else None
# Five seconds are promised, and these machines may be busy.
patience = 9

profile = f'''
synchronizing = "contoso"
[[mailbox]]
owner = "dana@contoso.example"
addresses = ["dana@contoso.example"]
[[organization]]
name = "contoso"
url = "sqlite:{folder}/data/contoso.sqlite"
colleagues = ["@contoso.example"]
[[rule]]
name = "all"
participant = "@fabrikam.example"
action = "track"
'''
paths = {name: os.path.join(folder, name) for name in ("config", "data", "state", "tmp")}
store = paths["data"] + "/contoso.sqlite"
spool = paths["state"] + "/crm-mailfilter/spool"
for path in [folder, *paths.values()]:
    os.makedirs(path, mode=0o700, exist_ok=True)
with open(paths["config"] + "/profile.toml", "w") as file:
    file.write(profile)
environment = {
    "HOME": folder, "XDG_DATA_HOME": paths["data"], "XDG_STATE_HOME": paths["state"],
    "CRM_MAILFILTER_PROFILE": paths["config"] + "/profile.toml", "PATH": "/usr/bin:/bin",
    "TMPDIR": paths["tmp"],
}
if user:
    for base, names, files in os.walk(folder):
        for name in [".", *files]:
            os.chown(os.path.join(base, name), user, user)

failures = []
outcomes = collections.Counter()


def become():
    if user:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)


def message(number):
    kind = source.random()
    length = source.choice([0, 10, 3000, 60_000, 70_000, 300_000, 2_000_000])
    head = f"Message-ID: <{seed}.{number}@fabrikam.example>\nFrom: erin@fabrikam.example\n"
    head += "To: dana@contoso.example\n"
    if kind < 0.1:
        head += "".join(f"X-{n}: {n}\n" for n in range(source.randrange(20_000)))
    if kind > 0.9:
        head += "Cc: " + ", ".join(f"c{n}@x.example" for n in range(source.randrange(5_000))) + "\n"
    line = source.choice([b"Hello, Dana\n", b"\0\r\xff\n", b"From x\n", b"no end of line "])
    return f"{head}Subject: {number}\n\n".encode() + line * (length // len(line))


@contextlib.contextmanager
def renamed(path):
    """Something is missing for a while."""
    try:
        os.rename(path, path + ".away")
    except OSError:
        yield
        return
    try:
        yield
    finally:
        if os.path.exists(path):
            os.rename(path, f"{path}.{time.monotonic_ns()}")
        os.rename(path + ".away", path)


@contextlib.contextmanager
def mode(path, bits):
    try:
        before = os.stat(path).st_mode & 0o7777
        os.chmod(path, bits)
    except OSError:
        yield
        return
    try:
        yield
    finally:
        os.chmod(path, before)


@contextlib.contextmanager
def locked(lock):
    """Somebody holds a lock for some seconds."""
    end = threading.Event()
    held = threading.Event()
    span = source.choice([0.05, 0.5, 3, 20])

    def hold():
        try:
            with contextlib.ExitStack() as stack:
                if lock == "database":
                    base = stack.enter_context(contextlib.closing(sqlite3.connect(store, timeout=5)))
                    base.execute("BEGIN EXCLUSIVE" if source.random() < 0.5 else "BEGIN IMMEDIATE")
                else:
                    file = stack.enter_context(open(store + ".lock", "r+b"))
                    (fcntl.flock if lock == "flock" else fcntl.lockf)(file, fcntl.LOCK_EX)
                held.set()
                end.wait(span)
        except (OSError, sqlite3.Error):
            pass
        held.set()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    try:
        yield
    finally:
        end.set()
        thread.join()


LIMITS = {
    "nofile": (resource.RLIMIT_NOFILE, lambda: source.randrange(3, 17)),
    "nproc": (resource.RLIMIT_NPROC, lambda: source.choice([0, 1])),
    "as": (resource.RLIMIT_AS, lambda: source.randrange(20 << 20, 400 << 20)),
    "fsize": (resource.RLIMIT_FSIZE, lambda: source.choice([0, 1, 4096, 50_000, 200_000, 1 << 20])),
    "stack": (resource.RLIMIT_STACK, lambda: source.randrange(32 << 10, 1 << 20)),
    "cpu": (resource.RLIMIT_CPU, lambda: 1),
}
FAULTS = [
    "none", "none", "kill", "term", "full output", "closed output", "umask", "no tmp", "no data",
    "no spool", "closed store", "closed spool", "profile", "flock", "lockf", "database", "strict",
    *LIMITS, *LIMITS,
]


def run(number, fault):
    bytes_in = message(number)
    limit = LIMITS.get(fault)
    limit = limit and (limit[0], limit[1]())
    arguments = [program, "filter"] + (["--strict"] if fault == "strict" else [])
    surroundings = dict(environment)
    around = contextlib.nullcontext()
    if fault == "no tmp":
        surroundings["TMPDIR"] = "/nowhere"
    if fault == "no data":
        around = renamed(paths["data"])
    if fault == "no spool":
        around = mode(paths["state"], 0)
    if fault == "closed store":
        around = mode(paths["data"], 0o500)
    if fault == "closed spool":
        around = mode(spool, 0o500)
    if fault == "profile":
        around = mode(environment["CRM_MAILFILTER_PROFILE"], 0)
    if fault in ("flock", "lockf", "database"):
        around = locked(fault)

    def prepare():
        if fault == "umask":
            os.umask(0o777)
        become()
        if limit:
            resource.setrlimit(limit[0], (limit[1], limit[1]))
        if fault == "closed output":
            os.close(1)

    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as taken, \
            tempfile.TemporaryFile() as said, open("/dev/full", "wb") as full, around:
        given.write(bytes_in)
        given.seek(0)
        piped = source.random() < 0.5
        child = subprocess.Popen(
            arguments, stdin=subprocess.PIPE if piped else given, env=surroundings,
            stdout=full if fault == "full output" else taken, stderr=said, preexec_fn=prepare)
        started = time.monotonic()
        if piped:
            def feed():
                try:
                    child.stdin.write(bytes_in)
                    child.stdin.close()
                except OSError:
                    pass
            feeder = threading.Thread(target=feed, daemon=True)
            feeder.start()
        if fault in ("kill", "term"):
            time.sleep(source.random() ** 2 * 0.2)
            child.send_signal(signal.SIGKILL if fault == "kill" else signal.SIGTERM)
        try:
            status = child.wait(timeout=patience + 20)
        except subprocess.TimeoutExpired:
            child.kill()
            status = child.wait()
        took = time.monotonic() - started
        taken.seek(0)
        said.seek(0)
        bytes_out, words = taken.read(), said.read().decode(errors="replace")

    what = f"{fault} {limit and limit[1]}: {len(bytes_in)} bytes by {'pipe' if piped else 'file'}"
    def broken(promise):
        failures.append(f"seed {seed}, message {number}, {what}: {promise}; said: {words.strip()[:300]}")
    if took > patience:
        broken(f"took {took:.1f} s")
    # What the tests send ends it, and so do limits on its time and its start.
    ours = {-signal.SIGKILL, -signal.SIGTERM, -signal.SIGXCPU} if fault in ("kill", "term", "cpu") else set()
    if fault in ("as", "stack", "nofile") and status in (127, -signal.SIGSEGV, -signal.SIGKILL) and not bytes_out:
        # The loader or the kernel had not enough to start it.
        outcomes["not started"] += 1
        return "again"
    if status not in {0, 75} | ours:
        broken(f"status {status}")
    if status == 0 and bytes_out != bytes_in and fault not in ("full output", "closed output"):
        broken(f"{len(bytes_out)} other bytes came out, with status 0")
    if status == 0 and fault in ("full output", "closed output"):
        broken("status 0, and nobody got it")
    if status == 75 and fault in ("none", "umask", "no data", "profile", "flock", "lockf", "database"):
        broken("handed back without need")
    if status != 0:
        outcomes["handed back or ended"] += 1
        return "again"
    if "NOT TRACKED AND NOT KEPT" in words or "is not tracked" in words:
        outcomes["passed on only, and said so"] += 1
        return "again"
    outcomes["tracked or waiting"] += 1
    return "kept"


def command(*arguments):
    return subprocess.run(
        [program, *arguments], env=environment, preexec_fn=become, stdin=subprocess.DEVNULL,
        capture_output=True, text=True)


deadline = time.monotonic() + seconds
number = 0
expected = {}
while time.monotonic() < deadline and len(failures) < 20:
    again = []
    for _ in range(40):
        number += 1
        before = source.getstate()
        fault = source.choice(FAULTS)
        if run(number, fault) == "again":
            again.append((number, before))
        else:
            expected[number] = fault
    # The host tries again, now that nothing is wrong.
    for late, state in again:
        now = source.getstate()
        source.setstate(state)
        source.choice(FAULTS)
        if run(late, "none") == "kept":
            expected[late] = "tried again"
        source.setstate(now)
    retried = command("retry")
    with contextlib.closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as base:
        counts = dict(base.execute("SELECT message_id, count(*) FROM copy GROUP BY message_id"))
    name = lambda n: f"{seed}.{n}@fabrikam.example"
    found = {n: counts.get(name(n), counts.get(f"<{name(n)}>", 0)) for n in expected}
    for n, count in found.items():
        if count != 1:
            failures.append(f"seed {seed}, message {n}, {expected[n]}: {count} copies; retry said: {retried.stdout[-300:]} {retried.stderr[-300:]}")
    if failures:
        expected = {}
    verified = command("verify")
    if verified.returncode != 0:
        failures.append(f"seed {seed}, up to message {number}: verify: {verified.stdout[-500:]} {verified.stderr[-300:]}")
for failure in failures[:20]:
    print(failure)
print(f"{number} messages, seed {seed}: " + ", ".join(f"{count} {what}" for what, count in sorted(outcomes.items())))
sys.exit(1 if failures else 0)
