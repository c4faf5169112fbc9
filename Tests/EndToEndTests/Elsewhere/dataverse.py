#!/usr/bin/env python3
"""A small Dataverse on 127.0.0.1 for tests: the Web API as far as this program uses it.

Written from the published contract (powerapps-docs, developer/data-platform/webapi; the references of
email, activityparty, activitymimeattachment; CheckIncomingEmail and CheckPromoteEmail). Plain HTTP;
rows are in memory. It writes its URL to FOLDER/url and a line of JSON for each request, and for each
part of a batch, to FOLDER/requests. POST /control/... has it do what a test wants:
  config {...}    see CONFIG; "jwt_key" is that of tokens made elsewhere, "ntlm":
                  [DOMAIN, USER, PASSWORD] lets in who is that to Samba's ntlm_auth(1)
  faults [...]    {"kind", "method", "path", "count", "skip", "every", ...}: what goes wrong
  rows            GET: all of a table; POST {"table", "rows", "delete"}: what others do
"""

import base64
import hmac
import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.parse
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FOLDER = sys.argv[1]
GUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
LOCK = threading.RLock()


def name_id(name):
    return str(uuid.uuid5(uuid.UUID("0d7a3c52-0000-4000-8000-000000000000"), name))


ORGANIZATION, TRACKER = name_id("organization"), name_id("tracker")
CONFIG = {"checks": True, "tracking": True, "token": "token-1", "prefix": "/api/data/v9.2/",
          "without": [], "page": 5000, "unknown": [], "latency": 0}
PRIVILEGES = [f"prv{verb}{what}" for verb in ("Create", "Read", "Write", "Delete", "Append",
              "AppendTo", "Assign") for what in ("Activity", "Contact", "Account", "Lead", "Queue",
              "User", "UserSettings")]
KEYS = {"emails": "activityid", "activitymimeattachments": "activitymimeattachmentid",
        "contacts": "contactid", "accounts": "accountid", "leads": "leadid",
        "systemusers": "systemuserid", "queues": "queueid", "organizations": "organizationid",
        "usersettingscollection": "systemuserid"}
LOGICAL = {"contacts": "contact", "accounts": "account", "leads": "lead",
           "systemusers": "systemuser", "queues": "queue", "emails": "email",
           "teams": "team"}
COLUMNS = {
    "emails": {"activityid": 36, "subject": 800, "description": None, "mimetype": 256,
               "messageid": 320, "sender": 250, "torecipients": 500, "submittedby": 250,
               "trackingtoken": 50, "directioncode": bool, "actualend": "time", "statecode": int,
               "statuscode": int},
    "activitymimeattachments": {"activitymimeattachmentid": 36, "objecttypecode": 64,
                                "attachmentnumber": int, "filename": 255, "subject": 2000,
                                "mimetype": 256, "body": "base64"},
    "parties": {"participationtypemask": int, "addressused": 320, "unresolvedpartyname": 250},
}
LINKS = {
    "emails": {"ownerid": ["systemusers"], "CorrelatedActivityId_Email": ["emails"],
               "parentactivityid": ["emails"],
               **{f"regardingobjectid_{LOGICAL[t]}_email": [t] for t in
                  ("contacts", "accounts", "leads")}},
    "activitymimeattachments": {"objectid_email": ["emails"]},
    "parties": {f"partyid_{LOGICAL[t]}": [t] for t in
                ("contacts", "accounts", "leads", "systemusers", "queues")},
}


class Refusal(Exception):
    def __init__(self, status, code, message):
        self.status, self.code, self.message = status, code, message


class Store:
    def __init__(self):
        self.rows, self.deleted, self.version = {t: {} for t in KEYS}, [], 1000
        self.faults, self.log = [], open(os.path.join(FOLDER, "requests"), "a", buffering=1)

        def put(table, name, /, **columns):
            self.put(table, name_id(name), columns)

        self.put("organizations", ORGANIZATION, {
            "emailcorrelationenabled": True, "ignoreinternalemail": False,
            "maxuploadfilesize": 5242880, "blockedattachments": "exe;com;bat",
            "unresolveemailaddressifmultiplematch": False, "requireapprovalforuseremail": False,
            "requireapprovalforqueueemail": False, "orgdborgsettings": None})
        for user, method in {"dana": 2, "lee": 1, "ann": 0, "nia": 4}.items():
            put("systemusers", user, fullname=user.title(), isdisabled=False,
                internalemailaddress=f"{user}@contoso.example", emailrouteraccessapproval=1)
            put("usersettingscollection", user, incomingemailfilteringmethod=method)
        self.put("systemusers", TRACKER, {"fullname": "# tracker", "isdisabled": False})
        put("queues", "support", emailaddress="support@contoso.example", statecode=0,
            incomingemailfilteringmethod=0, emailrouteraccessapproval=1,
            _ownerid_value=name_id("ann"))
        put("accounts", "fabrikam", emailaddress1="info@fabrikam.example", name="Fabrikam",
            _ownerid_value=name_id("dana"))
        put("contacts", "erin", emailaddress1="erin@fabrikam.example", fullname="Erin Hale",
            _ownerid_value=name_id("dana"))
        put("leads", "noor", emailaddress1="noor@northwind.example", fullname="Noor Vale",
            _ownerid_value=name_id("lee"))

    def put(self, table, id, columns):
        self.version += 1
        self.rows[table][id] = {**columns, KEYS[table]: id, "#version": self.version}

    def get(self, table, id):
        if table not in KEYS:
            raise Refusal(404, "0x80060888", f"Resource not found for the segment '{table}'.")
        row = self.rows[table].get(id.lower())
        if row is None:
            raise Refusal(404, "0x80040217", f"{table} With Id = {id} Does Not Exist")
        return row

    def drop(self, table, id):
        del self.rows[table][id]
        self.version += 1
        self.deleted.append((self.version, table, id))


STORE = Store()


# ---------------------------------------------------------------- one request


class Request:
    def __init__(self, method, target, headers, body):
        self.method, self.body = method, body
        self.headers = {k.lower(): v for k, v in headers.items()}
        path, _, query = target.partition("?")
        self.path = urllib.parse.unquote(path)
        self.query = {urllib.parse.unquote(n): urllib.parse.unquote(v) for n, _, v in
                      (p.partition("=") for p in query.split("&") if p)}


def need(verb, what="Activity"):
    if f"prv{verb}{what}" in CONFIG["without"]:
        raise Refusal(403, "0x80040220", f"Principal user is missing prv{verb}{what} privilege")


def answer(q):
    """(status, fields, body) of one request of the API."""
    path = q.path[len(CONFIG["prefix"]):] if q.path.startswith(CONFIG["prefix"]) else q.path
    if m := re.fullmatch(r"(WhoAmI|RetrieveVersion|CheckIncomingEmail|CheckPromoteEmail)\((.*)\)",
                         path, re.S):
        return 200, {}, globals()[m[1]](arguments(m[2], q.query))
    if re.fullmatch(rf"systemusers\({GUID}\)/Microsoft\.Dynamics\.CRM\.RetrieveUserPrivileges", path):
        return 200, {}, {"RolePrivileges": [{"PrivilegeName": p, "Depth": "Global"} for p in
                         PRIVILEGES + CONFIG.get("with", []) if p not in CONFIG["without"]]}
    if m := re.fullmatch(r"EntityDefinitions\(LogicalName='(\w+)'\)", path):
        for table, logical in LOGICAL.items():
            if logical == m[1]:
                return 200, {}, {"EntitySetName": table}
        raise Refusal(404, "0x80060888", "Could not find an entity with that name.")
    m = re.fullmatch(rf"(\w+)(?:\(({GUID})\))?", path)
    if not m or m[1] not in KEYS:
        raise Refusal(404, "0x80060888", f"Resource not found for the segment '{path}'.")
    table, id = m[1], m[2]
    what = {"emails": "Activity", "contacts": "Contact", "accounts": "Account", "leads": "Lead",
            "queues": "Queue", "systemusers": "User", "usersettingscollection": "UserSettings",
            "activitymimeattachments": "Activity"}.get(table, "Organization")
    if q.method == "GET":
        need("Read", what)
        if id is None:
            return 200, {}, search(q, table)
        row = STORE.get(table, id)
        return 200, {"ETag": etag(row)}, shown(table, row, q)
    if q.method == "POST" and id is None:
        need("Create", what)
        return 204, {"OData-EntityId": f"x({create(table, json.loads(q.body))})"}, None
    if q.method == "PATCH":
        need("Write", what)
        row = STORE.get(table, id)
        if q.headers.get("if-match", "*") not in ("*", etag(row)):
            raise Refusal(412, "0x80060882", "The version of the existing record doesn't match.")
        update(table, row, json.loads(q.body))
        return 204, {}, None
    if q.method == "DELETE":
        need("Delete", what)
        STORE.get(table, id)
        STORE.drop(table, id.lower())
        return 204, {}, None
    raise Refusal(405, "", "not supported")


def etag(row):
    return f'W/"{row["#version"]}"'


def shown(table, row, q):
    out = {"@odata.etag": etag(row)}
    for name in q.query.get("$select", "").split(",") + [KEYS[table]]:
        out[name] = row.get(name)
        kind = row.get("#" + name)
        if kind and "lookuplogicalname" in q.headers.get("prefer", ""):
            out[name + "@Microsoft.Dynamics.CRM.lookuplogicalname"] = LOGICAL[kind]
    return out


def search(q, table):
    if "odata.track-changes" in q.headers.get("prefer", "") or "$deltatoken" in q.query:
        return changes(q, table)
    wanted = []
    for clause in filter(None, q.query.get("$filter", "").split(" or ")):
        m = re.fullmatch(r"(\w+) eq '((?:[^']|'')*)'", clause)
        if not m:
            raise Refusal(400, "0x80060888", f"Syntax error in $filter: {clause}")
        wanted.append((m[1], m[2].replace("''", "'").lower()))
    found = [r for r in STORE.rows[table].values() if not wanted or
             any(str(r.get(c, "")).lower() == v for c, v in wanted)]
    return {"value": [shown(table, r, q) for r in found[:int(q.query.get("$top", 5000))]]}


def changes(q, table):
    if not CONFIG["tracking"]:
        raise Refusal(400, "0x80060888", f"Change tracking is not enabled for {table}.")
    token = q.query.get("$deltatoken", "0")
    if token == "expired":
        raise Refusal(400, "0x80044352", "Version stamp associated with the client has expired.")
    since, upto = int(token), STORE.version
    rows = sorted((r for r in STORE.rows[table].values() if r["#version"] > since),
                  key=lambda r: r["#version"])
    link = f"{URL}{CONFIG['prefix']}{table}?$select={q.query.get('$select', '')}&$deltatoken="
    # Of a lookup's table nothing is said.
    q.headers["prefer"] = ""
    value = [shown(table, r, q) for r in rows[:CONFIG["page"]]]
    if len(rows) > CONFIG["page"]:
        return {"value": value, "@odata.nextLink": link + str(rows[CONFIG["page"] - 1]["#version"])}
    if since:
        value += [{"@odata.context": f"x#{table}/$deletedEntity", "id": i, "reason": "deleted"}
                  for v, t, i in STORE.deleted if t == table and v > since]
    return {"value": value, "@odata.deltaLink": link + str(upto)}


# ---------------------------------------------------------------- writing


def checked(table, body):
    """The columns that a body sets."""
    data = {}
    for name, value in body.items():
        nav = name.removesuffix("@odata.bind")
        if nav in CONFIG["unknown"]:
            raise Refusal(400, "0x80048d19", "Error identified in Payload provided by the user for "
                          "Entity :'', For more information on this error please follow this help "
                          "link https://go.microsoft.com/fwlink/?linkid=2195293  ---->  "
                          "InnerException : Microsoft.OData.ODataException: The property "
                          f"'{nav}' does not exist on type 'Microsoft.Dynamics.CRM.email'.")
        if name.endswith("@odata.bind") and nav in LINKS[table]:
            column = "_" + re.sub(r"_.*", "", nav).lower() + "_value"
            data[column] = data["#" + column] = None
            if value is None:
                continue
            m = re.fullmatch(rf"/(\w+)\(({GUID})\)", value)
            if not m or m[1] not in LINKS[table][nav]:
                raise Refusal(400, "0x80048d19", f"'{value}' is no row for {nav}.")
            STORE.get(m[1], m[2])
            data[column], data["#" + column] = m[2], m[1]
        elif name in COLUMNS[table]:
            data[name] = value
            kind = COLUMNS[table][name]
            if isinstance(kind, int) and kind is not bool and len(
                    value.encode("utf-16-le")) > 2 * kind:
                raise Refusal(400, "0x80044331", f"The length of the '{name}' attribute exceeded "
                              f"the maximum allowed length of '{kind}'.")
            if isinstance(value, str) and re.search("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", value):
                raise Refusal(400, "0x80040278", f"Invalid character in field '{name}'.")
            if kind in (bool, int) and type(value) is not kind:
                raise Refusal(400, "0x80048d19", f"Cannot convert '{value}' of '{name}'.")
            if kind == "time" and not re.fullmatch(r"\d{4}(-\d\d){2}T(\d\d:){2}\d\dZ", value):
                raise Refusal(400, "0x80048d19", f"Cannot convert '{value}' of '{name}'.")
            if kind == "base64":
                data[name] = len(base64.b64decode(value, validate=True))
        elif name == "email_activity_parties" and table == "emails":
            data["parties"] = [checked("parties", p) for p in value]
        else:
            raise Refusal(400, "0x80048d19", f"The property '{nav}' does not exist on type 'email'.")
    return data


def create(table, body):
    if table not in ("emails", "activitymimeattachments"):
        raise Refusal(405, "", "not supported")
    need("Append")
    data = checked(table, body)
    id = (data.pop(KEYS[table], None) or str(uuid.uuid4())).lower()
    if id in STORE.rows[table]:
        raise Refusal(412, "0x80040237", "A record with matching key values already exists.")
    if table == "emails":
        if "statecode" in data or "statuscode" in data:
            raise Refusal(400, "0x80048408", "That is not a valid status code for state Open.")
        owner = data.setdefault("_ownerid_value", CALLER.get("as", TRACKER))
        if owner != CALLER.get("as", TRACKER):
            need("Assign")
        data.setdefault("directioncode", True)
        data.update(statecode=0, statuscode=1)
    else:
        email = STORE.get("emails", data["_objectid_value"])
        if email["statecode"] != 0:
            raise Refusal(400, "0x80040203", "The e-mail is completed and read-only.")
        organization = STORE.rows["organizations"][ORGANIZATION]
        if data["body"] > organization["maxuploadfilesize"] or data["filename"].rsplit(
                ".", 1)[-1] in organization["blockedattachments"].split(";"):
            raise Refusal(400, "0x80043e09", "The attachment is either not a valid type or is too "
                          "large. It cannot be uploaded or downloaded.")
    STORE.put(table, id, data)
    return id


def update(table, row, body):
    data = checked(table, body)
    free = {"_regardingobjectid_value", "#_regardingobjectid_value", "_ownerid_value"}
    if row.get("statecode") not in (0, None) and set(data) - free:
        raise Refusal(400, "0x80040203", "The e-mail is completed and read-only.")
    if "statuscode" in data and data["statuscode"] not in {0: [1, 8], 1: [2, 3, 4]}[
            data.get("statecode", 0)]:
        raise Refusal(400, "0x80048408", "That is not a valid status code.")
    STORE.put(table, row[KEYS[table]], {**row, **data})


# ---------------------------------------------------------------- functions


def arguments(names, values):
    out = {}
    for name, alias in (p.split("=") for p in filter(None, names.split(","))):
        text = values[alias]
        if text.startswith("'"):
            if not re.fullmatch(r"'(?:[^']|'')*'", text, re.S):
                raise Refusal(400, "0x80060888", "Bad text literal.")
            text = text[1:-1].replace("''", "'")
        out[name] = text
    return out


def WhoAmI(_):
    return {"BusinessUnitId": name_id("unit"), "UserId": TRACKER, "OrganizationId": ORGANIZATION}


def RetrieveVersion(_):
    return {"Version": "9.2.0.1"}


def known(message, outgoing):
    return any(r.get("messageid") == message and r["directioncode"] == outgoing
               for r in STORE.rows["emails"].values())


def CheckIncomingEmail(a):
    if not CONFIG["checks"]:
        raise Refusal(403, "0x80040220", "CheckIncomingEmail is not allowed to this user.")
    need("Read")
    code = check(a)
    return {"ShouldDeliver": code in (2, 5, 6), "ReasonCode": code}


def check(a):
    def addresses(text):
        return [x.strip().lower() for x in text.split(";") if x.strip()]
    if len(addresses(a["From"])) != 1:
        return 7
    if known(a["MessageId"], False):
        return 0
    methods = []
    for address in addresses(a["To"]) + addresses(a["Cc"]) + addresses(a["Bcc"]):
        for id, row in STORE.rows["systemusers"].items():
            if row.get("internalemailaddress") == address:
                methods.append(STORE.rows["usersettingscollection"][id]
                               ["incomingemailfilteringmethod"])
        methods += [0 for r in STORE.rows["queues"].values() if r["emailaddress"] == address]
    if not methods:
        return 3
    sender = addresses(a["From"])[0]
    people = [r for t in ("contacts", "accounts", "leads") for r in STORE.rows[t].values()
              if r.get("emailaddress1") == sender]
    token = re.search(r"CRM:\d+", a["Subject"])
    found = token and any(r.get("trackingtoken") == token[0] for r in STORE.rows["emails"].values())
    for method in methods:
        if method == 0:
            return 6
        if method in (1, 2, 3) and found:
            return 2
        if method in (2, 3) and people:
            return 5
    return 1


def CheckPromoteEmail(a):
    if not CONFIG["checks"]:
        raise Refusal(403, "0x80040220", "CheckPromoteEmail is not allowed to this user.")
    isThere = known(a["MessageId"], a["DirectionCode"] == "1")
    return {"ShouldPromote": not isThere, "ReasonCode": 0 if isThere else 6}


# ---------------------------------------------------------------- the connection

CALLER = {}
REASONS = {200: "OK", 204: "No Content"}


def encoded(status, fields, body):
    text = b"" if body is None else json.dumps(body).encode()
    if body is not None:
        fields = {"Content-Type": "application/json; odata.metadata=minimal", **fields}
    return status, fields, text


def operate(q, part):
    """One request, by itself or of a batch: what goes wrong, and what is answered."""
    fault = take_fault(q)
    STORE.log.write(json.dumps({"method": q.method, "path": q.path, "query": q.query, "part": part,
                                "headers": q.headers, "fault": fault and fault["kind"],
                                "body": q.body.decode("utf-8", "replace")[:100000]}) + "\n")
    if fault and fault["kind"] == "drop-before":
        raise ConnectionAbortedError
    if fault and fault["kind"] == "status":
        fields = {"Retry-After": str(fault["retry_after"])} if "retry_after" in fault else {}
        if "text" in fault:
            return fault["status"], {"Content-Type": fault.get("type", "text/plain"), **fields}, \
                fault["text"].encode()
        return encoded(fault["status"], fields, {"error": {"code": fault.get("code", ""),
                                                           "message": "on order"}})
    try:
        with LOCK:
            CALLER.clear()
            if "mscrmcallerid" in q.headers:
                if "prvActOnBehalfOfAnotherUser" not in CONFIG.get("with", []):
                    raise Refusal(403, "0x80040220", "prvActOnBehalfOfAnotherUser is missing")
                CALLER["as"] = q.headers["mscrmcallerid"]
            result = encoded(*answer(q))
            if fault and fault["kind"] == "then-delete":
                STORE.drop("emails", next(reversed(STORE.rows["emails"])))
    except Refusal as e:
        result = encoded(e.status, {}, {"error": {"code": e.code, "message": e.message}})
    if fault and fault["kind"] == "drop-after":
        raise ConnectionAbortedError("half")
    if fault and fault["kind"] == "html":
        return 200, {"Content-Type": "text/html"}, b"<html><title>Sign in</title></html>"
    return result


def take_fault(q):
    with LOCK:
        for one in STORE.faults:
            if not re.search(one.get("path", ""), q.path) or one.get("method", q.method) != q.method:
                continue
            one["seen"] = one.get("seen", 0) + 1
            if one["seen"] <= one.get("skip", 0) or one["seen"] % one.get("every", 1) != 0:
                continue
            if one.get("count", 1 << 30) < 1:
                continue
            one["count"] = one.get("count", 1 << 30) - 1
            return one
    return None


def batch(q):
    boundary = re.search(r"boundary=(\S+)", q.headers["content-type"])[1]
    pieces = (b"\r\n" + q.body).split(b"\r\n--" + boundary.encode())
    if len(pieces) < 3 or pieces[-1].strip() != b"--":
        raise Refusal(400, "0x80048d19", "The batch does not end.")
    goes_on, name, out, worst = "continue-on-error" in q.headers.get("prefer", ""), "answers", b"", 200
    for piece in pieces[1:-1]:
        head, _, rest = piece.lstrip(b"\r\n").partition(b"\r\n\r\n")
        if b"application/http" not in head:
            raise Refusal(400, "0x80048d19", "A part is no request.")
        lines, _, body = rest.partition(b"\r\n\r\n")
        line, *fields = lines.decode().split("\r\n")
        method, target, _ = line.split(" ")
        inner = Request(method, target, dict(f.split(": ", 1) for f in fields), body)
        status, fields, text = operate(inner, True)
        fields = "".join(f"{k}: {v}\r\n" for k, v in {"OData-Version": "4.0", **fields}.items())
        out += (f"--{name}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary"
                f"\r\n\r\nHTTP/1.1 {status} {REASONS.get(status, 'Refused')}\r\n{fields}\r\n"
                ).encode() + text + b"\r\n"
        if status >= 400 and not goes_on:
            worst = status
            break
    return worst, {"Content-Type": f"multipart/mixed; boundary={name}"}, \
        out + f"--{name}--\r\n".encode()


def is_let_in(authorization):
    """By this server's own token, or by one that a service of sign-ins signed for it (RFC 7519)."""
    if "jwt_key" not in CONFIG:
        return authorization == "Bearer " + CONFIG["token"]
    try:
        signed, _, signature = authorization.removeprefix("Bearer ").rpartition(".")
        head, said, found = (base64.urlsafe_b64decode(part + "==") for part in
                             signed.split(".") + [signature])
        said = json.loads(said)
        return (json.loads(head)["alg"] == "HS256" and said["exp"] > time.time() and found == hmac.digest(
            CONFIG["jwt_key"].encode(), signed.encode(), "sha256") and any(
                scope.startswith(URL + "/") for scope in said["scope"].split()))
    except (ValueError, KeyError):
        return False


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # A header section and a body are two writes, of which the second would wait for an answer to the first.
    disable_nagle_algorithm = True
    # Of a connection.
    is_known, acceptor = False, None

    def log_message(self, *_):
        pass

    def respond(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        q = Request(self.command, self.path, dict(self.headers), body)
        time.sleep(CONFIG["latency"])
        try:
            if q.path.startswith("/control/"):
                status, fields, text = control(q)
            elif q.path.endswith("/oauth2/v2.0/token"):
                status, fields, text = encoded(200, {}, {"token_type": "Bearer", "expires_in": 3599,
                                                         "access_token": CONFIG["token"]})
            elif not q.path.startswith(CONFIG["prefix"]):
                raise Refusal(404, "", "There is nothing here.")
            elif "ntlm" in CONFIG and not self.is_known:
                said = self.ntlm(q.headers.get("authorization", ""))
                if not self.is_known:
                    status, text, fields = 401, b"", {"WWW-Authenticate": said}
                else:
                    status, fields, text = self.let_in(q)
            elif "ntlm" not in CONFIG and not is_let_in(q.headers.get("authorization", "")):
                status, text = 401, b"HTTP Error 401 - Unauthorized: Access is denied"
                fields = {"Content-Type": "text/plain", "WWW-Authenticate":
                          f"Bearer authorization_uri={URL}/tenant/oauth2/authorize, "
                          f"resource_id={URL}/"}
            else:
                status, fields, text = self.let_in(q)
        except ConnectionAbortedError as e:
            self.close_connection = True
            # Nobody asks again by himself who has the beginning of an answer.
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n" if e.args else b"")
            return
        except Refusal as e:
            status, fields, text = encoded(e.status, {}, {"error": {"code": e.code,
                                                                    "message": e.message}})
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(b"" if status == 204 else text)

    def let_in(self, q):
        if q.path == CONFIG["prefix"] + "$batch":
            fault = take_fault(q)
            STORE.log.write(json.dumps({"method": "POST", "path": q.path, "part": False}) + "\n")
            if fault and fault["kind"] == "drop-before":
                raise ConnectionAbortedError
            status, fields, text = batch(q)
            if fault and fault["kind"] == "drop-after":
                raise ConnectionAbortedError("half")
            if fault and fault["kind"] == "truncate":
                text = text[:len(text) // 2]
            elif fault and fault["kind"] == "html":
                fields, text = {"Content-Type": "text/html"}, b"<html>Sign in</html>"
            elif fault and fault["kind"] == "status":
                status = fault["status"]
                fields = {"Content-Type": "text/html", **({"Retry-After": str(
                    fault["retry_after"])} if "retry_after" in fault else {})}
                text = fault.get("text", "").encode()
        else:
            status, fields, text = operate(q, False)
        return status, fields, text

    def ntlm(self, authorization):
        """Has Samba say whether this connection is CONFIG's user; what is answered until it is."""
        scheme, _, token = authorization.partition(" ")
        if scheme != "NTLM" or not re.fullmatch(r"[A-Za-z0-9+/=]+", token):
            return "NTLM"
        if self.acceptor is None:
            domain, user, password = CONFIG["ntlm"]
            self.acceptor = subprocess.Popen([
                "ntlm_auth", "--configfile=" + os.path.join(FOLDER, "smb.conf"), "--domain=" + domain,
                "--helper-protocol=squid-2.5-ntlmssp", "--username=" + user, "--password=" + password],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            word = "YR"
        else:
            word = "KK"
        self.acceptor.stdin.write(f"{word} {token}\n")
        self.acceptor.stdin.flush()
        said = self.acceptor.stdout.readline().split()
        if said[0] == "TT":
            return "NTLM " + said[1]
        self.is_known = said[0] == "AF" and said[1] == "\\".join(CONFIG["ntlm"][:2])
        self.acceptor.stdin.close()
        self.acceptor.wait()
        self.acceptor = None
        return "NTLM"

    do_GET = do_POST = do_PATCH = do_DELETE = respond


def control(q):
    what, body = q.path[len("/control/"):], json.loads(q.body or b"null")
    with LOCK:
        if what == "config":
            CONFIG.update(body)
        elif what == "faults":
            STORE.faults[:] = body
        elif what == "rows" and q.method == "GET":
            return encoded(200, {}, list(STORE.rows[q.query["table"]].values()))
        elif what == "rows":
            for row in body.get("rows", []):
                id = row[KEYS[body["table"]]]
                STORE.put(body["table"], id, {**STORE.rows[body["table"]].get(id, {}), **row})
            for id in body.get("delete", []):
                STORE.drop(body["table"], id)
    return encoded(200, {}, {})


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    URL = f"http://127.0.0.1:{server.server_address[1]}"
    with open(os.path.join(FOLDER, "url.new"), "w") as file:
        file.write(URL + "\n")
    os.rename(os.path.join(FOLDER, "url.new"), os.path.join(FOLDER, "url"))
    # Ends with the one who started it.
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    server.serve_forever()
