#!/usr/bin/env python3
"""What the victim's other programs can see of the broker's processes: its
memory, environment and descriptors, by every way that Linux has; and what is
left in their memory after a logout, looked for as root.
"""

import ctypes
import importlib.machinery
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)) + "/lib")
from world import LIBC, REPO, Fault, World

PTRACE_ATTACH, PTRACE_SEIZE = 16, 0x4206
SYS_PIDFD_GETFD = 438
SECRETS = b"CANARY-access", b"CANARYsession", b"CANARY-refresh", b"CANARY-code"

memory = importlib.machinery.SourceFileLoader(
    "memory", REPO + "/tests/bats/lib/memory"
).load_module()  # pylint: disable=deprecated-method


class Vec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("len", ctypes.c_size_t)]


def attach(pid, how):
    ptrace = LIBC.ptrace
    ptrace.restype = ctypes.c_long
    ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    return ptrace(how, pid, None, None) == 0


def read_memory(pid):
    into = ctypes.create_string_buffer(16)
    here = Vec(ctypes.cast(into, ctypes.c_void_p).value, 16)
    there = Vec(0x400000, 16)
    done = LIBC.process_vm_readv(
        pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0
    )
    # That nothing is mapped there is said to who may look.
    return done >= 0 or ctypes.get_errno() == 14


def take_descriptor(pid):
    fd = os.pidfd_open(pid)
    try:
        return any(LIBC.syscall(SYS_PIDFD_GETFD, fd, n, 0) >= 0 for n in range(40))
    finally:
        os.close(fd)


def opens(path):
    def can(pid):
        try:
            with open(f"/proc/{pid}/{path}", "rb") as f:
                return bool(f.read(1))
        except OSError as e:
            return e.errno == 5  # of mem: at address 0 there is nothing

    can.__name__ = path
    return can


def lists_descriptors(pid):
    try:
        return bool(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return False


def dumps_core(pid):
    core = f"{os.environ['TMPDIR']}/core"
    subprocess.run(
        ["gcore", "-o", core, str(pid)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=20,
        check=False,
    )
    return os.path.exists(f"{core}.{pid}")


def look(pid):
    """The ways that worked, of all."""
    ways = [
        lambda p: attach(p, PTRACE_SEIZE),
        lambda p: attach(p, PTRACE_ATTACH),
        read_memory,
        take_descriptor,
        lists_descriptors,
        dumps_core,
        *map(opens, ("mem", "environ", "maps", "auxv", "stack", "syscall", "io")),
    ]
    names = ("seize", "ptrace", *(way.__name__ for way in ways[2:]))
    return [(name, way(pid)) for name, way in zip(names, ways)]


def found_in(pids):
    """Where in the memory of these processes one of the secrets is."""
    found = []
    for pid in pids:
        for secret in SECRETS:
            with open(os.devnull, "w", encoding="utf-8") as null:
                out, sys.stdout = sys.stdout, null
                try:
                    if memory.scan(pid, secret):
                        found.append((pid, secret))
                finally:
                    sys.stdout = out
    return found


def unreadable(pid):
    with open(f"/proc/{pid}/maps", encoding="utf-8") as f:
        return "secretmem" in f.read()


def main():
    with World(sys.argv) as w:
        w.serve("--refresh-token", "--revocation", "told").allow().log_in()
        e = w.endpoint()
        w.must_work(e)

        # The ways are ways: at a program like any other they work.
        other = w.victim.popen(["cat"], stdin=subprocess.PIPE)
        worked = dict(w.victim.call(look, other.pid))
        if not (worked["seize"] and worked["mem"] and worked["environ"]):
            raise Fault(f"it can't look into any program: {worked}")

        for name, user in ("victim's own", w.victim), ("other user's", w.attacker):
            row = w.row(f"the {name} program looks into broker and keeper")
            for pid in w.brokers() + w.keepers():
                for way, worked in user.call(look, pid):
                    row.count(leaked=worked, note=f"{w.program(pid)}: {way}")
            row.count(lost=not w.works(e))

        processes = w.brokers() + w.keepers()
        if not found_in(processes) and not any(map(unreadable, processes)):
            raise Fault("there is nothing to be found even while logged in")
        row = w.row("secrets in memory after a logout")
        w.victim.run(["mairu", "logout", w.server], check=True)
        for pid in w.brokers() + w.keepers():
            found = found_in([pid])
            row.count(leaked=found, note=found)


if __name__ == "__main__":
    main()
