"""A POP3 server (RFC 1939) of one mailbox on loopback, for the test of getmail.

pop3-server.py FOLDER PORT-FILE: serves the files of FOLDER, deletes what a client deleted once it says
QUIT, and writes its port into PORT-FILE. Any user and password will do. It ends by itself after a minute.
"""
import os
import signal
import socketserver
import sys

folder, port_file = sys.argv[1:]


def stuffed(content):
    """The lines of a message, with CRLF and dots doubled, and the end of a response."""
    lines = content.replace(b"\r\n", b"\n").removesuffix(b"\n").split(b"\n")
    return b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines) + b".\r\n"


class Session(socketserver.StreamRequestHandler):
    def handle(self):
        names = sorted(os.listdir(folder))
        mails = {str(i + 1): open(os.path.join(folder, name), "rb").read() for i, name in enumerate(names)}
        deleted = set()
        self.say("ready")
        while line := self.rfile.readline():
            command, *arguments = line.decode("ascii").split()
            command = command.upper()
            if command in ("USER", "PASS", "NOOP"):
                self.say("")
            elif command == "STAT":
                self.say(f"{len(mails)} {sum(map(len, mails.values()))}")
            elif command in ("LIST", "UIDL") and not arguments:
                self.say("")
                for number, mail in mails.items():
                    value = len(mail) if command == "LIST" else names[int(number) - 1]
                    self.wfile.write(f"{number} {value}\r\n".encode())
                self.wfile.write(b".\r\n")
            elif command == "RETR":
                self.say("")
                self.wfile.write(stuffed(mails[arguments[0]]))
            elif command == "DELE":
                deleted.add(arguments[0])
                self.say("")
            elif command == "QUIT":
                for number in deleted:
                    os.unlink(os.path.join(folder, names[int(number) - 1]))
                self.say("")
                return
            else:
                self.wfile.write(b"-ERR\r\n")

    def say(self, text):
        self.wfile.write(f"+OK {text}\r\n".encode())


signal.alarm(60)
with socketserver.TCPServer(("127.0.0.1", 0), Session) as server:
    with open(port_file + ".new", "w") as file:
        file.write(str(server.server_address[1]))
    os.rename(port_file + ".new", port_file)
    server.serve_forever()
