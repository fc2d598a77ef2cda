#!/usr/bin/env python3
"""Another user waits for the victim's broker to die, and takes its port: running
programs of the victim ask there, with a token, and take whatever keys they are
given.  He also asks the keeper of that port for what it keeps, sits where the
next broker would look for one, and floods it.
"""

import os
import select
import signal
import socket
import struct
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)) + "/lib")
from world import Fault, World, ask_raw, wait_for

SDK = """
import boto3
c = boto3.Session().get_credentials()
print(c.get_frozen_credentials().access_key if c else "none")
"""
HIS_KEYS = (
    b'{"AccessKeyId":"AKIAHIS","SecretAccessKey":"his","Token":"his",'
    b'"Expiration":"2099-01-01T00:00:00Z"}'
)
TAKE = struct.pack("=BBBBI", 1, 2, 0, 0, 0) + bytes(32)
HELD = struct.pack("=BBBBI", 1, 129, 1, 0, 1) + bytes(32)


def take_port(port, seconds):
    """Tries to listen there in every way there is; then feeds his own keys to
    whoever asks.  Gives what he was sent, or None when he never got it."""
    until, heard = time.monotonic() + seconds, None
    ways = [
        (socket.AF_INET, "127.0.0.1"),
        (socket.AF_INET, "0.0.0.0"),
        (socket.AF_INET6, "::ffff:127.0.0.1"),
        (socket.AF_INET6, "::"),
    ]
    listeners = []
    while time.monotonic() < until:
        for family, host in ways if not listeners else []:
            s = socket.socket(family)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            try:
                s.bind((host, port))
                s.listen()
            except OSError:
                s.close()
            else:
                listeners.append(s)
                heard = heard or b""
                break
        for s in select.select(listeners, [], [], 0.005)[0]:
            c = s.accept()[0]
            c.settimeout(2)
            try:
                heard += c.recv(65536)
                c.sendall(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                    b"Connection: close\r\nContent-Length: %d\r\n\r\n%s"
                    % (len(HIS_KEYS), HIS_KEYS)
                )
            except OSError:
                pass
            c.close()
    return heard


def keeper_names(uid):
    with open("/proc/net/unix") as f:
        words = [line.split()[-1] for line in f]
    return sorted({w for w in words if w.startswith(f"@mairu-keeper.{uid}.")})


def ask_keeper(names):
    got = b""
    for name in names:
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as s:
            s.settimeout(2)
            try:
                s.connect("\0" + name[1:])
                s.send(TAKE)
                got += socket.recv_fds(s, 100, 4)[0]
            except OSError:
                pass
    return got


def sit_at(names, seconds):
    """At the names of a keeper, handing out a listener of his own; its port."""
    own = socket.create_server(("127.0.0.1", 0))
    seats = []
    for name in names:
        s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            s.bind("\0" + name[1:])
        except OSError:
            continue
        s.listen()
        seats.append(s)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for s in select.select(seats, [], [], 0.05)[0]:
            c = s.accept()[0]
            try:
                socket.send_fds(c, [HELD], [own.fileno()])
            except OSError:
                pass
    return own.getsockname()[1] if seats else None


def flood(port, n):
    held = []
    for i in range(n):
        s = socket.socket()
        s.settimeout(2)
        try:
            s.connect(("127.0.0.1", port))
            if i % 4 == 0:
                s.send(b"GET / HTTP/1.1\r\nX: ")
        except OSError:
            s.close()
            continue
        held.append(s)
        if len(held) > 800:
            held.pop(0).close()


def crash(w):
    pid = w.broker_pid()
    os.kill(pid, signal.SIGKILL)
    wait_for("the broker's end", lambda: pid not in w.brokers())


def enter(w):
    """As a user does, who tries again when a broker takes its time to start."""
    until = time.monotonic() + 20
    while True:
        try:
            return w.endpoint()
        except Fault:
            if time.monotonic() > until:
                raise


def main():
    with World(sys.argv) as w:
        w.serve().allow().log_in()
        e = enter(w)
        w.must_work(e)
        env = {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": e.url,
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": e.token,
            "AWS_EC2_METADATA_DISABLED": "true",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

        row = w.row("the port of a broker that died")
        for _ in range(3):
            thief = w.attacker.start(take_port, e.port, 2)
            crash(w)
            got = w.victim.run(["/usr/bin/python3", "-c", SDK], env={**w.victim.env, **env})
            heard = thief.result()
            leaked = heard is not None or "AKIAHIS" in got.out
            after = enter(w)
            lost = (after.url, after.token) != (e.url, e.token)
            row.count(leaked=leaked, lost=lost, note=(heard, got.out, after.url, e.url))
        w.log_in()
        row.count(lost=not w.works(e), note="the token of before does not work")
        if not w.keepers():
            return

        row = w.row("another user asks the keeper")
        crash(w)
        names = keeper_names(w.victim.uid)
        for _ in range(20):
            got = w.attacker.call(ask_keeper, names)
            row.count(leaked=bool(got), lost=not names, note=got)

        row = w.row("44,000 connections to the keeper")
        flooder = w.attacker.start(flood, e.port, 44000)
        for _ in range(20):
            got = w.victim.call(ask_raw, e.port, e.request())
            row.count(lost=b" 503 " not in got.split(b"\r\n")[0], note=got[:100])
        flooder.stop()
        row.count(lost=not w.keepers(), note="the keeper is gone")
        enter(w)

        row = w.row("another user sits at the keeper's name")
        w.victim.run(["mairu", "kill-agent", "--keeper"], check=True)
        sitter = w.attacker.start(sit_at, names, 3)
        wait_for("the seat", lambda: keeper_names(w.victim.uid))
        w.victim.run(["rm", "-rf", w.victim.top + "/run/mairu"])
        after = enter(w)
        w.log_in()
        works = w.works(after)
        port = sitter.result()
        row.count(leaked=port in (None, after.port), lost=not works, note=(port, after.port))


if __name__ == "__main__":
    main()
