#!/usr/bin/env python3
"""Requests that are broken in every way, at the endpoint for SDKs: by who has
no token, by another user who has one, and so many connections that there might
be none left for the owner.
"""

import os
import random
import resource
import socket
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)) + "/lib")
from world import Fault, World, ask_raw, has_secret

SEED = 20261201
PIECES = (
    b"\0", b"\r\n", b"\n", b" ", b"\t", b":", b"\r", b"%00", b"\xff", b"\x1b[2J",
    b"Transfer-Encoding: chunked\r\n", b"Content-Length: 99999999999999999999\r\n",
    b"Content-Length: -1\r\n", b"Expect: 100-continue\r\n", b"X: " + b"a" * 9000,
    b"Authorization: \r\n", b"Host: 127.0.0.1\r\n", b"Cookie: a=b\r\n", b"/../",
)  # fmt: skip


def broken(dice, request):
    data = bytearray(request)
    for _ in range(dice.choice((1, 1, 2, 4, 12))):
        at = dice.randrange(max(len(data), 1))
        way = dice.randrange(5)
        if way == 0 and data:
            data[at % len(data)] = dice.randrange(256)
        elif way == 1:
            del data[at : at + dice.randrange(1, 30)]
        elif way == 2:
            data[at:at] = dice.choice(PIECES)
        elif way == 3:
            line = bytes(data).split(b"\r\n")
            dice.shuffle(line)
            data = bytearray(b"\r\n".join(line))
        else:
            data[at:at] = data[: dice.randrange(len(data) + 1)]
    return bytes(data)


def throw(port, request, seed, count):
    """How many answers there were, and those that told a secret."""
    dice, answered, told = random.Random(seed), 0, []
    for _ in range(count):
        data = broken(dice, request)
        got = ask_once(port, data)
        answered += bool(got)
        if has_secret(got):
            told.append((data[:300], got[:300]))
    return answered, told


def ask_once(port, data):
    """Sends all that there is, and says so: the broker has nothing to wait
    for."""
    got = b""
    with socket.socket() as s:
        s.settimeout(0.5)
        try:
            s.connect(("127.0.0.1", port))
            s.sendall(data)
            s.shutdown(socket.SHUT_WR)
            while True:
                more = s.recv(65536)
                if not more:
                    break
                got += more
        except OSError:
            pass
    return got


def flood(port, count, held):
    """Opens so many connections, and holds as many of them as it can."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    held = min(held, hard - 64)
    open_ones, made = [], 0
    for _ in range(count):
        s = socket.socket()
        s.settimeout(0.2)
        try:
            s.connect(("127.0.0.1", port))
            s.send(b"GET / HTTP/1.1\r\nHost:")
            made += 1
        except OSError:
            pass
        open_ones.append(s)
        if len(open_ones) > held:
            open_ones.pop(0).close()
    return made


def main():
    with World(sys.argv) as w:
        w.serve().allow().log_in()
        e = w.endpoint()
        w.must_work(e)
        pid = w.broker_pid()

        # Broken a little, some are still good: with the token they are served.
        if not w.victim.call(throw, e.port, e.request(), SEED, 200)[1]:
            raise Fault("no request gets through, broken or not")

        row = w.row("broken requests of the victim's own, without the token")
        wrong = e.token[:-1] + ("A" if e.token[-1] != "A" else "B")
        for part in range(6):
            request = e.request(Authorization=wrong)
            answered, told = w.victim.call(throw, e.port, request, SEED + part, 400)
            lost = w.broker_pid() != pid or not w.works(e) or not answered
            row.count(lost, told, note=told[:1], times=400)

        row = w.row("broken requests of another user, with the token")
        for part in range(6):
            _, told = w.attacker.call(throw, e.port, e.request(), SEED + part, 400)
            lost = w.broker_pid() != pid or not w.works(e)
            row.count(lost, told, note=told[:1], times=400)

        row = w.row("connections of another user, and the owner asks")
        count, began = 6000, time.monotonic()
        call = w.attacker.start(flood, e.port, count, 2000)
        waits = []
        while True:
            start = time.monotonic()
            got = w.victim.call(ask_raw, e.port, e.request())
            waits.append((time.monotonic() - start, b"ASIAFAKE" in got))
            if len(waits) >= 20 and time.monotonic() - began > 5:
                break
        made = call.result(60)
        bad = [x for x in waits if x[0] > 2.5 or not x[1]]
        row.count(lost=bad or made == 0, note=(made, bad[:3]), times=count)
        row.count(lost=w.broker_pid() != pid or not w.works(e))


if __name__ == "__main__":
    main()
