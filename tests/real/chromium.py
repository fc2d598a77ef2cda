"""Chromium without a window, driven over the WebDriver protocol (W3C) with
nothing but the standard library."""

import base64
import contextlib
import http.client
import json
import os
import re
import select
import signal
import subprocess
import tempfile
import time

PATIENCE = 30  # seconds: for a page, for an element
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    # It talks to this machine and to nobody else.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--window-size=900,700",
]


class Failed(Exception):
    pass


def line_of(stream, pattern, seconds):
    """Reads lines until one matches; returns the match."""
    until, text = time.monotonic() + seconds, b""
    while True:
        left = until - time.monotonic()
        if left <= 0 or not select.select([stream], [], [], left)[0]:
            raise Failed(f"waited in vain for {pattern}: {text.decode()!r}")
        data = os.read(stream.fileno(), 4096)
        if not data:
            raise Failed(f"ended before {pattern}: {text.decode()!r}")
        text += data
        found = re.search(pattern, text.decode(errors="replace"))
        if found:
            return found


def end(process):
    """Ends a child and what it started: it leads a group of its own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        pass
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(5)
    for stream in process.stdout, process.stderr:
        if stream:
            stream.close()


class Chromium:
    """One browser with an empty profile; a context manager."""

    def __init__(self, log):
        self.profile = tempfile.TemporaryDirectory(
            prefix="mairu-chromium.", ignore_cleanup_errors=True
        )
        self.session = None
        with open(log, "ab") as errors:
            self.driver = subprocess.Popen(
                ["chromedriver", "--port=0"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
                env={
                    "PATH": "/usr/bin:/bin",
                    "HOME": self.profile.name,
                    "LANG": "C.UTF-8",
                },
            )
        try:
            self.start()
        except BaseException:
            self.close()
            raise

    def start(self):
        found = line_of(self.driver.stdout, r"successfully on port (\d+)", PATIENCE)
        self.port = int(found[1])
        data = os.path.join(self.profile.name, "profile")
        options = {
            "binary": "/usr/bin/chromium",
            "args": [*ARGUMENTS, f"--user-data-dir={data}"],
        }
        got = self.ask(
            "POST",
            "/session",
            {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}},
            whole=True,
        )
        self.session = got["sessionId"]
        milliseconds = PATIENCE * 1000
        self.ask("POST", "/timeouts", {"pageLoad": milliseconds})

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.close()

    def close(self):
        if self.session:
            with contextlib.suppress(Failed, OSError):
                self.ask("DELETE", "")
        end(self.driver)
        self.profile.cleanup()

    def ask(self, method, path, members=None, whole=False):
        if not whole:
            path = f"/session/{self.session}{path}"
        c = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=2 * PATIENCE
        )
        try:
            body = None if members is None else json.dumps(members)
            kind = {"Content-Type": "application/json"}
            c.request(method, path, body, kind)
            value = json.loads(c.getresponse().read())["value"]
        finally:
            c.close()
        if isinstance(value, dict) and "error" in value:
            words = value["message"].partition("\n")[0]
            raise Failed(f"{value['error']}: {words}")
        return value

    # --- what a person does

    def open(self, url):
        self.ask("POST", "/url", {"url": url})

    def find(self, css, using="css selector"):
        """The element, once it is there."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                query = {"using": using, "value": css}
                return self.ask("POST", "/element", query)[ELEMENT]
            except Failed as e:
                if time.monotonic() > until:
                    raise Failed(f"no {css} on {self.url()}: {e}") from e
            select.select([], [], [], 0.05)

    def type(self, css, text):
        self.ask("POST", f"/element/{self.find(css)}/value", {"text": text})

    def click(self, css, using="css selector"):
        self.ask("POST", f"/element/{self.find(css, using)}/click", {})

    # --- what a person sees

    def url(self):
        return self.ask("GET", "/url")

    def run(self, script):
        return self.ask("POST", "/execute/sync", {"script": script, "args": []})

    def wait_for(self, pattern):
        """Waits until the URL matches and its page is whole."""
        until = time.monotonic() + PATIENCE
        while True:
            url = self.url()
            ready = self.run("return document.readyState") == "complete"
            if ready and re.search(pattern, url):
                return url
            if time.monotonic() > until:
                raise Failed(f"ended at {url}, not at {pattern}")
            select.select([], [], [], 0.05)

    def scheme(self, name):
        """light or dark, as the desktop would say."""
        media = [{"name": "prefers-color-scheme", "value": name}]
        self.ask(
            "POST",
            "/goog/cdp/execute",
            {"cmd": "Emulation.setEmulatedMedia", "params": {"features": media}},
        )

    def screenshot(self, path):
        data = base64.b64decode(self.ask("GET", "/screenshot"))
        with open(path, "wb") as f:
            f.write(data)
        return data
