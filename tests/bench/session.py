"""An interactive shell on a terminal of its own that calls hooks on order."""

import os
import pty
import select
import signal
import time

from world import BENCH, Fault, ends, libcs, run

SHELLS = ("bash", "zsh", "fish")
PATIENCE = 20  # seconds until an answer counts as missed

# The drive script runs where hooks run: at the first prompt.
RC = {
    "bash": "%s\nPROMPT_COMMAND='. \"$BENCH_DRIVE\"'\n",
    "zsh": '%s\nbench_drive() { . "$BENCH_DRIVE" }\nprecmd_functions=(bench_drive)\n',
    "fish": "%s\nfunction bench_drive --on-event fish_prompt\n"
    "source $BENCH_DRIVE\nend\n",
}


class Session:
    """tool is the program whose hook the shell has: mairu or direnv."""

    def __init__(self, world, shell, tool, directory):
        self.seen = b""
        self.tool, self.shell = tool, shell
        self.place = "%s/%s.%s.%d" % (world.top, shell, tool, time.monotonic_ns())
        os.mkdir(self.place)
        env = dict(
            world.env,
            ZDOTDIR=self.place,
            BENCH_DRIVE="%s/drive.%s" % (BENCH, shell),
            BENCH_ORDERS=self.place + "/orders",
            BENCH_ANSWERS=self.place + "/answers",
        )
        self.orders = self.fifo(env["BENCH_ORDERS"])
        self.answers = self.fifo(env["BENCH_ANSWERS"])
        program = world.mairu(libcs()[0]) if tool == "mairu" else tool
        hook = run([program, "hook", shell], env=world.env).stdout.decode()
        rc = self.place + "/.zshrc"
        with open(rc, "w", encoding="utf-8") as f:
            f.write(RC[shell] % hook)
        argv = {
            "bash": ["bash", "--noprofile", "--rcfile", rc, "-i"],
            "zsh": ["zsh", "-d", "-i"],
            "fish": ["fish", "-i", "-C", "source " + rc],
        }[shell]
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            try:
                os.chdir(directory)
                os.execvpe(argv[0], argv, env)
            finally:
                os._exit(127)
        os.set_blocking(self.terminal, False)

    @staticmethod
    def fifo(path):
        os.mkfifo(path)
        # Both ways, so that neither side waits for the other to open it.
        return os.open(path, os.O_RDWR | os.O_CLOEXEC)

    @property
    def hook(self):
        """The function that the hook of the tool is, in this shell."""
        if self.tool == "mairu":
            return "__mairu_hook"
        return "__direnv_export_eval" if self.shell == "fish" else "_direnv_hook"

    def order(self, kind, hook, program, count):
        """Has the hook called `count` times; returns the microseconds that it
        took, and how many of the calls put something in force."""
        text = "%s %s %s %d\n" % (kind, hook, program, count)
        start = time.monotonic_ns()
        os.write(self.orders, text.encode())
        ready = select.select([self.answers], [], [], PATIENCE)[0]
        end = time.monotonic_ns()
        if not ready:
            self.drain()
            raise Fault(
                "%s did not answer '%s'; its terminal shows: %r"
                % (self.shell, text.strip(), self.seen[-2000:])
            )
        answer = os.read(self.answers, 64)
        return (end - start) / 1e3, int(answer)

    def drain(self):
        """What has come to the terminal since the last call."""
        fresh = b""
        try:
            while data := os.read(self.terminal, 65536):
                fresh += data
        except OSError:
            pass
        self.seen = (self.seen + fresh)[-4096:]
        return fresh

    def end(self):
        os.close(self.orders)  # the end of the orders
        os.close(self.terminal)  # and a hang-up
        if not ends(self.pid, 0.5):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.answers)
