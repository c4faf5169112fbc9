#!/usr/bin/env python3
"""Web servers on 127.0.0.1 that answer as a path says, rightly or not, for HTTPSession's tests.

Makes certificates in the folder that is its argument, and writes one line to standard output:
the ports of a plain server, a TLS one, one whose certificate is for another name, one that speaks
TLS 1.1 at most, and a proxy that asks for user and password. Ends with its standard input."""
import base64, gzip, json, os, socket, ssl, subprocess, sys, threading

FOLDER = sys.argv[1]
CONNECTIONS = {}
HITS = {}


def run(*words):
    subprocess.run(words, cwd=FOLDER, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def certificate(name, host):
    run("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-keyout", name + ".key",
        "-out", name + ".csr", "-subj", "/CN=" + host)
    with open(os.path.join(FOLDER, name + ".ext"), "w") as file:
        file.write("subjectAltName=DNS:%s\n" % host)
    run("openssl", "x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key",
        "-CAcreateserial", "-days", "30", "-out", name + ".pem", "-extfile", name + ".ext")


run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out",
    "ca.pem", "-days", "30", "-subj", "/CN=tests")
certificate("good", "localhost")
certificate("other", "elsewhere.example")


def context(name, version=None):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(os.path.join(FOLDER, name + ".pem"), os.path.join(FOLDER, name + ".key"))
    if version:
        made.minimum_version = ssl.TLSVersion.TLSv1
        made.maximum_version = version
        made.set_ciphers("ALL:@SECLEVEL=0")
    return made


def head(file):
    first = file.readline()
    if not first:
        return None
    fields = {}
    while True:
        line = file.readline().strip()
        if not line:
            break
        name, _, value = line.partition(b":")
        fields[name.decode().lower()] = value.strip().decode("utf-8", "replace")
    body = file.read(int(fields.get("content-length", 0)))
    method, target, _ = first.decode().split(" ", 2)
    return method, target, fields, body


def answer(status, body=b"", *fields):
    lines = ["HTTP/1.1 %s" % status, "Content-Length: %d" % len(body), *fields]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def serve(connection, number):
    file = connection.makefile("rb")
    seen = 0
    while True:
        request = head(file)
        if request is None:
            return
        method, target, fields, body = request
        path, _, rest = target.partition("?")
        HITS[target] = HITS.get(target, 0) + 1
        seen += 1
        told = json.dumps({"method": method, "target": target, "fields": fields,
                           "body": body.decode("latin-1"), "connection": number,
                           "hits": HITS[target]}).encode()
        json_type = "Content-Type: application/json; charset=utf-8"
        if path == "/echo":
            connection.sendall(answer("200 OK", told, json_type, "X-Twice: 1", "X-Twice: 2"))
        elif path == "/none":
            connection.sendall(b"HTTP/1.1 204 No Content\r\nOData-EntityId: x\r\n\r\n")
        elif path == "/hits":
            connection.sendall(answer("200 OK", str(HITS.get(rest, 0)).encode()))
        elif path == "/html":
            connection.sendall(answer("200 OK", b"<html>A captive page</html>",
                                      "Content-Type: text/html"))
        elif path == "/redirect":
            connection.sendall(answer("302 Found", b"", "Location: /echo?redirected"))
        elif path == "/truncated":
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"a\":")
            return
        elif path == "/dropped":
            return
        elif path == "/reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            return
        elif path == "/silent":
            connection.recv(1)
            return
        elif path == "/huge":
            connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
            while True:
                connection.sendall(b"x" * 65536)
        elif path == "/huge-header":
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            while True:
                connection.sendall(b"X-Filler: " + b"x" * 4000 + b"\r\n")
        elif path == "/bomb":
            connection.sendall(answer("200 OK", gzip.compress(b"0" * (64 << 20)),
                                      "Content-Encoding: gzip"))
        elif path == "/zipped":
            connection.sendall(answer("200 OK", gzip.compress(told), json_type,
                                      "Content-Encoding: gzip"))
        elif path == "/busy":
            connection.sendall(answer("429 Too Many Requests", b"", "Retry-After: 7"))
        elif path == "/garbage":
            connection.sendall(b"\x16\x03\x01 no HTTP at all\r\n\r\n")
            return
        elif path == "/continue":
            connection.sendall(b"HTTP/1.1 100 Continue\r\nX-Early: 1\r\n\r\n"
                               + answer("200 OK", told, json_type))
        elif path == "/closes":
            # Says nothing of it: the next request meets a closed connection.
            connection.sendall(answer("200 OK", told, json_type))
            return
        else:
            connection.sendall(answer("404 Not Found"))


def proxy(connection, _):
    file = connection.makefile("rb")
    while True:
        request = head(file)
        if request is None:
            return
        method, target, fields, body = request
        HITS["proxy"] = HITS.get("proxy", 0) + 1
        wanted = "Basic " + base64.b64encode(b"dana:pass").decode()
        if fields.get("proxy-authorization") != wanted:
            connection.sendall(answer("407 Proxy Authentication Required", b"<html>who?</html>",
                                      'Proxy-Authenticate: Basic realm="x"'))
            continue
        if method != "CONNECT":
            connection.sendall(answer("403 Forbidden"))
            continue
        host, _, port = target.rpartition(":")
        there = socket.create_connection(("127.0.0.1", int(port)))
        connection.sendall(b"HTTP/1.1 200 Connection established\r\nX-Proxy: 1\r\n\r\n")

        def copy(source, sink):
            try:
                while True:
                    data = source.recv(65536)
                    if not data:
                        break
                    sink.sendall(data)
                sink.shutdown(socket.SHUT_WR)
            except OSError:
                pass
        threading.Thread(target=copy, args=(there, connection), daemon=True).start()
        copy(connection, there)
        return


def listen(handler, tls=None):
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)

    def loop():
        number = 0
        while True:
            connection, _ = listener.accept()
            number += 1

            def one(connection=connection, number=number):
                try:
                    if tls:
                        connection = tls.wrap_socket(connection, server_side=True)
                    with connection:
                        handler(connection, number)
                except (OSError, ValueError):
                    connection.close()
            threading.Thread(target=one, daemon=True).start()
    threading.Thread(target=loop, daemon=True).start()
    return listener.getsockname()[1]


print(json.dumps({
    "plain": listen(serve), "secure": listen(serve, context("good")),
    "other": listen(serve, context("other")),
    "old": listen(serve, context("good", ssl.TLSVersion.TLSv1_1)), "proxy": listen(proxy),
}), flush=True)
sys.stdin.read()
