"""Types a tour at a real shell on a pseudo-terminal, and shows the session.

The tour is read from standard input, one instruction a line:

    # TEXT     nothing
    - TEXT     says TEXT between two commands
    $ COMMAND  types COMMAND at the prompt and waits for the next prompt
    @ COMMAND  the same for one that shows a URL to log in with and waits: a
               browser without windows follows it and presses the button
    + TEXT     fails unless the last command, or the hook after it, said TEXT
    ! TEXT     fails if it did

The shell tells by its own prompt when a command is over: PS1 begins with the
byte GS and ends with RS, which nothing else prints and which are not shown.

Usage: tour.py SHELL [ARG]...    exits 0, or 1 with one line that says why
"""

import fcntl
import html
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time

PROMPT, READY = b"\x1d", b"\x1e"
PATIENCE = 60  # seconds that one command may take
SIZE = (50, 400)  # so wide that the shell folds no line: the terminal does

COLOUR = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
ESCAPE = re.compile(rb"\x1b(\[[0-?]*[ -/]*[@-~]|[()].|[=>])")


URL = re.compile(r"http://127\.0\.0\.1:\d+/auth/\S+(?=\s)")
HEADLINE = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
BROWSER = os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "../tests/fakes/browser"
)


class Failed(Exception):
    pass


def plain(data):
    return ESCAPE.sub(b"", data).decode(errors="replace")


def show(data):
    sys.stdout.buffer.write(data.replace(b"\r", b""))
    sys.stdout.buffer.flush()


class Shell:
    def __init__(self, argv):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                size = struct.pack("HHHH", *SIZE, 0, 0)
                fcntl.ioctl(0, termios.TIOCSWINSZ, size)
                os.execvp(argv[0], argv)
            except OSError as e:
                os.write(2, f"{argv[0]}: {e.strerror}\n".encode())
            os._exit(127)
        self.prompt = b""
        self.wait()

    def read(self, deadline):
        left = max(deadline - time.monotonic(), 0)
        if not select.select([self.fd], [], [], left)[0]:
            raise Failed(f"no prompt after {PATIENCE} seconds")
        try:
            data = os.read(self.fd, 4096)
        except OSError:  # on Linux: the shell's end is closed
            data = b""
        if not data:
            raise Failed("the shell ended")
        return data

    def wait(self, watch=None):
        """Shows what comes before the next prompt and returns it; the prompt
        itself is kept back until something is typed at it.  watch is called
        with what there is so far, until it says that it has seen enough."""
        deadline = time.monotonic() + PATIENCE
        said, self.prompt, at_prompt = b"", b"", False
        while not self.prompt.endswith(READY):
            data = self.read(deadline)
            if not at_prompt:
                data, at_prompt, rest = data.partition(PROMPT)
                show(data)
                said += data
                data = rest
                if watch and watch(plain(said)):
                    watch = None
            self.prompt += data
        if watch:
            raise Failed("no URL to log in with was shown")
        return plain(said)

    def run(self, line, watch=None):
        show(self.prompt.replace(READY, b""))
        os.write(self.fd, line.encode() + b"\r")
        # Without the line's own echo.
        return self.wait(watch).partition("\n")[2]

    def end(self):
        os.close(self.fd)  # the shell is hung up on
        os.waitpid(self.pid, 0)


def say(text, first):
    on, off = ("\x1b[36m", "\x1b[0m") if COLOUR else ("", "")
    line = f"  {on}{text}{off}\n" if text else "\n"
    show(("\n" * first + line).encode())


def browse(said):
    """Goes where a person would with the URL, once one is shown."""
    url = URL.search(said)
    if not url:
        return False
    try:
        done = subprocess.run(
            [sys.executable, "-B", BROWSER, url[0]],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired as e:
        raise Failed(f"no page after {PATIENCE} seconds") from e
    headline = HEADLINE.search(done.stdout)
    words = html.unescape(re.sub("<[^>]*>", "", headline[1])) if headline else ""
    if done.returncode:
        raise Failed(f"the browser ended badly: {done.stderr or words}".strip())
    say(f"(A browser follows it, logs in, and ends at: {words.strip()})", False)
    return True


def tour(shell, lines):
    said, saying = "", False
    for line in lines:
        kind, text = line[:1], line[2:].rstrip("\n")
        if kind == "-":
            say(text, first=not saying)
        elif kind in ("$", "@"):
            show(b"\n" * saying)
            said = shell.run(text, browse if kind == "@" else None)
        elif kind == "+" and text not in said:
            raise Failed(f"expected to see: {text}")
        elif kind == "!" and text in said:
            raise Failed(f"did not expect to see: {text}")
        saying = kind == "-"


def main():
    shell = None
    try:
        shell = Shell(sys.argv[1:])
        tour(shell, sys.stdin.readlines())
        return 0
    except Failed as e:
        print(f"tour: {e}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        if shell:
            shell.end()


sys.exit(main())
