#!/usr/bin/env python3
"""A service of sign-ins and two organizations on 127.0.0.1, written from the published contract.

    sign-in-server.py FOLDER

The service is as Entra ID's documents say (v2-oauth2-client-creds-grant-flow, v2-oauth2-device-code;
active-directory-certificate-credentials, whose assertions are checked by openssl; RFC 6749, 8628).
/api/data/ is an organization that wants its tokens, /ntlm/ one that wants NTLM; /api/discovery/ lists
both for a person. Prints its port; ends with standard input. Control: POST /control {"key": value}."""
import base64, hashlib, http.server, json, os, secrets, subprocess, sys, threading, time
import urllib.parse

FOLDER = sys.argv[1]
TENANT = "11111111-2222-3333-4444-555555555555"
CLIENT = "aaaaaaaa-0000-4000-8000-000000000001"
SECRET = "s3cret with blanks & ü"
LOCK = threading.Lock()
S = {"life": 3600, "interval": 1, "device": "pending", "single": False, "status": 0, "fault": "",
     "tokens": {}, "refresh": {}, "codes": {}, "log": [], "jti": []}


def b64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def checked(assertion, audience):
    """Why an assertion is not taken; None where it is."""
    head, claims, signature = assertion.split(".")
    header, said = json.loads(b64(head)), json.loads(b64(claims))
    der = open(os.path.join(FOLDER, "app.der"), "rb").read()
    for name, digest in (("x5t", hashlib.sha1), ("x5t#S256", hashlib.sha256)):
        if b64(header[name]) != digest(der).digest():
            return "another " + name
    if header["alg"] != "RS256" or header["typ"] != "JWT":
        return "another algorithm"
    if said["aud"] != audience or said["iss"] != CLIENT or said["sub"] != CLIENT:
        return "another " + json.dumps(said)
    if not said["nbf"] <= time.time() < said["exp"] <= time.time() + 600 or said["jti"] in S["jti"]:
        return "another time"
    S["jti"].append(said["jti"])
    path = os.path.join(FOLDER, "signature")
    open(path, "wb").write(b64(signature))
    run = subprocess.run(
        ["openssl", "dgst", "-sha256", "-verify", os.path.join(FOLDER, "app.pub"), "-signature", path],
        input=(head + "." + claims).encode(), stdout=subprocess.DEVNULL)
    return None if run.returncode == 0 else "another signature"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=None, fields=(), kind="application/json; charset=utf-8"):
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in fields:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def refuse(self, status, name, number, text):
        self.answer(status, {"error": name, "error_description": "AADSTS%d: %s Trace ID: 1 2"
                             % (number, text), "error_codes": [number]})

    def do_GET(self):
        self.handle_one()

    def do_POST(self):
        self.handle_one()

    def handle_one(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.partition("?")[0]
        url = "http://127.0.0.1:%d" % self.server.server_port
        with LOCK:
            if path == "/control":
                S.update(json.loads(body or b"{}"))
                return self.answer(200, {k: v for k, v in S.items()})
            S["log"].append(path)
            if "/oauth2/" in path and S["fault"]:
                fault, S["fault"] = S["fault"], ""
                if fault == "html":
                    return self.answer(200, b"<html>", kind="text/html")
                if fault == "busy":
                    return self.answer(429, None, [("Retry-After", "9")])
                if fault == "empty":
                    return self.answer(403)
                if fault == "drop":
                    return self.connection.close()
            if path == "/%s/oauth2/v2.0/token" % TENANT:
                return self.token({k: v[0] for k, v in urllib.parse.parse_qs(
                    body.decode(), keep_blank_values=True).items()}, url)
            if path == "/%s/oauth2/v2.0/devicecode" % TENANT:
                form = urllib.parse.parse_qs(body.decode())
                if form["scope"][0] != url + "/user_impersonation offline_access":
                    return self.refuse(400, "invalid_scope", 70011, form["scope"][0])
                code = secrets.token_urlsafe(32)
                S["codes"][code] = time.time()
                return self.answer(200, {
                    "user_code": "ABC\u202eD", "device_code": code, "expires_in": 900,
                    "interval": S["interval"], "verification_uri": url + "/device",
                    "message": "whatever"})
            token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
            if path.startswith("/ntlm/"):
                return self.answer(401, b"", [("WWW-Authenticate", "Negotiate"),
                                              ("WWW-Authenticate", "NTLM")], "text/html")
            if S["tokens"].get(token, 0) < time.time():
                return self.answer(401, b"HTTP Error 401 - Unauthorized: Access is denied", [(
                    "WWW-Authenticate", "Bearer authorization_uri=%s/%s/oauth2/authorize, "
                    "resource_id=%s/" % (url, TENANT, url))], "text/plain")
            if path.startswith("/api/discovery/"):
                return self.answer(200, {"value": [
                    {"UniqueName": "contoso", "FriendlyName": "Contoso\u202e GmbH", "State": 0,
                     "Url": url + "/", "ApiUrl": url, "Version": "9.2.24.1"},
                    {"UniqueName": "old", "FriendlyName": "Old", "State": 1,
                     "Url": "https://old.crm4.dynamics.com/", "Version": "9.2"}]})
            self.answer(200, {"UserId": "u", "OrganizationId": "o", "BusinessUnitId": "b"})

    def issue(self, refresh):
        access = secrets.token_urlsafe(24)
        S["tokens"][access] = time.time() + S["life"]
        body = {"token_type": "Bearer", "expires_in": S["life"], "access_token": access}
        if refresh:
            body["refresh_token"] = secrets.token_urlsafe(24)
            S["refresh"][body["refresh_token"]] = True
        self.answer(200, body)

    def token(self, form, url):
        grant = form.get("grant_type")
        if form.get("client_id") != CLIENT:
            return self.refuse(400, "unauthorized_client", 700016, "not found")
        if grant == "client_credentials":
            if form.get("scope") != url + "/.default":
                return self.refuse(400, "invalid_scope", 70011, form.get("scope"))
            if "client_assertion" in form:
                if not form["client_assertion_type"].endswith(":jwt-bearer"):
                    return self.refuse(401, "invalid_client", 1, "another type")
                why = checked(form["client_assertion"], url + self.path)
                return self.refuse(401, "invalid_client", 700027, why) if why else self.issue(False)
            if form.get("client_secret") != SECRET:
                return self.refuse(401, "invalid_client", 7000215, "Invalid client secret: "
                                   + form.get("client_secret", ""))
            return self.issue(False)
        if grant == "refresh_token":
            if not S["refresh"].get(form.get("refresh_token")):
                return self.refuse(400, "invalid_grant", 700082, "expired")
            if S["single"]:
                del S["refresh"][form["refresh_token"]]
            return self.issue(True)
        if grant == "urn:ietf:params:oauth:grant-type:device_code":
            if form.get("device_code") not in S["codes"]:
                return self.refuse(400, "bad_verification_code", 70019, "not recognized")
            state = S["device"]
            if isinstance(state, list):
                state = S["device"].pop(0) if S["device"] else "done"
            if state == "done":
                del S["codes"][form["device_code"]]
                return self.issue(True)
            return self.refuse(400, {"pending": "authorization_pending", "slow": "slow_down",
                                     "decline": "authorization_declined",
                                     "expired": "expired_token"}[state], 70016, "pending")
        self.refuse(400, "unsupported_grant_type", 70003, str(grant))


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
