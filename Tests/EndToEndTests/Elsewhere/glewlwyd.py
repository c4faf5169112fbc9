#!/usr/bin/python3
"""Does what an administrator, and then a person in a browser, do in a glewlwyd: by its API.

glewlwyd.py URL prepare RESOURCE   an application 'app' with the secret 's3cret', a public client 'person',
                                   the user 'dana', and what they may have of RESOURCE
glewlwyd.py URL approve CODE       dana signs in, enters the code, and says yes
glewlwyd.py URL revoke             dana takes back what she gave
"""
import json
import sys
import urllib.error
import urllib.parse
import urllib.request

URL = sys.argv[1]


class Stays(urllib.request.HTTPRedirectHandler):
    redirect_request = lambda *_: None


def session(user, password):
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), Stays)
    cookies = []

    def call(method, path, body=None):
        request = urllib.request.Request(
            URL + "/api/" + path, None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json", **({"Cookie": cookies[0]} if cookies else {})},
            method=method)
        try:
            with opener.open(request, timeout=20) as answer:
                # http.cookiejar keeps none of a host without a dot.
                for cookie in answer.headers.get_all("Set-Cookie", []):
                    cookies[:] = [cookie.split(";")[0]]
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            if error.code == 302:
                return error.headers["Location"]
            sys.exit("%s %s: %d %s" % (method, path, error.code, error.read()[:300]))

    call("POST", "auth/", {"username": user, "password": password})
    return call


def prepare(resource):
    call = session("admin", "password")
    call("POST", "mod/plugin/", {
        "module": "oidc", "name": "glwd", "display_name": "OpenID Connect", "parameters": {
            "iss": URL + "/api/glwd", "jwt-type": "sha", "jwt-key-size": "256", "key": "key of the test",
            "access-token-duration": 3600, "refresh-token-duration": 86400, "code-duration": 600,
            "refresh-token-rolling": True, "allow-non-oidc": True, "auth-type-token-enabled": False,
            "auth-type-id-token-enabled": False, "auth-type-none-enabled": False,
            "auth-type-password-enabled": False, "auth-type-implicit-enabled": False,
            "auth-type-code-enabled": True, "auth-type-client-enabled": True,
            "auth-type-device-enabled": True, "auth-type-refresh-enabled": True,
            "device-authorization-expiration": 60, "device-authorization-interval": 1, "scope": [],
            "subject-type": "public", "address-claim": {"type": "no"}}})
    person = [resource + "/user_impersonation", "offline_access"]
    for scope in [resource + "/.default"] + person:
        call("POST", "scope/", {"name": scope, "display_name": scope, "password_required": False,
                                "scheme": {}})
    call("POST", "client/", {
        "client_id": "app", "name": "app", "confidential": True, "client_secret": "s3cret",
        "authorization_type": ["client_credentials"], "scope": [resource + "/.default"],
        "enabled": True, "token_endpoint_auth_method": ["client_secret_post", "client_secret_basic"]})
    call("POST", "client/", {
        "client_id": "person", "name": "person", "confidential": False, "scope": [], "enabled": True,
        "authorization_type": ["device_authorization", "refresh_token"]})
    call("POST", "user/", {"username": "dana", "password": "dana-password", "enabled": True,
                           "scope": ["g_profile"] + person})


def approve(code):
    call = session("dana", "dana-password")
    asked = urllib.parse.urlsplit(call("GET", "glwd/device?code=" + code))
    scope = urllib.parse.parse_qs(asked.query)["scope"][0]
    call("PUT", "auth/grant/person", {"scope": scope})
    done = call("GET", "glwd/device?code=" + code + "&g_continue")
    if "prompt=deviceComplete" not in done:
        sys.exit(done)


def revoke():
    call = session("dana", "dana-password")
    for token in call("GET", "glwd/token"):
        call("DELETE", "glwd/token/" + urllib.parse.quote(token["token_hash"], safe=""))


{"prepare": prepare, "approve": approve, "revoke": revoke}[sys.argv[2]](*sys.argv[3:])
