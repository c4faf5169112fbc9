"""An organization in PostgreSQL: `sync` beside pgbench, which writes the same rows and decides nothing."""
import glob
import os
import re
import shutil
import subprocess
import threading
import time

from . import table
from .place import BODY

TABLES = ("conversation", "copy", "content", "participant", "attachment", "reference", "delivery", "entry",
          "change")
PORT = "6543"


class Server:
    """A server of our own, which waits for the disk as one in use does; it listens on a Unix socket alone."""

    def __init__(self, folder):
        self.programs = newest()
        self.folder = folder + "/postgresql"
        self.user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] \
            if os.geteuid() == 0 else []
        os.mkdir(self.folder)
        # Whoever it runs as must come here.
        os.chmod(folder, 0o755)
        if self.user:
            shutil.chown(self.folder, "postgres")
        data = self.folder + "/data"
        self.control("initdb", "-D", data, "-U", "super", "-A", "trust", "-E", "UTF8", "--locale=C")
        with open(data + "/postgresql.conf", "a") as settings:
            settings.write(
                f"listen_addresses=''\nunix_socket_directories='{self.folder}'\nport={PORT}\n")
        self.control("pg_ctl", "-D", data, "-l", self.folder + "/log", "-w", "start")

    def control(self, name, *arguments):
        subprocess.run(
            [*self.user, f"{self.programs}/{name}", *arguments], check=True, stdout=subprocess.DEVNULL)

    def stop(self):
        self.control("pg_ctl", "-D", self.folder + "/data", "-m", "fast", "-w", "stop")

    def ask(self, sql, login="super", database="contoso"):
        """The rows of a query, each a list of texts."""
        found = subprocess.run(
            ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-F", "\x1f", "-R", "\x1e", "-h", self.folder,
             "-p", PORT, "-U", login, "-d", database, "-c", sql],
            check=True, capture_output=True, text=True).stdout.rstrip("\n")
        return [row.split("\x1f") for row in found.split("\x1e") if row]

    def url(self, login):
        return f"postgresql://{login}@/contoso?host={self.folder}&port={PORT}"

    def pgbench(self, script, clients, count):
        """So many transactions a second."""
        done = subprocess.run(
            [f"{self.programs}/pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j",
             str(min(clients, os.cpu_count())), "-t", str(max(1, count // clients)), "-f", script,
             "-h", self.folder, "-p", PORT, "-U", "super", "contoso"],
            check=True, capture_output=True, text=True).stdout
        return float(re.search(r"tps = ([0-9.]+)", done).group(1))


def newest():
    """The folder of the newest server's programs; None where there is none of 15 or newer."""
    found = {int(path.split("/")[4]): path for path in glob.glob("/usr/lib/postgresql/[0-9]*/bin")
             if os.access(path + "/initdb", os.X_OK)}
    return found[max(found)] if found and max(found) >= 15 else None


class Host:
    """A mail host with a spool of its own."""

    def __init__(self, program, server, folder, number):
        self.program = program
        self.number = number
        home = f"{folder}/host{number}"
        os.mkdir(home)
        self.environment = {
            "PATH": "/usr/bin:/bin", "HOME": home, "XDG_DATA_HOME": home + "/data",
            "XDG_STATE_HOME": home + "/state", "CRM_MAILFILTER_PROFILE": home + "/profile.toml"}
        with open(home + "/profile.toml", "w") as profile:
            profile.write(
                'synchronizing = "contoso"\n[[mailbox]]\nowner = "dana@contoso.example"\n'
                f'[[organization]]\nname = "contoso"\nurl = "{server.url(f"mx{number}")}"\n'
                '[[rule]]\nname = "f"\nfrom = "@fabrikam.example"\naction = "track"\n')
        self.sync()

    def fill(self, first, count):
        """Has messages wait."""
        for number in range(first, first + count):
            name = f"m{self.number}-{number}"
            subprocess.run(
                [self.program], check=True, env=self.environment, stdout=subprocess.DEVNULL,
                input=(f"Message-ID: <{name}@x.example>\nDate: Mon, 2 Nov 2026 10:14:05 +0100\n"
                       f"From: {name}@fabrikam.example\nTo: dana@contoso.example\n"
                       f"Subject: Offer {name}\n\n{BODY}").encode())

    def sync(self):
        subprocess.run(
            [self.program, "sync"], check=True, env=self.environment, stdout=subprocess.DEVNULL)


def same_rows(server, path):
    """Writes a script that writes the rows of one message, with ids and a key of their own."""
    server.ask("CREATE SCHEMA peer")
    for name in TABLES:
        server.ask(f"CREATE TABLE peer.{name} (LIKE crm.{name} INCLUDING ALL)")
    server.ask(
        "ALTER TABLE peer.copy ADD FOREIGN KEY (conversation) REFERENCES peer.conversation "
        "DEFERRABLE INITIALLY DEFERRED, ADD FOREIGN KEY (owner) REFERENCES crm.app_user")
    for name in TABLES[2:7]:
        server.ask(f"ALTER TABLE peer.{name} ADD FOREIGN KEY (copy) REFERENCES peer.copy")
    ((copy,),) = server.ask("SELECT id FROM crm.copy LIMIT 1")
    inserts = []
    for name in TABLES:
        columns = server.ask(
            "SELECT attname, format_type(atttypid, -1) FROM pg_attribute "
            f"WHERE attrelid = 'crm.{name}'::regclass AND attnum > 0 AND NOT attisdropped "
            "AND attgenerated = '' AND attidentity = '' ORDER BY attnum")
        where = {"conversation": f"id = (SELECT conversation FROM crm.copy WHERE id = '{copy}')",
                 "copy": f"id = '{copy}'"}.get(name, f"copy = '{copy}'")
        texts = ", ".join(f"quote_nullable({column}::text)" for column, _ in columns)
        for row in server.ask(f"SELECT {texts} FROM crm.{name} WHERE {where}"):
            values = [own(name, column) or f"{text}::{kind}"
                      for (column, kind), text in zip(columns, row)]
            inserts.append(
                f"INSERT INTO peer.{name} ({', '.join(column for column, _ in columns)}) "
                f"SELECT {', '.join(values)} FROM i")
    with open(path, "w") as script:
        script.write(
            "WITH i AS MATERIALIZED (SELECT gen_random_uuid() AS id, gen_random_uuid() AS conversation, "
            "gen_random_uuid() AS entry, sha256(uuid_send(gen_random_uuid())) AS key), "
            + ", ".join(f"w{number} AS ({one})" for number, one in enumerate(inserts[:-1]))
            + " " + inserts[-1] + ";\n")


def own(name, column):
    """What differs from message to message; None for what is the same."""
    if column == "id":
        return {"conversation": "i.conversation", "entry": "i.entry"}.get(name, "i.id")
    return {"conversation": "i.conversation", "copy": "i.id", "key": "i.key",
            "written_in": "pg_current_xact_id()", "xid": "pg_current_xact_id()",
            }.get(column) or ("i.id || '@x.example'" if (name, column) == ("copy", "message_id") else None)


def measure(program, folder, count):
    table.head(f"sync to PostgreSQL, {count:,} waiting messages of 6 KB, beside the same rows by pgbench")
    if newest() is None:
        table.row("no PostgreSQL 15 or newer (Debian: postgresql)", "")
        return
    server = Server(folder)
    try:
        beside(server, program, folder, count)
    finally:
        server.stop()


def beside(server, program, folder, count):
    widths = (1, 4, 16)
    server.ask("CREATE ROLE owner LOGIN CREATEROLE; CREATE ROLE dana LOGIN; "
               + "".join(f"CREATE ROLE mx{number} LOGIN;" for number in range(max(widths))),
               database="postgres")
    server.ask("CREATE DATABASE contoso OWNER owner", database="postgres")
    subprocess.run(
        [program, "org", "init", server.url("owner"), "--administrator", "dana@contoso.example",
         "--login", "dana"], check=True, stdout=subprocess.DEVNULL)
    for number in range(max(widths)):
        server.ask(f"SELECT crm.set_host('mx{number}', true)", login="dana")
    hosts = [Host(program, server, folder, number) for number in range(max(widths))]
    hosts[0].fill(0, 1)
    hosts[0].sync()
    script = folder + "/same-rows.sql"
    same_rows(server, script)
    first = 1
    for width in widths:
        share = count // width
        for host in hosts[:width]:
            host.fill(first, share)
        first += share
        before = server.pgbench(script, width, count)
        start = time.perf_counter()
        threads = [threading.Thread(target=host.sync) for host in hosts[:width]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        rate = share * width / (time.perf_counter() - start)
        # Before and after, since a machine is not as busy all the time.
        peer = (before + server.pgbench(script, width, count)) / 2
        bar = 5 if width == 1 else 0.9
        table.row(f"{width} {'client' if width == 1 else 'clients'}", f"{rate:.0f}/s",
                  f"pgbench {peer:.0f}/s", f"{rate / peer:.2f}", f">= {bar}", rate / peer >= bar)
    ((kept,),) = server.ask("SELECT count(*) FROM crm.copy")
    wanted = 1 + sum(count // width * width for width in widths)
    table.row("copies there", kept, f"messages {wanted}", "", "the same", int(kept) == wanted)
