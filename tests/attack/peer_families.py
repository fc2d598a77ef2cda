#!/usr/bin/env python3
"""Another user comes over sockets that are hard to tell: of both families, or
bound to lo.  With the token to the endpoint, with idle connections that are to
push the owner out, and with the address of a login, to finish it as himself.
"""

import os
import re
import resource
import select
import socket
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)) + "/lib")
from world import World, has_secret

WAYS = "dual-stack", "bound to lo", "dual-stack and bound to lo", "IPv4"


def connect(port, way):
    dual = way.startswith("dual")
    s = socket.socket(socket.AF_INET6 if dual else socket.AF_INET)
    s.settimeout(5)
    if "lo" in way.split():
        s.setsockopt(socket.SOL_SOCKET, 25, b"lo\0")  # SO_BINDTODEVICE
    s.connect(("::ffff:127.0.0.1" if dual else "127.0.0.1", port))
    return s


def ask(port, data, way):
    answer = b""
    try:
        with connect(port, way) as s:
            s.sendall(data)
            while True:
                more = s.recv(1 << 16)
                if not more:
                    break
                answer += more
    except OSError:
        pass
    return answer


def hold_idle(port, n, ready, go):
    """Opens so many connections, says so, and holds them."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    held = []
    for i in range(n):
        try:
            held.append(connect(port, WAYS[i % 3]))
        except OSError:
            pass
    os.write(ready, b"x")
    os.read(go, 1)
    return len(held)


def push_out(w, e, row):
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, 8192))
    ready, said = os.pipe()
    told, go = os.pipe()
    call = w.attacker.start(hold_idle, e.port, 1300, said, told)
    if not select.select([ready], [], [], 40)[0]:
        row.count(lost=True, note="the attacker does not get on")
    for _ in range(5):
        got = w.victim.call(ask, e.port, e.request(), "IPv4")
        row.count(lost=not has_secret(got), note=got[:200])
    os.write(go, b"x")
    call.result()


def main():
    with World(sys.argv) as w:
        w.serve().allow().log_in()
        e = w.endpoint()
        w.must_work(e)

        for way in WAYS:
            row = w.row(f"another user with the token, {way}")
            for _ in range(5):
                got = w.attacker.call(ask, e.port, e.request(), way)
                row.count(leaked=has_secret(got), note=got[:200])
        row = w.row("the owner's own dual-stack client is served, and told")
        got = w.victim.call(ask, e.port, e.request(), "dual-stack")
        row.count(lost=not has_secret(got), note=got[:200])
        said = w.victim.run(["mairu", "status"]).said
        row.count(lost="token alone" in said, note=said)

        push_out(w, e, w.row("1,300 idle connections of another user"))

        row = w.row("another user opens the address of a login")
        w.victim.run(["mairu", "logout", w.server], check=True)
        process, url = w.start_login()
        found = re.fullmatch(r"http://(127\.0\.0\.1):(\d+)(/auth/.*)", url)
        data = (
            f"GET {found[3]} HTTP/1.1\r\nHost: {found[1]}:{found[2]}\r\n"
            "Connection: close\r\n\r\n"
        ).encode()
        for way in WAYS:
            got = w.attacker.call(ask, int(found[2]), data, way)
            row.count(leaked=b"Set-Cookie" in got, note=(way, got[:200]))
        w.browse(url)
        process.communicate(timeout=20)
        row.count(lost=process.returncode != 0, note="the owner's login")


if __name__ == "__main__":
    main()
