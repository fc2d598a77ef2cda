#!/usr/bin/env python3
"""Frames that are broken in every way, at the socket of the broker: by the
victim's own programs, who may ask anything and must neither end the broker nor
see an OAuth token, and by another user, who must not even be answered.
"""

import os
import random
import socket
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)) + "/lib")
from world import World, has_secret

import wire

QUIT, START_URL, LOGOUT = 1, 35, 25
HEADER = 12
SEED = 20261201


def seeds():
    """One frame or more of each kind that does no harm by its meaning."""
    number = wire.number
    server, role = wire.field(18, b"contoso"), wire.field(19, b"123456789012/Dev")
    chain, wait = wire.field(20, b""), wire.field(33, number(10))
    fresh = wire.field(34, number(0))
    config = wire.field(16, b"/home/x/proj/.mairu.json")
    digest = wire.field(17, bytes(range(48)))
    bodies = {
        2: b"",
        16: config + digest + server + role + chain,
        17: config,
        18: wire.field(24, b"AWS_PROFILE") + wire.field(25, b"value"),
        19: wire.field(26, bytes(16)),
        20: b"",
        21: b"",
        23: server,
        24: server,
        26: b"",
        27: server + role + chain + wait + fresh,
        28: config + digest + server + role + chain + wait,
        29: server + role + chain + fresh + wire.field(92, b""),
        30: b"",
        31: wire.field(22, b"Bearer " + b"x" * 43) + wait + fresh,
        32: server + wire.field(85, b"http://127.0.0.1:1/oauth2callback?code=x"),
        34: server + wire.field(86, number(0)) + fresh,
        37: b"",
        39: server + chain + wait,
        40: server + wire.field(86, number(0)),
    }
    return [wire.frame(kind, body) for kind, body in bodies.items()]


def broken(dice, frame):
    frame = bytearray(frame)
    for _ in range(dice.choice((1, 1, 2, 4, 16))):
        at = dice.randrange(len(frame))
        way = dice.randrange(7)
        if way == 0:
            frame[at] ^= 1 << dice.randrange(8)
        elif way == 1:
            frame[at] = dice.choice((0, 1, 0x7F, 0x80, 0xFF, dice.randrange(256)))
        elif way == 2:
            del frame[at : at + dice.randrange(1, 9)]
        elif way == 3:
            frame[at:at] = dice.randbytes(dice.randrange(1, 40))
        elif way == 4:  # a length
            frame[8:12] = dice.choice((0, 1, 6, 1 << 18, 1 << 31, 0xFFFFFFFF)).to_bytes(4, "big")
        elif way == 5:  # another kind, or none
            frame[6:8] = dice.randrange(140).to_bytes(2, "big")
        else:  # fields twice, with a length that fits
            frame += frame[HEADER:]
            frame[8:12] = max(len(frame) - HEADER, 0).to_bytes(4, "big")
        if len(frame) < HEADER:
            frame += bytes(HEADER - len(frame))
    # These would do what they say, for whoever may; START_URL asks a network.
    if int.from_bytes(frame[6:8], "big") in (QUIT, LOGOUT, START_URL):
        frame[6:8] = (2).to_bytes(2, "big")
    return bytes(frame)


def throw(path, seed, count):
    """Sends them, each on a connection of its own; how many were let in, and
    what came back of those that were."""
    dice, basis, reached, answers = random.Random(seed), seeds(), 0, b""
    for _ in range(count):
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(0.05)
            try:
                s.connect(path)
                s.sendall(broken(dice, dice.choice(basis)))
                s.shutdown(socket.SHUT_WR)
                reached += 1
                while True:
                    more = s.recv(65536)
                    if not more:
                        break
                    answers += more
            except OSError:
                pass
    return reached, answers


def main():
    with World(sys.argv) as w:
        w.serve("--refresh-token").allow().log_in()
        e = w.endpoint()
        w.must_work(e)
        path, pid = w.socket(), w.broker_pid()

        row = w.row("broken frames of the victim's own")
        for part in range(8):
            reached, answers = w.victim.call(throw, path, SEED + part, 400)
            # He may have credentials, and never tokens of a login.
            told = b"CANARY-access" in answers or b"CANARY-refresh" in answers
            lost = w.broker_pid() != pid or not w.works(e) or not reached
            row.count(lost, told, note=f"from seed {SEED + part}", times=400)

        row = w.row("frames of another user, socket out of reach")
        reached, answers = w.attacker.call(throw, path, SEED, 200)
        row.count(leaked=reached or answers, times=200)

        # As if somebody had opened the directories by mistake.
        row = w.row("frames of another user, socket within reach")
        for directory in w.victim.top, w.victim.top + "/run", os.path.dirname(path):
            os.chmod(directory, 0o711)
        os.chmod(path, 0o777)
        reached, answers = w.attacker.call(throw, path, SEED, 1000)
        good = any(
            answers[i + 6 : i + 8] == b"\0\x80"
            for i in range(len(answers))
            if answers.startswith(b"mairu", i)
        )
        row.count(not reached, good or has_secret(answers), answers[:200], 1000)
        row.count(lost=w.broker_pid() != pid or not w.works(e))


if __name__ == "__main__":
    main()
