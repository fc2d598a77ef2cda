#!/usr/bin/env python3
"""Every command against a broker that does not exist, or not what it should be:
it ends in time, says what goes on, leaves nothing half done, and the next try
works.

What the hook does then is tested in tests/bats/prompt/broken.bats, what the broker itself
does when it is killed in tests/bats/broker/faults_net.bats.
"""

import contextlib
import functools
import http.client
import os
import pathlib
import re
import select
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True

import answers
import cases
import wire
import world
from every import TABLE, is_complete, new_world
from world import MAIRU, ROLE, proc

ENDED = (
    r"(hung up before it answered; it may have just ended\. Try again, "
    r"or run: mairu kill-agent"
    r"|the broker ended before [^.]*\. (Try again|Run: mairu \S+ \S+))$"
)


# --- the broken brokers: each a function of a world that puts one there, and
# what is said of it

def deaf(w):
    """Takes connections, as the kernel does, and is stopped."""
    w.listen(lambda peer: select.select([], [], [], 60))


def full(w):
    """Its queue is full."""
    os.makedirs(os.path.dirname(w.sock), 0o700, exist_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(w.sock)
    listener.listen(0)
    w.listeners.append(listener)
    knock(w)


def knock(w):
    """Until there is no more room."""
    try:
        while True:
            s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            w.listeners.append(s)
            s.setblocking(False)
            s.connect(w.sock)
    except BlockingIOError:
        pass


def refusal(version, frame_version):
    """The answer of a broker of another version."""
    return wire.frame(
        wire.ERROR,
        wire.field(wire.CODE, wire.number(8))
        + wire.field(wire.MESSAGE, b"this broker is of another version")
        + wire.field(wire.VERSION, version)
        + wire.field(wire.PID, wire.number(4711)),
        version=frame_version,
    )


def says(data):
    """Answers that, whatever it is asked, and hangs up."""

    def put(w):
        def answer(peer):
            peer.recv(65536)
            peer.sendall(data)
            peer.shutdown(socket.SHUT_WR)
            peer.recv(1)

        w.listen(answer)

    return put


def silent_end(w):
    """Reads what it is asked and hangs up."""
    w.listen(lambda peer: peer.recv(65536))


def endless(w):
    def answer(peer):
        peer.recv(65536)
        while True:
            peer.sendall(wire.frame(wire.OK, b"x" * 4096))

    w.listen(answer)


def nonsense(w):
    """Answers what is no answer to anything."""

    def answer(peer):
        while True:
            asked = peer.recv(65536).count(b"mairu\x01")
            peer.sendall(asked * wire.frame(wire.OK, wire.field(999, b"x")))

    w.listen(answer)


def without_program(w):
    """None runs, and none is installed."""
    if os.path.exists("/usr/local/libexec/mairu/mairu-broker"):
        raise cases.Skip("mairu is installed here")
    w.mairu = ALONE + "/mairu"


def forbidden(w):
    """None runs, and none may be started."""
    w.env["MAIRU_NO_AUTO_AGENT"] = "1"


PID = rf"\(pid {os.getpid()}\)"
GARBAGE = b"\0\xffHTTP/1.1 200 OK\r\n\r\n" * 20
HTTP2 = b"\0\0\x06\x04\0\0\0\0\0" + b"\0" * 6

FULL = "a broker whose queue is full"
SITUATIONS = {
    "no broker, and none may be started": (
        forbidden,
        r"no broker is running, and MAIRU_NO_AUTO_AGENT is set\. "
        r"Run: mairu agent$",
    ),
    "no broker, and no program of it": (
        without_program,
        r"cannot find mairu-broker next to mairu, where it would be if both were "
        r"moved, or at /\S+/mairu-broker; is mairu fully installed\?$",
    ),
    "a broker that is stopped": (
        deaf,
        rf"the broker {PID} does not respond\. If it is stopped, kill -CONT "
        rf"{os.getpid()} resumes it; to end it, run: mairu kill-agent$",
    ),
    FULL: (
        full,
        r"the broker at \S+ takes no more callers.*mairu kill-agent$",
    ),
    "a broker of another version": (
        says(refusal(b"0.11.9", 1)),
        rf"the broker {PID} is version 0\.11\.9, this is mairu \S+\. "
        r"Run: mairu kill-agent$",
    ),
    "a broker with another wire": (
        says(refusal(b"99.0", 99)),
        rf"the broker {PID} is version 99\.0, this is mairu \S+\. "
        r"Run: mairu kill-agent$",
    ),
    "another program on the socket": (
        says(GARBAGE),
        rf"another program, python3? {PID} answers at \S+\. Stop it, or set "
        r"MAIRU_AGENT_SOCK to another path$",
    ),
    "the agent of Mairu 0.12": (
        says(HTTP2),
        rf"another program, python3? {PID}, apparently the agent of Mairu "
        r"0\.12, answers at \S+\. Stop it, or set MAIRU_AGENT_SOCK to another "
        r"path$",
    ),
    "a broker that hangs up": (silent_end, ENDED),
    "a broker that answers nonsense": (
        nonsense,
        r"the broker's reply makes no sense\. Run: mairu kill-agent$",
    ),
    "a broker that answers without end": (
        endless,
        r"(another program|the broker's reply makes no sense).*$",
    ),
}


BELIEVED = {
    "a broker that answers nonsense",
    "a broker that answers without end",
}


def undone(w, command, done):
    """Nothing of it has come out, and what it was to do has not begun."""
    if command.done:
        assert not os.path.exists(f"{w.home}/{command.done}"), done
    if command.name == "export":
        # That the message was said is remembered, and nothing else.
        assert set(re.findall(r"export (\w+)=", done.out)) <= {"MAIRU_STATE"}
    else:
        assert done.out == "", done


def check(command, situation):
    put, message = SITUATIONS[situation]
    with new_world() as w:
        absent = situation.startswith("no broker")
        put(w)
        done = command.run(w)
        kind = command.needs
        if command.believes and situation in BELIEVED:
            kind = None
        if kind == "look":
            assert done.status == command.well and done.err == "", done
            line = re.search(r"^(?:problem )?broker +(.*)$", done.out, re.M)
            assert line and re.search(message, line[1]), done
        elif kind is None or (kind == "ask" and absent):
            assert done.status == (4 if command.name == "refresh" else 0), done
            assert "mairu-broker" not in done.err, done
        else:
            assert done.status == (0 if command.name == "export" else 1), done
            lines = done.err.splitlines()
            if command.name == "setup-sso":
                lines = [one for one in lines if one[0] not in ' {}']
            assert all(one.startswith("mairu: ") for one in lines), done
            assert any(re.search(message, one) for one in lines), done
            undone(w, command, done)
        if command.needs is None:
            return
        # Once that is mended, all goes on.
        w.clear_socket()
        w.env.pop("MAIRU_NO_AUTO_AGENT", None)
        w.answers(**answers.good(w))
        done = command.run(w)
        assert done.status == command.well, done


# --- dying

def check_cuts(command):
    """It dies after any byte of any of its answers."""
    with new_world() as w:
        w.answers(**answers.good(w))
        done = command.run(w)
        assert done.status == command.well, done
        whole = w.standing.put_so_far
        for number, answer in enumerate(whole):
            for size in range(len(answer)):
                if command.done:
                    pathlib.Path(w.home, command.done).unlink(True)
                w.standing.put_so_far = []
                w.standing.cut = (number, size)
                fails(command, w, command.run(w))
        w.standing.cut = None
        done = command.run(w)
        assert done.status == command.well, done


def fails(command, w, done):
    if command.needs == "look" or command.name == "show":
        assert done.status == command.well and done.err == "", done
        return
    expected = 0 if command.name == "export" else 1
    assert done.status == expected, (w.standing.cut, done)
    lines = done.err.splitlines()
    assert lines[-1].startswith("mairu: "), done
    assert any(re.search(ENDED, one) for one in lines), (w.standing.cut, done)
    undone(w, command, done)


def all_cases():
    for command in TABLE:
        if command.needs:
            name = " ".join((command.name, *command.args[:2]))
            yield f"a broker that dies amid an answer: {name}", functools.partial(
                check_cuts, command
            )
    for situation in SITUATIONS:
        for command in TABLE:
            name = " ".join((command.name, *command.args[:2]))
            yield f"{situation}: {name}", functools.partial(
                check, command, situation
            )


# What is held when the broker is killed, and what waits for it.
WAITING = [
    ("token", "login", "--no-browser", "--force", "contoso"),
    ("assume-role", "exec", "--no-login", "auto", "echo", "ran"),
    ("assume-role", "exec", "--no-login", "-m", "static", "auto", "echo", "ran"),
    ("assume-role", "credential-process", "contoso", ROLE),
    ("assume-role", "whoami"),
    ("sts", "whoami"),
    ("roles", "list-roles"),
    ("token", "refresh", "contoso"),
    ("revoke", "logout", "contoso"),
]


def killed(server):
    with new_world() as w:
        w.fake(server)
        for held, *args in WAITING:
            w.log_in()
            started = None
            server.control(clear=True, fault={"at": held, "do": "hold"})
            if args[0] == "login":
                started = w.start(*args)
                url = started.wait_for(r"http://127\.0\.0\.1:\d+/auth/\S+")[0]
                # Nobody is there to answer it.
                threading.Thread(target=given_up, args=(url,)).start()
            started = started or w.start(*args)
            until = time.monotonic() + 20
            while not server.control()["holding"]:
                assert time.monotonic() < until, args
            w.kill_broker()
            done = started.end()
            server.control(clear=True, release=True)
            assert done.status == 1 and done.out == "", done
            assert re.search(ENDED, done.err.strip()), done
            world.never(done.err)
        w.log_in()
        assert w.run("whoami", "--no-login").status == 0


def given_up(url):
    with contextlib.suppress(OSError, http.client.HTTPException):
        world.browse(url)


def patient():
    """One that is at work for long still answers others, and is waited for."""
    with new_world() as w:
        w.answers(**{**answers.good(w), "RENEW": "hold"})
        started = w.start("refresh", "contoso")
        started.wait_for("mairu: waiting for contoso to renew the session")
        until = time.monotonic() + 20
        while "INFO" not in [one["type"] for one in w.requests()]:
            assert time.monotonic() < until and started.read(0.05)
        w.answers(**answers.good(w))
        done = started.end()
        assert done.status == 0, done
        assert done.err.endswith("mairu: renewed contoso until 2100-01-01 00:00\n")


# --- the ways out

def after_an_upgrade():
    """The old broker runs on until it is told to end."""
    with new_world() as w:

        def answer(peer):
            kind = peer.recv(65536)[6:8]
            if kind == wire.QUIT.to_bytes(2, "big"):
                w.clear_socket()
                peer.sendall(wire.frame(wire.OK))
            else:
                peer.sendall(refusal(b"0.0.1", 1))

        w.listen(answer)
        line = (
            f"the broker (pid {os.getpid()}) is version 0.0.1, this is mairu "
            f"{w.version}. Run: mairu kill-agent\n"
        )
        done = w.run("export", "bash")
        assert done.err == f"mairu: {line}", done
        assert f"broker   {line}" in w.run("status").out, done
        done = w.run("kill-agent")
        assert (done.status, done.out, done.err) == (0, "", ""), done
        done = w.run("export", "bash")
        assert "AWS_CONTAINER_CREDENTIALS_FULL_URI" in done.out, done
        assert done.err == "", done


def out_of_a_full_queue():
    """Nobody can ask a stopped broker once enough prompts have tried."""
    with new_world() as w:
        pid = w.start_broker()
        os.kill(pid, signal.SIGSTOP)
        knock(w)
        done = w.run("export", "bash")
        assert re.search(SITUATIONS[FULL][1], done.err.strip()), done
        done = w.run("kill-agent")
        assert done.status == 0, done
        assert done.err == (
            f"mairu: the broker (pid {pid}) did not respond and was killed\n"
        ), done
        assert proc.gone(pid)
        done = w.run("export", "bash")
        assert "AWS_CONTAINER_CREDENTIALS_FULL_URI" in done.out, done


if __name__ == "__main__":
    # Before there are threads: a program that is open for writing in a child
    # of another thread cannot be run.
    with tempfile.TemporaryDirectory(prefix="mairu.", dir="/tmp") as ALONE:
        shutil.copy(MAIRU, ALONE)
        server = world.Fake("--refresh-token", "--revocation", "told")
        sys.exit(
            cases.run(
                [
                    ("every command is in the table", is_complete),
                    ("after an upgrade kill-agent is the way on", after_an_upgrade),
                    (
                        "kill-agent ends a broker whose queue is full",
                        out_of_a_full_queue,
                    ),
                    (
                        "a broker that is killed while a command waits",
                        functools.partial(killed, server),
                    ),
                    ("a broker that is at work is waited for", patient),
                    *all_cases(),
                ]
            )
        )
