"""The HTTP side of the fake: what comes in, what goes out and how badly, and
the journal of both."""

import collections
import http.server
import json
import os
import signal
import socket
import struct
import threading
import time

import faults
from replies import Refused, Reply, json_reply, refused_text

MAX_BODY = 64 * 1024
# Before the path of the URL (RFC 8414, section 3.1).
METADATA = "/.well-known/oauth-authorization-server"


class Request:
    """One request, read whole.  `notes` go into the journal."""

    def __init__(self, handler, body):
        self.method = handler.command
        # As it was sent: the handler's own path is tidied.
        target = handler.requestline.split()[1]
        self.path, _, self.query = target.partition("?")
        self.headers = handler.headers
        self.body = body
        self.notes = {}

    def all(self, name):
        return self.headers.get_all(name) or []

    def must_be(self, kind):
        if self.all("Content-Type") != [kind]:
            raise ValueError(f"Content-Type is not {kind}")

    def cookies(self):
        texts = "; ".join(self.all("Cookie")).split(";")
        return [text.strip() for text in texts]


class Journal:
    """What was asked, a line of JSON for each request; no secret."""

    def __init__(self, path):
        self.file = open(path, "a", encoding="utf-8") if path else None
        self.lock = threading.Lock()
        self.counts = collections.Counter()
        self.refused = collections.Counter()

    def write(self, at, entry):
        with self.lock:
            self.counts[at] += 1
            if "refused" in entry:
                self.refused[at] += 1
            if self.file:
                self.file.write(json.dumps(entry) + "\n")
                self.file.flush()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "fake", ""
    timeout = 120  # a connection that says nothing
    date = None  # instead of the right one

    def setup(self):
        super().setup()
        # Small writes are not to wait for one another.
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def log_message(self, *args):
        pass

    def date_time_string(self, timestamp=None):
        return self.date or super().date_time_string(timestamp)

    def do_GET(self):
        self.date = None
        try:
            self.answer()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = do_GET

    def body(self):
        length = self.headers.get_all("Content-Length") or []
        if self.headers.get_all("Transfer-Encoding"):
            raise refused_text(411, "a body has a Content-Length here")
        if not length:
            if self.command in ("POST", "PUT", "PATCH"):
                raise refused_text(411, "there is no Content-Length")
            return b""
        if len(length) > 1 or not length[0].isdigit():
            raise refused_text(400, "Content-Length is wrong")
        if int(length[0]) > MAX_BODY:
            raise refused_text(413, "the body is too large")
        return self.rfile.read(int(length[0]))

    def answer(self):
        server = self.server
        request = Request(self, b"")
        at, methods, handle = server.route(request.path)
        entry = {"method": self.command, "path": request.path, "at": at}
        entry["time"] = time.monotonic()
        fault = reply = None
        try:
            request.body = self.body()
            if self.headers.get_all("Host") != [server.host]:
                raise refused_text(421, "Host is not this server")
            if self.command not in methods:
                allow = [("Allow", ", ".join(methods))]
                raise refused_text(405, f"not with {self.command}", allow)
            fault = server.faults.take(at)
            reply = fault and faults.instead(fault)
            if not reply:
                reply = handle(request)
        except Refused as e:
            reply = e.reply
            entry["refused"] = e.why
            # What was not read can't be followed by another request.
            if not request.body and self.headers.get("Content-Length"):
                self.close_connection = True
            if self.headers.get("Transfer-Encoding"):
                self.close_connection = True
        if hasattr(reply, "callback"):
            fault = server.faults.take("callback") or fault
        reply = faults.spoil(fault, reply)
        entry["status"] = reply.status
        if fault:
            entry["fault"] = fault["do"]
        entry.update(request.notes)
        if at != "control":
            server.journal.write(at, entry)
        self.send(reply, fault or {})

    def send(self, reply, fault):
        do, server = fault.get("do"), self.server
        if do in ("hang", "hold", "slow"):
            server.wait(do, fault.get("seconds"))
        if do == "close":
            self.close_connection = True
            return
        body = b"" if self.command == "HEAD" else reply.encoded()
        self.send_header_of(reply, len(body), chunked=do == "chunked")
        self.wfile.flush()
        half = len(body) // 2
        if do == "reset":
            self.wfile.write(body[:half])
            self.reset()
        elif do == "half":
            self.wfile.write(body[:half])
            self.close_connection = True
        elif do == "drip":
            for i in range(len(body)):
                self.wfile.write(body[i : i + 1])
                server.wait("slow", fault["seconds"] / len(body))
        elif do == "chunked":
            for part in (body[:half], body[half:]):
                if part:
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            self.wfile.write(b"0\r\n\r\n")
        else:
            self.wfile.write(body)

    def send_header_of(self, reply, length, chunked):
        headers = dict(reply.headers)
        self.date = headers.pop("Date", None)
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.kind)
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def reset(self):
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        # Below TLS too: nothing may be said after it.
        self.close_connection = True
        self.wfile = open("/dev/null", "wb")
        socket.socket.close(self.connection)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    places = faults.PLACES
    block_on_close = False
    request_queue_size = 128

    def __init__(self, settings, routes, journal, tls=None):
        super().__init__(("127.0.0.1", settings.port), Handler)
        self.settings = settings
        self.routes = routes
        self.faults = faults.Faults(settings.fault, self.places)
        self.journal = journal
        self.tls = tls
        self.host = f"{settings.name}:{self.server_port}"
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://{self.host}{settings.base}"
        settings.url = self.url
        self.released = threading.Condition()
        self.releases = self.holding = 0

    def get_request(self):
        connection, peer = super().get_request()
        if self.tls:
            # Shaken hands with in its own thread, at its first read.
            connection = self.tls.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        return connection, peer

    def handle_error(self, request, client_address):
        pass  # peers that go, certificates that they refuse

    def route(self, path):
        if path == "/_control":
            return "control", ("GET", "POST"), self.control
        if path == "/_server":
            return "control", ("GET",), self.configuration
        base = self.settings.base
        if path == METADATA + base.rstrip("/") and METADATA in self.routes:
            return self.routes[METADATA]
        if path.startswith(base) and path[len(base) :] in self.routes:
            return self.routes[path[len(base) :]]
        # Where AWS's own has it, whatever the base.
        if path == "/" and "sts" in self.routes:
            return self.routes["sts"]
        return "none", ("GET", "POST", "HEAD"), self.nothing_here

    def nothing_here(self, request):
        raise refused_text(404, "there is nothing here")

    def wait(self, how, seconds=None):
        """Holds an answer back: for good, until released, or for seconds."""
        with self.released:
            self.holding += 1
            before = self.releases
            self.released.wait_for(
                lambda: how == "hold" and self.releases > before, seconds
            )
            self.holding -= 1

    def control(self, request):
        """Changes settings and faults; says what was counted so far."""
        if request.method == "POST":
            try:
                self.command(json.loads(request.body))
            except (ValueError, TypeError, AttributeError) as e:
                return Reply(400, f"{e}\n")
        return json_reply(
            200,
            {
                "requests": dict(self.journal.counts),
                "refused": dict(self.journal.refused),
                **self.counted(),
                "holding": self.holding,
                "faults": [f["do"] for f in self.faults.due],
            },
        )

    def counted(self):
        return {
            "early": self.issuer.devices.early,
            "reused": self.issuer.tokens.reused,
        }

    def configuration(self, request):
        return json_reply(200, self.description())

    def description(self):
        """What a file of servers.d says of this server, but for its id."""
        s = self.settings
        oauth = {"client_id": s.client_id}
        if s.grants != "device":
            oauth["code_grant"] = {}
            if s.redirect_path != "/oauth2callback":
                oauth["code_grant"]["redirect_path"] = s.redirect_path
        if s.grants != "code":
            oauth["device_grant"] = {}
        if s.client_auth != "none":
            oauth["client_secret"] = s.client_secret
        if s.client_auth == "post":
            oauth["token_endpoint_auth_method"] = "client_secret_post"
        if s.revocation == "told":
            oauth["revocation_endpoint"] = "oauth/revoke"
        if s.scope != "profile":
            oauth["scope"] = s.scope.split(" ")
        return {"url": self.url, "oauth": oauth}

    def command(self, words):
        for word, value in words.items():
            if self.sts.command(word, value):
                continue
            if word == "fault":
                self.faults.add(value)
            elif word == "clear":
                self.faults.clear()
            elif word == "release":
                with self.released:
                    self.releases += 1
                    self.released.notify_all()
            elif word == "revoke":
                self.issuer.tokens.revoke_all()
            elif word == "expire":
                self.issuer.expire(value)
            elif word in ("approve", "deny"):
                decision = "allow" if word == "approve" else "deny"
                self.issuer.devices.decide(value, decision)
            elif word == "set":
                for name, setting in value.items():
                    if name not in self.settings.changeable:
                        raise ValueError(f"{name} is no setting")
                    setattr(self.settings, name, setting)
            else:
                raise ValueError(f"unknown: {word}")


def serve(server):
    """Says where it is, and answers until it is ended or its time is over."""
    # Without a word: whoever ends it knows why.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    if server.settings.ends_after:
        after = server.settings.ends_after
        timer = threading.Timer(after, os._exit, [0])
        timer.daemon = True
        timer.start()
    print(f"ready {server.url}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
