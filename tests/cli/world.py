"""A world for one case: a home, a socket, a broker, and what a command did.

Everything lies below World.dir.  At the end the broker is asked to stop, and
no process may be left that has to do with the directory.
"""

import atexit
import fcntl
import importlib.machinery
import importlib.util
import json
import os
import pathlib
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
import urllib.error
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
REPO = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.abspath(os.environ.get("MAIRU_BUILD") or REPO + "/build")
MAIRU = BUILD + "/mairu"
LIB = REPO + "/tests/bats/lib"
ROLE = "123456789012/Dev"
BASE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

sys.dont_write_bytecode = True
sys.path[:0] = [LIB, REPO + "/tests/fakes"]


def program(path):
    """A module of a program, whose name has no suffix."""
    name = os.path.basename(path)
    loader = importlib.machinery.SourceFileLoader(name, path)
    module = importlib.util.module_from_spec(
        importlib.util.spec_from_loader(name, loader)
    )
    loader.exec_module(module)
    return module


# pylint: disable=wrong-import-position
import running  # noqa: E402
import wire  # noqa: E402

proc = program(LIB + "/proc")
standin = program(LIB + "/standin")

with open(BUILD + "/mairu-broker", "rb") as broker:
    # Programs that are built with sanitizers are not held to times.
    SLOW = 20 if b"__asan_init" in broker.read() else 1


def said(*args):
    """What the program prints of itself."""
    return subprocess.run(
        [MAIRU, *args], stdout=subprocess.PIPE, text=True, check=True
    ).stdout


VERSION = said("--version").split()[1]


def commands():
    """Those that `mairu help` lists, in its order."""
    part = said("help").split("\noptions:\n")[0].split("\n\n", 2)[2]
    return re.findall(r"^  ([a-z-]+)", part, re.M)


class Ended:
    """How a command went."""

    def __init__(self, argv, status, out, err, seconds):
        self.argv, self.status = argv, status
        self.out, self.err = out, err  # of a terminal, all is in out
        self.seconds = seconds

    def __str__(self):
        return (
            f"{' '.join(self.argv)}: status {self.status}"
            f" after {self.seconds:.1f} s\n"
            f"standard output: {self.out!r}\nstandard error: {self.err!r}"
        )


class Started:
    """A command that runs; what it says is read as it comes."""

    def __init__(self, argv, process, fds):
        self.argv, self.process = argv, process
        self.began = time.monotonic()
        self.fds = fds  # where its output is read
        self.said = {fd: b"" for fd in fds}

    def read(self, seconds):
        """Reads what is there within that time; False at its end."""
        if not self.fds:
            return False
        for fd in select.select(self.fds, [], [], max(seconds, 0))[0]:
            try:
                data = os.read(fd, 65536)
            except OSError:  # EIO: nobody holds the terminal any more
                data = b""
            if data:
                self.said[fd] += data
            else:
                self.fds = [one for one in self.fds if one != fd]
        return bool(self.fds)

    def wait_for(self, pattern, seconds=20):
        """Waits until its output matches; the match."""
        until = time.monotonic() + seconds * SLOW
        while True:
            for text in self.said.values():
                found = re.search(pattern, text.decode("utf-8", "replace"))
                if found:
                    return found
            assert time.monotonic() < until, (
                f"{' '.join(self.argv)}: no {pattern!r} in {self.said}"
            )
            if not self.read(until - time.monotonic()):
                self.process.wait(10)
                more = [t.decode("utf-8", "replace") for t in self.said.values()]
                found = re.search(pattern, "".join(more))
                assert found, f"it ended with {self.process.returncode}: {more}"
                return found

    def end(self, seconds=20):
        """Waits for its end."""
        until = time.monotonic() + seconds * SLOW
        while self.read(until - time.monotonic()):
            if time.monotonic() >= until:
                self.process.kill()
                self.process.wait()
                raise AssertionError(
                    f"{' '.join(self.argv)} did not end within {seconds} s;"
                    f" it said {self.said}"
                )
        self.process.wait(10)
        took = time.monotonic() - self.began
        texts = [t.decode("utf-8", "replace") for t in self.said.values()]
        for fd in self.said:
            os.close(fd)
        if len(texts) == 1:
            texts.append("")
        return Ended(self.argv, self.process.returncode, *texts[:2], took)


def in_time(text):
    """Without what is said where an answer takes longer than a second, which
    on a busy machine may be any."""
    return re.sub(r"^mairu: waiting for [^\n]*\n", "", text, flags=re.M)


# Whose output is what nothing else may print.
SECRET = ("credential-process", "export", "exec")


def never(text):
    """What no output may hold, whatever happens."""
    for bad in ("CANARY", "ERROR: AddressSanitizer", "runtime error:"):
        assert bad not in text, text


def browse(url):
    """What a browser does whose user is asked nothing; the last page."""
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor()
    )
    try:
        page = opener.open(url, timeout=20)
    except urllib.error.HTTPError as e:
        page = e
    with page:
        return page.read().decode()


class Fake(running.Running):
    """A credential server; it lasts as long as the program."""

    def __init__(self, *options, program="credential_server"):
        self.program = program
        if program == "credential_server":
            options = ("--login", "auto", *options)
        super().__init__(*options)
        atexit.register(self.stop)


class Standin(standin.Standin):
    """The stand-in for a broker, as a thread; it may die amid an answer."""

    def answer(self, kind):
        """What waits is told in the answer: {"AFTER": TYPE of a request}."""
        found = super().answer(kind)
        if not isinstance(found, dict) or "AFTER" not in found:
            return found
        after = found.pop("AFTER")
        with open(self.home / "requests", encoding="utf-8") as f:
            return found if f'"type": "{after}"' in f.read() else "hold"

    cut = None  # which answer, counted from 0, and after how many of its bytes

    def __init__(self, home):
        super().__init__(home)
        self.put_so_far = []

    def put(self, peer, data):
        self.put_so_far.append(data)
        if self.cut and self.cut[0] == len(self.put_so_far) - 1:
            data = data[: self.cut[1]]
            peer.sendall(data)
            return False
        return super().put(peer, data)


class World:
    def __init__(self):
        # Always as long as this: /tmp/mairu.xxxxxxxx.  The address of a Unix
        # socket holds 107 bytes.
        self.dir = tempfile.mkdtemp(prefix="mairu.", dir="/tmp")
        self.home = self.dir + "/home"
        self.proj = self.home + "/proj"
        self.config = self.home + "/.config/mairu"
        self.state = self.home + "/.local/state/mairu"
        self.run_dir = self.dir + "/run"
        os.makedirs(self.config + "/servers.d")
        os.makedirs(self.proj)
        os.mkdir(self.run_dir, 0o700)
        os.mkdir(self.dir + "/bin")
        self.env = {
            "HOME": self.home,
            "XDG_RUNTIME_DIR": self.run_dir,
            "PATH": f"{self.dir}/bin:{BUILD}:{BASE_PATH}",
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "TERM": "xterm",
            "T": self.dir,
            "ASAN_OPTIONS": "detect_leaks=0",
        }
        self.mairu = MAIRU
        self.version = VERSION
        self.find_socket()
        self.standing = None
        self.listeners = []
        self.project()

    def find_socket(self):
        """Where a broker is looked for that reads the directories of env."""
        self.sock = subprocess.run(
            [BUILD + "/mairu-broker", "--where"],
            env=self.env,
            check=True,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        ).stdout.rstrip("\n")

    def __enter__(self):
        return self

    def __exit__(self, kind, *rest):
        faults = self.close()
        assert kind is not None or not faults, faults

    # --- files

    def write(self, path, text):
        """Below the home, unless the path is absolute."""
        path = os.path.join(self.home, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text if isinstance(text, str) else json.dumps(text))
        return path

    def project(self, where="proj", **members):
        """A config; members that are None are left out."""
        all_of_them = {"server": "contoso", "role": ROLE, **members}
        kept = {k: v for k, v in all_of_them.items() if v is not None}
        return self.write(where + "/.mairu.json", kept)

    def fake(self, running, name="contoso"):
        """Makes a fake credential server (tests/fakes) known."""
        members = json.loads(running.ask("GET", "/_server").body)
        self.write(self.config + "/broker.json", {"endpoints": {"sts": running.url}})
        return self.server(name, **members)

    def log_in(self, name="contoso"):
        """With a browser that needs nobody."""
        started = self.start("login", "--no-browser", name)
        url = started.wait_for(r"http://127\.0\.0\.1:\d+/auth/\S+")[0]
        browse(url)
        done = started.end()
        assert done.status == 0, done

    def server(self, name="contoso", **members):
        """Makes a server known; without members, one that never answers."""
        if not members:
            members = {
                "url": "http://127.0.0.1:9/",
                "oauth": {"client_id": "x", "code_grant": {}},
            }
        path = f"{self.config}/servers.d/{name}.json"
        self.write(path, {"id": name, **members})
        os.chmod(path, 0o600)
        return path

    # --- commands

    def environment(self, env):
        """The world's own, and env over it; None takes a variable away."""
        merged = {**self.env, **(env or {})}
        return {k: v for k, v in merged.items() if v is not None}

    def popen(self, args, cwd=None, env=None, **more):
        argv = list(args)
        if not args or not args[0].startswith("/"):
            argv.insert(0, self.mairu)
        more.setdefault("stdin", subprocess.DEVNULL)
        return argv, subprocess.Popen(
            argv,
            cwd=cwd or self.proj,
            env=self.environment(env),
            **more,
        )

    def start(self, *args, cwd=None, env=None, **more):
        """Runs it with pipes."""
        argv, p = self.popen(
            args,
            cwd,
            env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **more,
        )
        fds = [os.dup(p.stdout.fileno()), os.dup(p.stderr.fileno())]
        p.stdout.close()
        p.stderr.close()
        return Started(argv, p, fds)

    def run(self, *args, seconds=20, **more):
        done = self.start(*args, **more).end(seconds)
        never(done.err if args[:1] and args[0] in SECRET else done.out + done.err)
        return done

    def start_on_terminal(self, *args, columns=80, cwd=None, env=None):
        """Runs it on a terminal of its own, which controls it."""
        ours, theirs = os.openpty()
        size = struct.pack("HHHH", 24, columns, 0, 0)
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, size)
        attributes = termios.tcgetattr(theirs)
        attributes[1] &= ~termios.OPOST
        termios.tcsetattr(theirs, termios.TCSANOW, attributes)
        _, p = self.popen(
            ["/usr/bin/setsid", "-c", self.mairu, *args],
            cwd,
            env,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        started = Started(["mairu", *args], p, [ours])
        started.terminal = ours
        return started

    def run_on_terminal(self, *args, types=None, **more):
        started = self.start_on_terminal(*args, **more)
        for pattern, keys in types or ():
            started.wait_for(pattern)
            os.write(started.terminal, keys)
        done = started.end()
        never(done.out)
        return done

    # --- the broker

    def broker_pid(self):
        try:
            return proc.listener(self.sock)
        except OSError:
            return None

    def start_broker(self):
        """By what starts one in passing."""
        self.run("allow")
        done = self.run("export", "bash")
        assert self.broker_pid(), done
        return self.broker_pid()

    def kill_broker(self, sig=signal.SIGKILL):
        pid = self.broker_pid()
        os.kill(pid, sig)
        if sig == signal.SIGKILL:
            proc.gone(pid)

    def listen(self, answer):
        """In the broker's place: calls answer(socket) for each that comes."""
        self.clear_socket()
        os.makedirs(os.path.dirname(self.sock), 0o700, exist_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(self.sock)
        listener.listen(64)
        self.listeners.append(listener)

        def serve(peer):
            with peer:
                try:
                    answer(peer)
                except (OSError, EOFError):
                    pass

        def loop():
            while True:
                try:
                    peer, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=serve, args=(peer,), daemon=True).start()

        threading.Thread(target=loop, daemon=True).start()
        return listener

    def clear_socket(self):
        for one in self.listeners:
            try:
                one.shutdown(2)
            except OSError:
                pass
            one.close()
            if os.path.exists(self.sock):
                os.unlink(self.sock)
        self.listeners = []

    def answers(self, **answers):
        """A stand-in for the broker (see lib/standin) that answers so."""
        self.write(self.dir + "/answers.new", answers)
        os.replace(self.dir + "/answers.new", self.dir + "/answers.json")
        if self.standing is None:
            self.standing = Standin(pathlib.Path(self.dir))
            self.listen(self.standing.serve)

    def requests(self):
        try:
            with open(self.dir + "/requests", encoding="utf-8") as f:
                return [json.loads(line) for line in f]
        except FileNotFoundError:
            return []

    # --- the end

    def close(self):
        """What was wrong at the end, or None."""
        faults = []
        self.clear_socket()
        pid = self.broker_pid()
        if pid:
            os.kill(pid, signal.SIGCONT)
        # A keeper outlives its broker.
        if pid or os.path.exists(self.sock.removesuffix(".sock") + ".keep"):
            done = self.run("kill-agent", "--keeper")
            if done.status != 0:
                faults.append(str(done))
        if pid:
            if not proc.gone(pid):
                faults.append(f"the broker (pid {pid}) lives on")
                os.kill(pid, signal.SIGKILL)
            elif os.path.exists(self.sock):
                faults.append("the socket is still there")
        left = proc.left_behind(self.dir)
        faults += [f"left behind: {p} {line}" for p, line in left.items()]
        for where, _, names in os.walk(self.dir):
            for name in names:
                path = os.path.join(where, name)
                if not name.endswith(".log") or not os.path.isfile(path):
                    continue
                with open(path, encoding="utf-8", errors="replace") as f:
                    text = f.read()
                if "Sanitizer" in text or "CANARY" in text:
                    faults.append(f"{path}: {text}")
        subprocess.run(["chmod", "-R", "u+rwX", self.dir], check=False)
        shutil.rmtree(self.dir, ignore_errors=True)
        return "\n".join(faults) or None
