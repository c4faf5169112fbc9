# postgresql-proxy.py FOLDER SERVER-FOLDER PORT N cut|kill
#
# A man in the middle: listens on FOLDER/.s.PGSQL.5432, passes all to the server's socket, and withholds
# each Nth answer to a delivery, which the server has committed by then, and cuts the connection. With
# kill it kills the server and all of its processes first.
import os
import signal
import socket
import struct
import sys
import threading

folder, server, port, nth, mode = sys.argv[1:6]
nth = int(nth)
lock = threading.Lock()
deliveries = 0
withheld = 0


def processes():
    with open(server + "/data/postmaster.pid") as file:
        first = int(file.readline())
    with open(f"/proc/{first}/task/{first}/children") as file:
        return [first] + [int(word) for word in file.read().split()]


def is_withheld():
    global deliveries, withheld
    with lock:
        deliveries += 1
        if deliveries % nth:
            return False
        withheld += 1
        if mode == "kill":
            for process in processes():
                try:
                    os.kill(process, signal.SIGKILL)
                except ProcessLookupError:
                    pass
        with open(folder + "/withheld", "w") as file:
            file.write(str(withheld))
        return True


def cut(*ends):
    for end in ends:
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def forth(client, backend):
    try:
        while data := client.recv(65536):
            backend.sendall(data)
    except OSError:
        pass
    cut(client, backend)


def back(client, backend):
    pending = b""
    answer = b""
    is_delivery = False
    try:
        while data := backend.recv(65536):
            pending += data
            # Type, length with itself, and what is in it.
            while len(pending) >= 5:
                size = 1 + struct.unpack(">I", pending[1:5])[0]
                if len(pending) < size:
                    break
                message, pending = pending[:size], pending[size:]
                answer += message
                # The columns of crm.deliver: no other has one of the name.
                if message[:1] == b"T" and b"stored\0" in message:
                    is_delivery = True
                if message[:1] != b"Z":
                    continue
                # Ready for the next, and in no transaction: it is committed.
                if is_delivery and message[5:6] == b"I":
                    is_delivery = False
                    if is_withheld():
                        return
                client.sendall(answer)
                answer = b""
            if answer and not is_delivery:
                client.sendall(answer)
                answer = b""
    except OSError:
        pass
    finally:
        cut(client, backend)


listener = socket.socket(socket.AF_UNIX)
listener.bind(folder + "/.s.PGSQL.5432")
os.chmod(folder + "/.s.PGSQL.5432", 0o777)
listener.listen(64)
while True:
    client, _ = listener.accept()
    backend = socket.socket(socket.AF_UNIX)
    try:
        backend.connect(f"{server}/.s.PGSQL.{port}")
    except OSError:
        client.close()
        continue
    threading.Thread(target=forth, args=(client, backend), daemon=True).start()
    threading.Thread(target=back, args=(client, backend), daemon=True).start()
