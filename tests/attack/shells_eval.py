#!/usr/bin/env python3
"""Configs and directories whose names would be commands, if anything of them
reached a shell unquoted: entered in each shell, untrusted and trusted.
"""

import json
import os
import pty
import select
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)) + "/lib")
from world import World

# TOUCH becomes a command that leaves a mark.
PAYLOADS = (
    "$(TOUCH)", "`TOUCH`", "'; TOUCH; '", '"; TOUCH; "', "\\'; TOUCH; \\'",
    "'\\''; TOUCH; '", "\nTOUCH\n", "\r\nTOUCH\r\n", "; TOUCH #", "&& TOUCH",
    "| TOUCH", "(TOUCH)", "'; and TOUCH; '", "\\\\'; TOUCH #", "$'\\x27; TOUCH'",
    "'$(TOUCH)'", '"$(TOUCH)"', "${x:-$(TOUCH)}", "a[$(TOUCH)]", "$((a[$(TOUCH)]))",
    "<(TOUCH)", ">(TOUCH)", "=(TOUCH)", "~$(TOUCH)", "!TOUCH", "%{TOUCH%}",
    "\u0091'; TOUCH; '", "\u0081\\'; TOUCH #", "\u2019; TOUCH", "\u001b]0;TOUCH\u0007",
    "x'\\\n; TOUCH; '", "\t; TOUCH", "x\u0000; TOUCH", "\u0000$(TOUCH)", "-e; TOUCH",
)  # fmt: skip
PLACES = "server", "role", "region", "directory", "key"
SHELLS = {
    "bash": (
        ["bash", "--noprofile", "--norc", "-i", "-c"],
        'eval "$(mairu hook bash)"; for d in "$HOME"/p/*/; do cd -- "$d"; '
        'eval "$PROMPT_COMMAND"; cd "$HOME"; eval "$PROMPT_COMMAND"; done; echo done',
    ),
    "zsh": (
        ["zsh", "-f", "-i", "-c"],
        'eval "$(mairu hook zsh)"; for d in "$HOME"/p/*/; do cd -- "$d"; '
        "for f in $precmd_functions; do $f; done; cd $HOME; "
        "for f in $precmd_functions; do $f; done; done; echo done",
    ),
    "fish": (
        ["fish", "--no-config", "-i", "-c"],
        "mairu hook fish | source; for d in $HOME/p/*/; cd -- $d; emit fish_prompt; "
        "cd $HOME; emit fish_prompt; end; echo done",
    ),
}


def furnish(w):
    """The directories, named so that marks tell who left them."""
    made = []
    for n, payload in enumerate(PAYLOADS):
        for place in PLACES:
            ident = f"{n}.{place}"
            text = payload.replace("TOUCH", f"touch $HOME/mark.{ident}")
            config = {"server": "contoso", "role": "123456789012/Dev"}
            name = ident
            if place == "directory":
                if "\0" in text:
                    continue
                # A slash would be another directory.
                name = f"{ident} {text}"
            elif place == "key":
                config[text] = text
            elif place == "role":
                config["role"] = "123456789012/" + text
            else:
                config[place] = text
            path = f"{w.victim.home}/p/{name.replace('/', '_')}"
            w.victim.write(path + "/.mairu.json", json.dumps(config))
            made.append(path)
    return made


def on_terminal(argv):
    """Runs it on a terminal of its own, since that is where people are told;
    gives its status and what was shown."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execvp(argv[0], argv)
    shown, until = b"", time.monotonic() + 40
    while time.monotonic() < until:
        if select.select([fd], [], [], 1)[0]:
            try:
                shown += os.read(fd, 65536)
            except OSError:  # the terminal has nobody any more
                break
    os.kill(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
    os.close(fd)
    return status, shown.decode("utf-8", "replace")


def enter_all(w, row, made, says):
    for shell, (argv, script) in SHELLS.items():
        got = w.victim.call(on_terminal, [*argv, script])
        lost = not got[1].rstrip().endswith("done") or says not in got[1]
        marks = [n for n in os.listdir(w.victim.home) if n.startswith("mark.")]
        row.count(lost, note=f"{shell}: {got[0]}, {got[1][-300:]!r}", times=len(made) - len(marks))
        for mark in marks:
            row.count(leaked=True, note=f"{shell}: {mark}")
            os.unlink(f"{w.victim.home}/{mark}")


def allow_all(made):
    """How many could be allowed; the others are refused as they are."""
    import subprocess

    done = 0
    for path in made:
        done += (
            subprocess.run(
                ["mairu", "allow"], cwd=path, capture_output=True, check=False,
                stdin=subprocess.DEVNULL,
            ).returncode == 0
        )  # fmt: skip
    return done


def main():
    with World(sys.argv) as w:
        w.serve().allow().log_in()
        made = furnish(w)
        enter_all(w, w.row("names that are commands, not trusted"), made, "is not trusted")
        done = w.victim.call(allow_all, made)
        row = w.row("names that are commands, trusted")
        row.count(lost=done == 0)
        enter_all(w, row, made, "mairu: contoso 123456789012/Dev")


if __name__ == "__main__":
    main()
