"""Drives a headless Chromium over its DevTools pipe: what a page does, and what it looks like.

    browser.py [FOLDER]

Reads from standard input one JSON object for each line, and answers each with one:

    {"url": "file:///…", "expression": "document.title", "width": 1280, "height": 900, "dark": false,
     "print": false, "scripts": true, "click": "a.name", "picture": "/…/page.png", "full": false,
     "pdf": "/…/page.pdf"}

Only `url` is needed; `{site}` in it is the address under which a web server here serves FOLDER. The answer
has `value` (what the expression came to), `requests` (every address that the page asked for), `downloads`
(the names of what was saved), `messages` (all that its console says, violations of its policy and errors
among it), and `error` where it could not be done.

The browser asks nobody else for anything: no name is resolved, and what it does by itself is turned off.
"""

import base64
import functools
import http.server
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import threading
import time

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--no-default-browser-check", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-default-apps", "--disable-extensions", "--disable-domain-reliability",
    "--disable-client-side-phishing-detection", "--disable-breakpad", "--no-pings", "--mute-audio",
    "--disable-features=OptimizationHints,MediaRouter,Translate,DialMediaRouteProvider",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--hide-scrollbars",
    "--font-render-hinting=none", "--lang=en-GB", "--remote-debugging-pipe",
]

# Seconds without any word of the browser, on a machine that has much else to do.
DEADLINE = 60


class Browser:
    """A browser with one page, over which messages of the DevTools protocol go."""

    def __init__(self, program):
        self.folder = tempfile.mkdtemp(prefix="browser-")
        self.number = 0
        self.events = []
        self.buffer = b""
        to_read, self.to_write = os.pipe()
        self.to_hear, from_write = os.pipe()

        def descriptors():
            # The pipe's ends are 3 and 4 there; both numbers may be taken by the other's end here.
            first, second = os.dup(to_read), os.dup(from_write)
            high = [os.dup2(first, 60), os.dup2(second, 61)]
            os.dup2(high[0], 3, inheritable=True)
            os.dup2(high[1], 4, inheritable=True)

        self.process = subprocess.Popen(
            [program, *FLAGS, "--user-data-dir=" + self.folder, "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            close_fds=False, preexec_fn=descriptors,
            env=dict(os.environ, HOME=self.folder, XDG_CONFIG_HOME=self.folder,
                     XDG_CACHE_HOME=self.folder))
        os.close(to_read)
        os.close(from_write)
        self.session = None
        self.send("Browser.setDownloadBehavior", behavior="allow", eventsEnabled=True,
                  downloadPath=self.folder)

    def open(self):
        """A fresh page, of which nothing is known yet."""
        self.session = None
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log", "Network", "Audits"]:
            self.send(domain + ".enable")
        return target

    def shut(self, target):
        self.session = None
        self.send("Target.closeTarget", targetId=target)
        self.events = []

    def send(self, method, **parameters):
        """Asks for something, and waits for what comes of it."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.to_write, data):]
        while True:
            answer = self.read()
            if answer.get("id") == message["id"]:
                if "error" in answer:
                    raise RuntimeError(method + ": " + answer["error"]["message"])
                return answer["result"]
            self.events.append(answer)

    def read(self):
        while b"\0" not in self.buffer:
            if not select.select([self.to_hear], [], [], DEADLINE)[0]:
                raise RuntimeError("the browser does not answer")
            data = os.read(self.to_hear, 1 << 16)
            if not data:
                raise RuntimeError("the browser ended")
            self.buffer += data
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def listen(self, seconds):
        """Takes what happens within some seconds."""
        end = time.monotonic() + seconds
        while b"\0" in self.buffer or select.select(
                [self.to_hear], [], [], max(0, end - time.monotonic()))[0]:
            self.events.append(self.read())

    def wait(self, method):
        """Waits until something happened."""
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.read())

    def close(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def messages(events):
    """All that the console says, and what the browser finds wrong with a page."""
    found = []
    for event in events:
        method, parameters = event.get("method"), event.get("params", {})
        if method == "Log.entryAdded":
            entry = parameters["entry"]
            found.append("%s: %s" % (entry["level"], entry["text"]))
        elif method == "Runtime.consoleAPICalled":
            values = [str(value.get("value", value.get("description"))) for value in parameters["args"]]
            found.append("console.%s: %s" % (parameters["type"], " ".join(values)))
        elif method == "Runtime.exceptionThrown":
            details = parameters["exceptionDetails"]
            found.append("exception: " + details.get("exception", {}).get("description", details["text"]))
        elif method == "Page.javascriptDialogOpening":
            found.append("dialog: " + parameters["message"])
        elif method == "Audits.issueAdded":
            found.append("issue: " + parameters["issue"]["code"])
    return found


def visit(browser, order):
    target = browser.open()
    try:
        width = order.get("width", 1280)
        browser.send("Emulation.setDeviceMetricsOverride", width=width, height=order.get("height", 900),
                     deviceScaleFactor=1, mobile=False)
        browser.send("Emulation.setEmulatedMedia", media="print" if order.get("print") else "", features=[
            {"name": "prefers-color-scheme", "value": "dark" if order.get("dark") else "light"}])
        browser.send("Emulation.setScriptExecutionDisabled", value=not order.get("scripts", True))
        browser.events = []
        # What is downloaded instead is an error here, and loads nothing.
        if "errorText" not in browser.send("Page.navigate", url=order["url"]):
            browser.wait("Page.loadEventFired")
        if "click" in order:
            browser.send("Runtime.evaluate", expression="document.querySelector(%s).click()"
                         % json.dumps(order["click"]))
            browser.listen(1)
        answer = {}
        if "expression" in order:
            result = browser.send("Runtime.evaluate", expression=order["expression"], awaitPromise=True,
                                  returnByValue=True)
            if "exceptionDetails" in result:
                raise RuntimeError(json.dumps(result["exceptionDetails"]))
            answer["value"] = result["result"].get("value")
        if "picture" in order:
            picture = browser.send("Page.captureScreenshot", format="png",
                                   captureBeyondViewport=bool(order.get("full")))
            with open(order["picture"], "wb") as file:
                file.write(base64.b64decode(picture["data"]))
        if "pdf" in order:
            pdf = browser.send("Page.printToPDF", preferCSSPageSize=True)
            with open(order["pdf"], "wb") as file:
                file.write(base64.b64decode(pdf["data"]))
        answer["requests"] = [event["params"]["request"]["url"] for event in browser.events
                              if event.get("method") == "Network.requestWillBeSent"]
        answer["downloads"] = [event["params"]["suggestedFilename"] for event in browser.events
                               if event.get("method") == "Browser.downloadWillBegin"]
        answer["messages"] = messages(browser.events)
        return answer
    finally:
        browser.shut(target)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files as web servers do that nobody set up."""

    def log_message(self, *_):
        pass


def serve(folder):
    """Serves a folder here, and nowhere else; the address."""
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return "http://127.0.0.1:%d" % server.server_port


def main():
    program = shutil.which("chromium")
    if not program:
        sys.exit("there is no chromium")
    site = serve(sys.argv[1]) if len(sys.argv) > 1 else ""
    browser = Browser(program)
    try:
        for line in sys.stdin:
            try:
                order = json.loads(line)
                order["url"] = order["url"].replace("{site}", site)
                answer = visit(browser, order)
                answer["site"] = site
            except RuntimeError as error:
                answer = {"error": str(error)}
            print(json.dumps(answer), flush=True)
    finally:
        browser.close()


main()
