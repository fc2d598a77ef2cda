#!/usr/bin/env python3
"""A project's environment says where mairu's directories are, or where its
connections go, and a broker is started there.  Then its user logs in from a
clean shell.  And a config in another user's directory changes between what is
read of it and `mairu allow`.

The project's server runs as the victim: it stands for one that is far away.
"""

import json
import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)) + "/lib")
from world import ROLE, World

TRIES = 3


def pid(w, env=None):
    """That of the broker which a shell of the victim's meets."""
    got = w.victim.run(["mairu", "status", "--json"], env=env)
    return json.loads(got.out)["broker"].get("pid")


def start_in(w, env):
    """What a program of the project starts in passing."""
    w.victim.run(["mairu", "kill-agent"])
    w.victim.run(["mairu", "list-roles", "--server", w.server], env=env)
    return pid(w, env)


def end_in(w, env):
    w.victim.run(["mairu", "kill-agent"], env=env)


def furnish(w, evil, directory):
    """The project's own server, by the name of the victim's."""
    path = f"{directory}/mairu/servers.d/{w.server}.json"
    w.victim.write(path, json.dumps({**evil, "id": w.server}))


def logins(w, evil, journal):
    places = w.project + "/etc", w.project + "/home"
    furnish(w, evil, places[0])
    furnish(w, evil, places[1] + "/.config")
    none = {"XDG_CONFIG_HOME": "", "XDG_STATE_HOME": ""}
    for name, env in (
        ("XDG_CONFIG_HOME", {"XDG_CONFIG_HOME": places[0]}),
        ("HOME", {**none, "HOME": places[1]}),
    ):
        row = w.row(f"a project's {name}, and a login in a clean shell")
        for _ in range(TRIES):
            open(journal, "w").close()
            theirs = start_in(w, env)
            w.log_in("--force")
            with open(journal, encoding="utf-8") as f:
                came = f.read()
            met = pid(w)
            row.count(
                leaked="oauth/token" in came or met == theirs,
                lost=not theirs,
                note=(came[-200:], theirs, met),
            )
            end_in(w, env)


def trust(w):
    row = w.row("a project's XDG_STATE_HOME, whose trust holds for all")
    env = {"XDG_STATE_HOME": w.project + "/state"}
    os.mkdir(env["XDG_STATE_HOME"], 0o700)
    os.chown(env["XDG_STATE_HOME"], w.victim.uid, w.victim.uid)
    for _ in range(TRIES):
        theirs = start_in(w, env)
        w.victim.run(["mairu", "export", "bash"], cwd=w.project)
        row.count(leaked=pid(w) == theirs, lost=not theirs, note=theirs)
        end_in(w, env)


def proxy(w):
    row = w.row("a project's proxy in the broker")
    for name in "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY":
        env = {name: "http://evil.example:3128"}
        found = start_in(w, env)
        said = w.victim.run(["mairu", "status"]).said
        row.count(
            leaked="setting  environment" in said,
            lost=not found,
            note=said,
        )


def swap(w):
    """The victim has seen a harmless config in somebody's directory."""
    row = w.row("a config of another user's that changes before allow")
    shared = w.top + "/shared"
    os.mkdir(shared, 0o755)
    os.chown(shared, w.attacker.uid, w.attacker.uid)
    for i in range(TRIES):
        w.attacker.write(
            shared + "/.mairu.json",
            json.dumps({"server": w.server, "role": f"{ROLE}{i}"}),
            0o644,
        )
        got = w.victim.run(["mairu", "allow"], cwd=shared)
        row.count(leaked=got.status == 0, note=got)
    # One that is the victim's own is allowed as ever.
    got = w.victim.run(["mairu", "allow"], cwd=w.project)
    row.count(lost=got.status != 0, note=got)


def main():
    with World(sys.argv) as w:
        w.serve(name="evil")
        journal = w.journal
        written = w.victim.env["XDG_CONFIG_HOME"] + "/mairu/servers.d/evil.json"
        with open(written, encoding="utf-8") as f:
            evil = json.load(f)
        os.unlink(written)
        w.serve().allow()
        logins(w, evil, journal)
        trust(w)
        proxy(w)
        swap(w)
        shutil.rmtree(w.project + "/home", ignore_errors=True)


if __name__ == "__main__":
    main()
