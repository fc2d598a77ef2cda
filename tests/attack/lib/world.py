"""Two ordinary users of one machine, for one attack.

A World has a victim, who has mairu, a server and a project that is trusted,
and an attacker, who has nothing but an account:

    with World(sys.argv) as w:
        w.serve().allow().log_in()      # the victim works
        row = w.row("what is tried")
        for _ in range(100):
            row.count(lost=not w.attacker.call(try_it, w.endpoint()))

Neither user has an account on the machine: they are uids that nobody uses,
each with a HOME and directories of its own (0700), below a directory of
root's.  What they do is done in processes of theirs; nothing of this file
takes rights that its user would not have.

A row is printed when the world ends, fields parted by tabs: attack, tries,
survived, lost, leaked.  `lost` are the tries after which the victim lacks
something (a broker, an answer, a login), `leaked` those that brought the
attacker what he must not have.  `survived` are all others.
"""

import argparse
import ctypes
import glob
import json
import os
import pickle
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
REPO = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
PROGRAMS = "mairu", "mairu-broker", "mairu-keeper", "mairu-helper"
ROLE = "123456789012/Dev"
BASE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PATIENCE = 20.0  # seconds that anything may take which should be at once
FIRST_UID, PAIRS = 12001, 4000

sys.dont_write_bytecode = True
# Of `running`, `wire` and other modules that attacks use.
sys.path[:0] = [REPO + "/tests/bats/lib", REPO + "/tests/fakes"]

LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4


class Fault(Exception):
    """The attack could not be tried; that it failed is another thing."""


def busy_uids():
    """Those that some process has."""
    found = set()
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                found.add(os.stat("/proc/" + name).st_uid)
            except OSError:
                pass
    return found


def spare_uids():
    """Two that no process has and no account; driven side by side, two runs
    most likely take others."""
    import pwd

    taken = busy_uids() | {entry.pw_uid for entry in pwd.getpwall()}
    for i in range(PAIRS):
        uid = FIRST_UID + 2 * ((os.getpid() + i) % PAIRS)
        if uid not in taken and uid + 1 not in taken:
            return uid, uid + 1
    raise Fault("no uids are free")


def wait_for(what, condition, seconds=PATIENCE):
    """What `condition` gives, once that is true."""
    until = time.monotonic() + seconds
    while True:
        got = condition()
        if got:
            return got
        if time.monotonic() > until:
            raise Fault("waited in vain for " + what)
        select.select([], [], [], 0.02)


class Ended:
    """How a command went; `said` is all that it printed."""

    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err
        self.said = out + err

    def __str__(self):
        return f"status {self.status}, out {self.out!r}, err {self.err!r}"


class Row:
    """Counts how tries of one attack went."""

    def __init__(self, name):
        self.name = name
        self.tries = self.survived = self.lost = self.leaked = 0
        self.notes = []

    def count(self, lost=False, leaked=False, note=None, times=1):
        """Counts a try.  The first notes of those that went badly are shown."""
        self.tries += times
        self.lost += times * bool(lost)
        self.leaked += times * bool(leaked)
        self.survived += times * (not (lost or leaked))
        if note is not None and (lost or leaked) and len(self.notes) < 5:
            self.notes.append(str(note))

    def show(self):
        numbers = self.tries, self.survived, self.lost, self.leaked
        print(self.name, *numbers, sep="\t", flush=True)
        for note in self.notes:
            print(f"# {self.name}: {note[:600]}", file=sys.stderr, flush=True)


class User:
    def __init__(self, world, name, uid):
        self.world, self.name, self.uid = world, name, uid
        self.top = f"{world.top}/{name}"
        self.home = self.top + "/home"
        self.processes = []
        self.env = {
            "HOME": self.home,
            "XDG_CONFIG_HOME": self.top + "/config",
            "XDG_STATE_HOME": self.top + "/state",
            "XDG_DATA_HOME": self.top + "/data",
            "XDG_CACHE_HOME": self.top + "/cache",
            "XDG_RUNTIME_DIR": self.top + "/run",
            "TMPDIR": self.top + "/tmp",
            "PATH": f"{world.bin}:{BASE_PATH}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "TERM": "xterm",
            "LANG": "C.UTF-8",
            "SHELL": "/bin/sh",
            # The front leaves its memory to exit.
            "ASAN_OPTIONS": "detect_leaks=0",
        }
        os.mkdir(self.top, 0o700)
        for name in "home", "config", "state", "data", "cache", "run", "tmp":
            os.mkdir(f"{self.top}/{name}", 0o700)
            os.chown(f"{self.top}/{name}", uid, uid)
        os.chown(self.top, uid, uid)

    def become(self):
        """In a child: this user from here on, with no way back."""
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        os.setgroups([])
        os.setresgid(self.uid, self.uid, self.uid)
        os.setresuid(self.uid, self.uid, self.uid)
        # A change of uid takes it away; programs that users start have it.
        LIBC.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
        os.umask(0o022)

    def popen(self, argv, env=None, cwd=None, **more):
        """Starts a program; `env` is added to the user's own.  The world ends
        what is left of it."""
        more.setdefault("stdin", subprocess.DEVNULL)
        more.setdefault("stdout", subprocess.PIPE)
        more.setdefault("stderr", subprocess.STDOUT)
        process = subprocess.Popen(
            argv,
            env={**self.env, **(env or {})},
            cwd=cwd or self.home,
            preexec_fn=self.become,  # one thread only, so that this is safe
            **more,
        )
        self.processes.append(process)
        return process

    def run(self, argv, env=None, cwd=None, check=False, timeout=PATIENCE, **more):
        """Runs a program to its end.  One that does not end is a fault, and
        with `check` one that fails."""
        text = more.pop("input", None)
        if text is not None:
            more["stdin"] = subprocess.PIPE
        process = self.popen(argv, env, cwd, stderr=subprocess.PIPE, **more)
        try:
            out, err = process.communicate(text, timeout=timeout)
        except subprocess.TimeoutExpired as e:
            process.kill()
            process.communicate()
            raise Fault(f"{argv} does not end") from e
        finally:
            self.processes.remove(process)
        ended = Ended(
            process.returncode,
            out.decode("utf-8", "replace"),
            err.decode("utf-8", "replace"),
        )
        if check and ended.status != 0:
            raise Fault(f"{argv}: {ended}")
        return ended

    def call(self, function, *args, timeout=60.0):
        """What a function gives that runs as this user, in a process of its
        own."""
        return self.start(function, *args).result(timeout)

    def start(self, function, *args):
        """Begins that; `result` of what is given waits for it."""
        return Call(self, function, args)

    def write(self, path, text, mode=0o600):
        """A file of the user's, with its directories; not as the user, since
        this is no part of an attack."""
        missing = os.path.dirname(path)
        made = []
        while not os.path.isdir(missing):
            made.append(missing)
            missing = os.path.dirname(missing)
        for directory in reversed(made):
            os.mkdir(directory, 0o700)
            os.chown(directory, self.uid, self.uid)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with open(fd, "wb") as f:
            f.write(text if isinstance(text, bytes) else text.encode())
        os.chmod(path, mode)
        os.chown(path, self.uid, self.uid)
        return path

    def pids(self):
        """All processes of this user."""
        found = []
        for name in os.listdir("/proc"):
            if not name.isdigit():
                continue
            try:
                with open(f"/proc/{name}/status", encoding="utf-8") as f:
                    text = f.read()
            except OSError:
                continue
            # Of one that may not be dumped, the directory itself is root's.
            uids = re.search(r"^Uid:\s+(\d+)\s+(\d+)", text, re.M)
            state = re.search(r"^State:\s+(\S)", text, re.M)
            if uids and str(self.uid) in uids.groups() and state[1] not in "ZX":
                found.append(int(name))
        return found

    def end(self):
        """Ends what the user started; nobody else has that uid."""
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            for stream in process.stdin, process.stdout, process.stderr:
                if stream:
                    stream.close()
        self.processes = []
        return self.pids()


class Call:
    def __init__(self, user, function, args):
        self.what = getattr(function, "__name__", "call")
        self.reader, writer = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            status = 1
            try:
                os.close(self.reader)
                user.become()
                os.chdir(user.home)
                os.environ.clear()
                os.environ.update(user.env)
                try:
                    answer = pickle.dumps((True, function(*args)))
                except BaseException:
                    answer = pickle.dumps((False, traceback.format_exc()))
                with open(writer, "wb") as f:
                    f.write(answer)
                status = 0
            finally:
                os._exit(status)
        os.close(writer)

    def result(self, timeout=60.0):
        data, until = b"", time.monotonic() + timeout
        try:
            while True:
                left = until - time.monotonic()
                if left <= 0 or not select.select([self.reader], [], [], left)[0]:
                    raise Fault(f"{self.what} does not end")
                more = os.read(self.reader, 1 << 16)
                if not more:
                    break
                data += more
        finally:
            self.stop()
        if not data:
            raise Fault(f"{self.what} ended without an answer")
        good, answer = pickle.loads(data)
        if not good:
            raise Fault(f"{self.what}: {answer}")
        return answer

    def stop(self):
        if self.pid is None:
            return
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.waitpid(self.pid, 0)
        os.close(self.reader)
        self.pid = None


class Endpoint:
    """What a shell in the project has in its environment."""

    def __init__(self, url, token):
        self.url, self.token = url, token
        found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)(/.*)", url)
        if not found:
            raise Fault(f"the endpoint is {url!r}")
        self.port, self.path = int(found[1]), found[2]

    def request(self, **headers):
        """The text of a request that the owner's SDK would send."""
        fields = {"Host": "127.0.0.1", "Authorization": self.token, **headers}
        lines = [f"GET {self.path} HTTP/1.1"]
        for name, value in fields.items():
            if value is not None:
                lines.append(f"{name.replace('_', '-')}: {value}")
        return "\r\n".join([*lines, "Connection: close", "", ""]).encode()


def ask_raw(port, data, host="127.0.0.1", family=socket.AF_INET, seconds=5.0):
    """Sends bytes to a port; gives all that comes back, b"" when there is
    nothing, or the connection is refused."""
    answer = b""
    with socket.socket(family) as s:
        s.settimeout(seconds)
        try:
            s.connect((host, port))
            s.sendall(data)
            while True:
                more = s.recv(1 << 16)
                if not more:
                    break
                answer += more
        except (ConnectionError, TimeoutError, socket.timeout):
            pass
    return answer


def has_secret(data):
    """Those of the fake servers say that they are: what they made up, and the
    key ids."""
    if isinstance(data, str):
        data = data.encode()
    return b"CANARY" in data or b"ASIAFAKE" in data


class World:
    def __init__(self, argv, server="contoso"):
        options = argparse.ArgumentParser(allow_abbrev=False)
        options.add_argument("--build", default=REPO + "/build")
        self.build = os.path.abspath(options.parse_args(argv[1:]).build)
        self.server, self.rows, self.url = server, [], None
        self.top = None

    def __enter__(self):
        if os.geteuid() != 0:
            raise SystemExit("attacks need root, to act as two other users")
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        signal.signal(signal.SIGINT, signal.default_int_handler)
        # Short: the address of a Unix socket holds 107 bytes.
        within = os.environ.get("ATTACK_DIR", "/tmp")
        self.top = tempfile.mkdtemp(prefix="matt.", dir=within)
        try:
            os.chmod(self.top, 0o755)
            self.bin = self.top + "/bin"
            os.mkdir(self.bin, 0o755)
            for name in PROGRAMS:
                if os.path.exists(f"{self.build}/{name}"):
                    shutil.copy(f"{self.build}/{name}", self.bin)
                    os.chmod(f"{self.bin}/{name}", 0o755)
            for name in "fakes", "bats/lib":
                shutil.copytree(
                    f"{REPO}/tests/{name}",
                    f"{self.top}/tests/{name}",
                    ignore=shutil.ignore_patterns("__pycache__"),
                )
            subprocess.run(["chmod", "-R", "go=u-w", self.top], check=True)
            victim, attacker = spare_uids()
            self.victim = User(self, "victim", victim)
            self.attacker = User(self, "attacker", attacker)
            self.project = self.victim.home + "/proj"
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, kind, value, _):
        self.end()
        for row in self.rows:
            row.show()
        if kind is not None and issubclass(kind, Fault):
            print(f"fault: {value}", file=sys.stderr)
            raise SystemExit(1)

    def end(self):
        """Ends all that either user runs, then the world."""
        victim = getattr(self, "victim", None)
        if victim:
            for argv in ["mairu", "kill-agent", "--keeper"], ["mairu", "kill-agent"]:
                try:
                    self.signal_brokers(signal.SIGCONT)
                    victim.run(argv, timeout=10)
                except (Fault, OSError):
                    pass
        for name in "victim", "attacker":
            user = getattr(self, name, None)
            if not user:
                continue
            left = user.end()
            for _ in range(100):
                if not left:
                    break
                select.select([], [], [], 0.02)
                left = user.pids()
            for pid in left:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
        if self.top:
            shutil.rmtree(self.top, ignore_errors=True)

    def signal_brokers(self, number):
        for pid in self.brokers():
            os.kill(pid, number)

    # --- what the victim does

    def serve(self, *options, program="credential_server", name=None):
        """Starts a strict server that the victim has configured; `url` is its
        address.  Its process is the victim's too."""
        name = name or self.server
        directory = self.victim.env["XDG_CONFIG_HOME"] + "/mairu/servers.d"
        self.victim.write(directory + "/.d", "")
        os.unlink(directory + "/.d")
        journal = f"{self.victim.top}/tmp/journal.{name}"
        process = self.victim.popen(
            [
                f"{self.top}/tests/fakes/{program}",
                *("--journal", journal, "--ends-after", "300"),
                *("--write-to", f"{directory}/{name}.json"),
                *options,
            ],
            stderr=subprocess.DEVNULL,
        )
        line = self.line_of(process, rb"ready (\S+)")
        self.url, self.journal = line[1].decode(), journal
        return self

    def line_of(self, process, pattern, seconds=PATIENCE):
        """Waits until a process has printed what matches."""
        said, until = b"", time.monotonic() + seconds
        while True:
            found = re.search(pattern + rb"(?=\s)", said)
            if found:
                return found
            left = until - time.monotonic()
            fd = process.stdout.fileno()
            if left <= 0 or not select.select([fd], [], [], left)[0]:
                raise Fault(f"{process.args} did not say {pattern}: {said}")
            more = os.read(fd, 65536)
            if not more:
                raise Fault(f"{process.args} ended: {said}")
            said += more

    def control(self, **words):
        """Tells the server what to do from now on; gives what it counted."""
        import urllib.request
        from urllib.parse import urljoin

        asked = urllib.request.Request(
            urljoin(self.url, "/_control"), json.dumps(words).encode()
        )
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return json.load(answer)

    def allow(self, config=None, project=None):
        """A project that the victim trusts."""
        project = project or self.project
        config = config or {"server": self.server, "role": ROLE}
        self.victim.write(project + "/.mairu.json", json.dumps(config) + "\n")
        self.victim.run(["mairu", "allow"], cwd=project, check=True)
        return self

    def start_login(self, *options):
        """Begins one that has no browser; gives the process and the address
        that it shows."""
        process = self.victim.popen(
            [
                *("mairu", "login", "--no-browser"),
                *("--oauth-grant-type", "code", self.server, *options),
            ]
        )
        found = self.line_of(process, rb"(http://127\.0\.0\.1:\d+/auth/\S+)")
        return process, found[1].decode()

    def browse(self, url, user=None, check=True):
        """Goes there as a browser of that user would, and logs in."""
        browser = self.top + "/tests/fakes/browser"
        return (user or self.victim).run([browser, url], check=check)

    def log_in(self, *options):
        process, url = self.start_login(*options)
        self.browse(url)
        try:
            said, _ = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired as e:
            raise Fault("the login does not end") from e
        if process.returncode != 0:
            raise Fault(f"the login failed: {said}")
        return self

    def endpoint(self, project=None):
        """What the victim's shell gets in the project."""
        got = self.victim.run(
            [
                *("bash", "-c"),
                'eval "$(mairu hook bash)"; eval "$(mairu export bash)"\n'
                'echo "$AWS_CONTAINER_CREDENTIALS_FULL_URI"\n'
                'echo "$AWS_CONTAINER_AUTHORIZATION_TOKEN"',
            ],
            cwd=project or self.project,
            check=True,
        )
        url, token = got.out.split("\n")[-3:-1]
        if not url or not token:
            raise Fault(f"the project gives nothing: {got}")
        return Endpoint(url, token)

    def works(self, endpoint=None, seconds=PATIENCE):
        """Whether the victim gets credentials, now or soon."""
        endpoint = endpoint or self.endpoint()
        until = time.monotonic() + seconds
        while True:
            got = self.victim.call(ask_raw, endpoint.port, endpoint.request())
            if b" 200 " in got.split(b"\r\n")[0] and b"ASIAFAKE" in got:
                return True
            if time.monotonic() > until:
                return False
            select.select([], [], [], 0.1)

    def must_work(self, endpoint=None):
        if not self.works(endpoint):
            raise Fault("the victim gets no credentials before any attack")

    # --- the victim's broker

    def socket(self):
        """Where it listens; the name says what it reads, or did not yet."""
        found = glob.glob(self.victim.top + "/run/mairu/*broker*.sock")
        live = [path for path in found if self.peer_pid(path)]
        return live[0] if live else None

    @staticmethod
    def peer_pid(path):
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(2)
            try:
                s.connect(path)
            except OSError:
                return None
            return struct.unpack("iII", s.getsockopt(1, 17, 12))[0]

    def broker_pid(self):
        """The process that listens on it, or None."""
        path = self.socket()
        return self.peer_pid(path) if path else None

    def brokers(self):
        """All processes of the victim that run the broker's program: helpers
        and what they start too."""
        return [p for p in self.victim.pids() if self.program(p) == "mairu-broker"]

    def keepers(self):
        return [p for p in self.victim.pids() if self.program(p) == "mairu-keeper"]

    @staticmethod
    def program(pid):
        try:
            return os.path.basename(os.readlink(f"/proc/{pid}/exe"))
        except OSError:
            return None

    # --- what is told

    def row(self, name):
        """A row of the table; it is printed when the world ends."""
        row = Row(name)
        self.rows.append(row)
        return row
