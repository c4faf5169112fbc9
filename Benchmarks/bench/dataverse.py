"""`sync` of mail that waits for an organization in Dataverse, over a server that takes its time.

The server is the small one of the tests, on this machine. It says of each request when it came, so that what is
sent for a message can be counted; what it takes itself is measured, too, since it shares the processors."""
import http.client
import json
import os
import subprocess
import sys
import time
import uuid

from . import process, table
from .place import write_message

LATENCY = 0.02
# At least so many messages a second, at most so many requests of each, and so many MB.
LEAST_RATE, MOST_REQUESTS, MOST_MEMORY = 50, 4, 64
TENANT = "11111111-2222-3333-4444-555555555555"
# So many people write.
SENDERS = 200


class Server:
    """dataverse.py of the tests, in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        os.mkdir(folder)
        here = os.path.dirname(os.path.abspath(__file__))
        self.process = subprocess.Popen(
            [sys.executable, "-B", here + "/../../Tests/EndToEndTests/Elsewhere/dataverse.py", folder],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        while not os.path.exists(folder + "/url"):
            if self.process.poll() is not None:
                sys.exit("the server of the tests does not run")
            time.sleep(0.01)
        with open(folder + "/url") as file:
            self.url = file.read().strip()

    def control(self, what, body=None):
        connection = http.client.HTTPConnection(self.url.removeprefix("http://"))
        connection.request("POST" if body is not None else "GET", "/control/" + what,
                           body=None if body is None else json.dumps(body))
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def count(self):
        """How many requests came so far: a batch is one."""
        with open(self.folder + "/requests") as lines:
            return sum(not json.loads(line)["part"] for line in lines)

    def seconds(self):
        """Its processor time so far."""
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def bare(self, count):
        """How long so many small requests take, one after the other, in seconds each."""
        connection = http.client.HTTPConnection(self.url.removeprefix("http://"))
        start = time.perf_counter()
        for _ in range(count):
            connection.request("GET", "/api/data/v9.2/WhoAmI()", headers={"Authorization": "Bearer token-1"})
            connection.getresponse().read()
        connection.close()
        return (time.perf_counter() - start) / count

    def end(self):
        # It ends with its input.
        self.process.stdin.close()
        self.process.wait()


def measure(program, folder, count):
    table.head(f"sync of {count} messages with Dataverse, {LATENCY * 1000:.0f} ms a request")
    server = Server(folder + "/server")
    try:
        run(program, folder, count, server)
    finally:
        server.end()


def run(program, folder, count, server):
    profile, spool = folder + "/dataverse.toml", folder + "/dataverse.spool"
    client = uuid.uuid5(uuid.UUID("0d7a3c52-0000-4000-8000-000000000000"), "tracker client")
    with open(profile, "w") as file:
        file.write(
            'synchronizing = "c"\n[[mailbox]]\nowner = "ann@contoso.example"\n'
            f'[[organization]]\nname = "c"\nurl = "{server.url}/api/data/v9.2/"\nclient_id = "{client}"\n'
            f'tenant = "{TENANT}"\nauthority = "{server.url}/{TENANT}"\n'
            'password_command = ["/bin/echo", "tracker-s3cret"]\n')
    # What this side keeps of it goes into the folder, and no proxy stands between.
    process.ENVIRONMENT.update({
        "XDG_DATA_HOME": folder + "/data", "XDG_STATE_HOME": folder + "/state", "no_proxy": "*"})
    mail = folder + "/dataverse.eml"
    for number in range(count):
        write_message(mail, f"d{number}", to="ann@contoso.example",
                      sender=f"p{number % SENDERS}@fabrikam.example")
        process.Run([program, "--profile", profile, "--spool", spool], mail).check(program)
    server.control("config", {"latency": LATENCY})
    sync = [program, "sync", "--profile", profile, "--spool", spool]
    before, seconds = server.count(), server.seconds()
    ours = process.Run(sync, "/dev/null")
    ours.check(sync)
    requests, theirs = server.count() - before, server.seconds() - seconds
    floor = 1 / server.bare(100)
    server.control("config", {"latency": 0})
    emails = server.control("rows?table=emails")
    if len(emails) != count or any(email["statecode"] != 1 for email in emails):
        sys.exit(f"sync: {len(emails)} of {count} e-mails are there, or not all are completed")
    rate, each, memory = count / ours.seconds, requests / count, ours.resident
    table.row("messages a second", f"{rate:.1f}/s",
              f"bare requests {floor:.1f}/s", f"{rate / floor:.2f}",
              f">= {LEAST_RATE}/s", rate >= LEAST_RATE)
    table.row("requests a message", f"{each:.2f}", "", "", f"<= {MOST_REQUESTS}", each <= MOST_REQUESTS)
    table.row("peak memory", f"{memory:.0f} MB", "", "", f"<= {MOST_MEMORY} MB", memory <= MOST_MEMORY)
    table.row("processor time a message", f"{1000 * ours.seconds.processor / count:.2f} ms",
              f"the server's {1000 * theirs / count:.2f} ms")
