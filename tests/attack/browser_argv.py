#!/usr/bin/env python3
"""Another user reads the command lines of all processes while a login opens
the victim's browser: the address of the login must not stand there, and what
does must be of no use to him.
"""

import os
import pty
import re
import select
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)) + "/lib")
from world import World, wait_for

BROWSER = """#!/bin/sh
# A usual browser, which stays.
: >"$HOME/opened"
read -r _ <"$HOME/enough"
"""


def command_lines():
    """All that any user can read of the victim's browser, and what it names."""
    found = b""
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/cmdline", "rb") as f:
                line = f.read()
        except OSError:
            continue
        if b"/bin/firefox" in line:
            found += line + b"\n"
    for path in re.findall(rb"file://([^\0\n]+)", found):
        try:
            with open(path, "rb") as f:
                found += f.read()
        except OSError:
            pass
    return found


def main():
    with World(sys.argv) as w:
        w.serve().allow()
        with open(w.bin + "/firefox", "w", encoding="utf-8") as f:
            f.write(BROWSER)
        os.chmod(w.bin + "/firefox", 0o755)
        enough = w.victim.home + "/enough"
        os.mkfifo(enough)
        os.chown(enough, w.victim.uid, w.victim.uid)
        row = w.row("the browser's command line")
        ours, theirs = pty.openpty()
        process = w.victim.popen(
            ["mairu", "login", "--oauth-grant-type", "code", w.server],
            env={"BROWSER": "firefox"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        opened = w.victim.home + "/opened"
        wait_for("the browser", lambda: os.path.exists(opened))
        for _ in range(5):
            seen = w.attacker.call(command_lines)
            row.count(
                lost=b"firefox" not in seen,
                leaked=b"/auth/" in seen,
                note=seen,
            )
        said = b""
        while select.select([ours], [], [], 2)[0] and b"\n" not in said:
            said += os.read(ours, 4096)
        url = re.search(rb"http://127\.0\.0\.1:\d+/auth/[\w-]+", said)
        w.browse(url[0].decode())
        row.count(lost=process.wait(20) != 0, note=said)
        os.close(ours)
        left = [n for n in os.listdir(w.victim.top + "/run/mairu") if n.endswith(".html")]
        row.count(leaked=left, note=left)


if __name__ == "__main__":
    main()
