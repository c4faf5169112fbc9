#!/usr/bin/python3
"""Small servers that answer as Request Tracker 5 (REST 2) and Odoo (JSON-RPC) do, for the samples.

crm-servers.py PORT-FILE LOG-FILE FAULT-FILE: on loopback, until its input ends. The next request whose path
or method has what the fault file says is done, and its answer is withheld.
"""
import base64
import http.server
import json
import os
import re
import sys
import threading
import urllib.parse

PORT, LOG, FAULT = sys.argv[1:4]
TICKETS, COMMENTS = [], []
PARTNERS = {7: "erin@fabrikam.example"}
MESSAGES, FILES = {}, {}


def log(value):
    with open(LOG, "a") as file:
        file.write(json.dumps(value) + "\n")


def tracker(method, path, query, body):
    if path == "/rt":
        return 200, {"Version": "5.0.3"}
    if path == "/users":
        wanted = body[0]["value"]
        return 200, {"items": [{"id": "1"}] if wanted.endswith("@fabrikam.example") else []}
    if path == "/attachments":
        wanted = body[0]["value"]
        return 200, {"items": [{"id": str(n), "TransactionId": str(n + 100)}
                               for n, c in enumerate(COMMENTS) if wanted in c["Subject"]]}
    if path.startswith("/transaction/"):
        number = int(path.split("/")[2])
        return 200, {"id": str(number), "Object": {
            "type": "ticket", "id": COMMENTS[number - 100]["ticket"]}}
    if path == "/tickets":
        wanted = re.search("LIKE '(.*)'", query["query"][0]).group(1)
        return 200, {"items": [{"id": n + 1} for n, s in enumerate(TICKETS) if wanted in s]}
    if path == "/ticket" and method == "POST":
        TICKETS.append(body["Subject"])
        log({"ticket": body["Subject"], "queue": body["Queue"]})
        return 201, {"id": str(len(TICKETS))}
    match = re.fullmatch(r"/ticket/(\d+)(/comment)?", path)
    if match and 0 < int(match.group(1)) <= len(TICKETS):
        if match.group(2):
            content = base64.b64decode(body["Attachments"][0]["FileContent"])
            COMMENTS.append(dict(body, ticket=match.group(1)))
            log({"comment": body["Subject"], "ticket": match.group(1),
                 "text": content.decode("latin-1")})
            return 201, ["Comments added"]
        return 200, {"id": match.group(1)}
    return 404, {"message": "Not found"}


def like(pattern, text):
    plain = re.sub(r"\\(.)|%|_", lambda m: re.escape(m.group(1)) if m.group(1) else
                   {"%": ".*", "_": "."}[m.group(0)], pattern)
    return re.fullmatch(plain, text, re.I)


def odoo(service, method, args):
    if service == "common":
        if method == "version":
            return {"server_version": "17.0"}
        return 2 if args[2] == "secret" else False
    if args[2] != "secret":
        raise PermissionError
    model, method, args, named = args[3:7]
    table = {"res.partner": PARTNERS, "mail.message": MESSAGES, "ir.attachment": FILES}[model]
    if method == "search":
        (field, operator, value), = args[0]
        return [n for n, row in table.items() if (
            like(value, row) if operator == "=ilike" else row[field] == value)]
    if method == "read":
        return [dict(table[n], id=n) for n in args[0]]
    if method == "create":
        FILES[len(FILES) + 1] = args[0]
        log({"attachment": args[0]["name"],
             "text": base64.b64decode(args[0]["datas"]).decode("latin-1")})
        return len(FILES)
    if method == "message_post":
        MESSAGES[len(MESSAGES) + 1] = {
            "message_id": named["message_id"], "model": model, "res_id": args[0][0]}
        log({"note": named["subject"], "of": "%s:%d" % (model, args[0][0]),
             "files": named["attachment_ids"]})
        return len(MESSAGES)
    if method == "unlink":
        for number in args[0]:
            del table[number]
        log({"unlinked": model})
        return True
    raise ValueError(method)


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self):
        length = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(length) or b"null")
        url = urllib.parse.urlsplit(self.path)
        if url.path == "/jsonrpc":
            asked = body["params"]
            words = [asked["method"]] + [str(a) for a in asked["args"][3:5]]
            status, result = 200, {"jsonrpc": "2.0", "id": body["id"]}
            try:
                result["result"] = odoo(asked["service"], asked["method"], asked["args"])
            except PermissionError:
                result["error"] = {"data": {"name": "odoo.exceptions.AccessDenied"}}
        elif self.headers["Authorization"] != "token secret":
            words, status, result = [], 401, {"message": "Unauthorized"}
        else:
            path = url.path[len("/REST/2.0"):]
            words = [self.command + " " + path]
            status, result = tracker(self.command, path, urllib.parse.parse_qs(url.query), body)
        if os.path.exists(FAULT) and any(open(FAULT).read().strip() in w for w in words):
            os.unlink(FAULT)
            return
        data = json.dumps(result).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = answer


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
with open(PORT + ".new", "w") as file:
    file.write(str(server.server_address[1]))
os.rename(PORT + ".new", PORT)
sys.stdin.read()
