"""Processes: started and waited for without anything between, one after the other or many at once."""
import os
import statistics
import threading
import time

# What a mail host gives a pipe, and no more.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C"}


class Seconds(float):
    """A time by the clock, and the processor time of the same work."""

    def __new__(cls, seconds, processor=None):
        self = super().__new__(cls, seconds)
        self.processor = processor
        return self


def spent(usage):
    """The processor time of a process that ended, in seconds."""
    return usage.ru_utime + usage.ru_stime


class Run:
    """One process: wall time in seconds from its start to its end, status, most memory in MB."""

    def __init__(self, command, stdin, stdout=os.devnull):
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, stdin, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, stdout, os.O_WRONLY, 0),
        ]
        start = time.perf_counter()
        process = os.posix_spawn(command[0], command, ENVIRONMENT, file_actions=actions)
        _, status, usage = os.wait4(process, 0)
        self.seconds = Seconds(time.perf_counter() - start, spent(usage))
        self.status = os.waitstatus_to_exitcode(status)
        self.resident = usage.ru_maxrss / 1024

    def check(self, command):
        if self.status != 0:
            raise SystemExit(f"{' '.join(command)} ended with {self.status}")
        return self


def interleaved(works, rounds, warm=3):
    """Runs each of some works in turn, again and again.

    works: name -> (command, a function from the number of a round to the file for stdin).
    Returns the medians, in seconds, by name.
    """
    times = {name: [] for name in works}
    for number in range(rounds + warm):
        for name, (command, stdin) in works.items():
            path = stdin(number)
            run = Run(command, path).check(command)
            if number >= warm:
                times[name].append(run.seconds)
    return {name: median(found) for name, found in times.items()}


def median(times):
    """The median of some `Seconds`, and that of their processor times."""
    return Seconds(statistics.median(times), statistics.median(time.processor for time in times))


def at_once(command, files, width):
    """Runs the command once for each file, so many at a time: the runs and the wall time."""
    runs = []
    rest = iter(files)
    lock = threading.Lock()

    def work():
        while True:
            with lock:
                path = next(rest, None)
            if path is None:
                return
            run = Run(command, path)
            with lock:
                runs.append(run)

    threads = [threading.Thread(target=work) for _ in range(width)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return runs, time.perf_counter() - start
