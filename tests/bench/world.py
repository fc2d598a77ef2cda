"""The bench's own world: a temporary HOME with its projects, both fronts and
the no-ops, and the one broker that they share. It ends what it started."""

import os
import select
import shutil
import socket
import struct
import subprocess
import sys
import tempfile

REPO = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BENCH = os.path.join(REPO, "tests", "bench")
CONFIG = '{"server":"contoso","role":"123456789012/Dev"}\n'


class Fault(Exception):
    """What is wrong, for a person."""


def run(argv, **more):
    """Runs a program to its end; one that fails is a fault."""
    more.setdefault("timeout", 60)
    done = subprocess.run(
        argv, stdin=subprocess.DEVNULL, capture_output=True, check=False, **more
    )
    if done.returncode != 0:
        raise Fault(
            "%s ended with %d: %s"
            % (" ".join(argv), done.returncode, done.stderr.decode("utf-8", "replace"))
        )
    return done


def libcs():
    return ["musl", "glibc"] if shutil.which("musl-gcc") else ["glibc"]


def build(where):
    """Builds both fronts, the broker and the bench's own programs in `where`."""
    env = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS")}
    make = ["make", "-s", "-C", REPO, "BUILD=" + where]
    run(make + [where + "/mairu-broker"], env=env, timeout=300)
    bench = where + "/bench"
    os.makedirs(bench, exist_ok=True)
    for libc in libcs():
        front = "%s/f-%s/mairu" % (where, libc)
        run(make + ["FRONT_LIBC=" + libc, front], env=env, timeout=300)
        # The plainest static program that the libc gives: no PIE, no hardening.
        cc = ["musl-gcc"] if libc == "musl" else ["cc"]
        out = ["-o", "%s/noop-%s" % (bench, libc)]
        run(cc + ["-static", "-O2", BENCH + "/noop.c"] + out)
    run(["cc", "-O2", "-D_GNU_SOURCE", BENCH + "/spawn.c", "-o", bench + "/spawn"])


def ends(pid, seconds):
    """Waits for the end of a process; one that is over but not asked for
    counts as ended."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([process], [], [], seconds)[0])
    finally:
        os.close(process)


def deep(top, name):
    """A directory below top whose path has eight components."""
    path = os.path.join(top, name)
    for part in "abcdefgh"[: 8 - path.count("/")]:
        path = os.path.join(path, part)
    os.makedirs(path)
    return path


class World:
    def __init__(self, built):
        self.built = built
        self.brokers = set()
        self.socket = None
        # Always a path of this length: it is hashed, parsed and printed.
        self.top = tempfile.mkdtemp(prefix="mairu-bench.", dir="/tmp")
        self.spawn = built + "/bench/spawn"
        self.env = {
            "HOME": self.top + "/home",
            "XDG_CONFIG_HOME": self.top + "/config",
            "XDG_STATE_HOME": self.top + "/state",
            "XDG_DATA_HOME": self.top + "/data",
            "XDG_CACHE_HOME": self.top + "/cache",
            "XDG_RUNTIME_DIR": self.top + "/run",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "TERM": "xterm",
            "LANG": "C.UTF-8",
            "SHELL": "/bin/sh",
        }

    def __enter__(self):
        try:
            self.furnish()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *_):
        self.end()

    def furnish(self):
        for name in ("home", "config/fish", "state", "cache"):
            os.makedirs(os.path.join(self.top, name))
        # fish fills this in the background when it is missing.
        os.makedirs(self.top + "/data/fish/generated_completions")
        os.mkdir(self.top + "/run", 0o700)
        for libc in libcs():
            place = os.path.join(self.top, libc)
            os.mkdir(place)
            # As they are installed: stripped, the broker beside the front.
            for built, name in (
                ("f-%s/mairu" % libc, "mairu"),
                ("bench/noop-" + libc, "noop"),
                ("mairu-broker", "mairu-broker"),
                ("mairu-keeper", "mairu-keeper"),
            ):
                source = os.path.join(self.built, built)
                run(["strip", "-o", os.path.join(place, name), source])
        broker = self.built + "/mairu-broker"
        done = run([broker, "--where"], env=self.env)
        self.socket = done.stdout.decode().rstrip("\n")
        self.outside = deep(self.top, "out")
        self.project = deep(self.top, "in")
        with open(self.project + "/.mairu.json", "w", encoding="utf-8") as f:
            f.write(CONFIG)
        with open(self.project + "/.envrc", "w", encoding="utf-8") as f:
            f.write("export BENCH_VALUE=1\n")
        run([self.mairu(libcs()[0]), "allow"], env=self.env, cwd=self.project)
        run(["direnv", "allow"], env=self.env, cwd=self.project)

    def mairu(self, libc):
        return "%s/%s/mairu" % (self.top, libc)

    def noop(self, libc):
        return "%s/%s/noop" % (self.top, libc)

    def entered(self):
        """The environment of a shell that has entered the project, and has
        been there for a prompt."""
        script = 'eval "$("$1" hook bash)"; __mairu_hook; __mairu_hook; exec env -0'
        shell = ["bash", "--norc", "-c", script, "bash", self.mairu(libcs()[0])]
        done = run(shell, env=self.env, cwd=self.project)
        self.broker()
        env = dict(
            pair.split("=", 1) for pair in done.stdout.decode().split("\0") if pair
        )
        if "MAIRU_ACTIVE_ROLE" not in env:
            raise Fault("the project was not entered: " + done.stderr.decode())
        env.pop("_", None)
        return env

    def broker(self):
        """The pid of the broker that answers, or None."""
        if self.socket is None:
            return None
        with socket.socket(socket.AF_UNIX) as s:
            try:
                s.connect(self.socket)
            except OSError:
                return None
            raw = s.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        pid = struct.unpack("iII", raw)[0]
        self.brokers.add(pid)
        return pid

    def end_broker(self):
        """Ends the broker, and returns when its process is gone."""
        pid = self.broker()
        if pid is None:
            return
        run([self.mairu(libcs()[0]), "kill-agent", "--keeper"], env=self.env)
        if not ends(pid, 5):
            raise Fault("the broker (pid %d) does not end" % pid)
        self.brokers.discard(pid)

    def end(self):
        try:
            self.end_broker()
        except (Fault, OSError, subprocess.SubprocessError) as fault:
            print("bench: %s" % fault, file=sys.stderr)
        for pid in self.brokers:
            if self.is_ours(pid):
                os.kill(pid, 9)
        shutil.rmtree(self.top, ignore_errors=True)

    def is_ours(self, pid):
        try:
            return os.readlink("/proc/%d/exe" % pid).startswith(self.top)
        except OSError:
            return False
