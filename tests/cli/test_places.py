#!/usr/bin/env python3
"""Every command where something is missing that it takes for granted: a
standard descriptor, HOME, room on the disk, the right to write.

It ends as elsewhere, or says what is wrong, with nothing half done.
"""

import functools
import os
import re
import subprocess
import sys

sys.dont_write_bytecode = True

import answers
import cases
from every import TABLE, is_complete, new_world
from world import World, in_time

# As the kernel says it.
NO_ROOM = "No space left on device"
NO_OUTPUT = "cannot write to standard output: Bad file descriptor"
NO_RIGHT = "(Permission denied|Read-only file system)"
ODD = "a b'\"$(id)\n日本\\"


# --- descriptors

def run_closed(w, command, redirection, status=0):
    """Through a shell, with some descriptors closed."""
    args = [one.replace("~", w.home) for one in command.args]
    done = w.run(
        "/bin/sh", "-c", f'exec "$@" {redirection}', "sh", w.mairu, command.name,
        *args, cwd=command.cwd,
    )
    assert done.status == status, done
    return done


def closed(command):
    """Each of them, and all: what is left says the same."""
    with new_world() as w:
        w.answers(**answers.good(w))
        whole = command.run(w)
        if command.name in ("remove-server", "setup-sso", "setup-profile"):
            # They have done it.
            w.server()
            whole = command.run(w) if command.name != "remove-server" else whole
        for redirection in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-"):
            w.server()
            no_out = " >&-" in f" {redirection}"
            # Data is not lost without a word, and nobody logs in who can't see
            # where.
            lost = no_out and whole.out != ""
            status = lost or command.name == "login" and "2>" in redirection
            done = run_closed(w, command, redirection, int(status) or whole.status)
            if not no_out:
                assert same(done.out, whole.out), (redirection, done, whole)
            if lost and "2>" not in redirection:
                assert done.err.endswith(f"mairu: {NO_OUTPUT}\n"), done
            elif "2>" not in redirection:
                assert same(done.err, whole.err), (redirection, done, whole)


def same(a, b):
    """But for what is another one each time."""
    return changing(a) == changing(b)


def changing(text):
    text = re.sub(r"MAIRU_STATE='[^']*'", "", text)
    return in_time(re.sub(r"in \d+ h", "", text))


# --- directories

# Those that read or write a file, or have a broker started, which is one for
# certain directories; for the others there is none.  What the hook does is
# tested in tests/bats/prompt/broken.bats: it is silent.
NEED_HOME = {
    *("login", "credential-process", "allow", "deny", "show", "exec", "whoami", "list-roles", "list-servers"),
    *("setup-sso", "remove-server", "setup-profile", "config", "doctor"),
}


def homeless(command):
    """Without HOME and the others there is no place for anything."""
    gone = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"))
    with new_world() as w:
        w.answers(**answers.good(w))
        done = command.run(w, env=gone)
        # That there is no session is what refresh makes of no broker.
        status = 4 if command.name == "refresh" else command.name in NEED_HOME
        assert done.status == status, done
        if done.status == 1 and command.name not in ("show", "doctor"):
            lines = done.err.splitlines()
            assert lines and all(one.startswith("mairu: ") for one in lines), done
            assert re.search("HOME", lines[-1]), done
        assert not os.path.exists(f"{w.home}/ran"), done


def relative(command):
    """Relative directories count as unset."""
    given = {"XDG_CONFIG_HOME": "config", "XDG_STATE_HOME": "state"}
    with new_world() as w:
        w.answers(**answers.good(w))
        done = command.run(w, env=given)
        assert done.status == command.well, done
        assert os.listdir(w.proj) == [".mairu.json"]


def odd(command):
    """Every name of a directory is one, and obeyed by nothing."""
    with World() as w:
        w.config = f"{w.dir}/{ODD}/mairu"
        w.state = f"{w.dir}/{ODD}s/mairu"
        w.env["XDG_CONFIG_HOME"] = f"{w.dir}/{ODD}"
        w.env["XDG_STATE_HOME"] = f"{w.dir}/{ODD}s"
        os.makedirs(w.config + "/servers.d")
        w.find_socket()
        w.server()
        w.run("allow")
        w.answers(**answers.good(w))
        done = command.run(w)
        assert done.status == command.well, done
        if command.name not in ("hook", "export", "completion", "candidates"):
            # Tabs are a program's.
            assert not re.search("[\x00-\x09\x0b-\x1f]", done.out + done.err)


# --- those that write

WRITERS = {
    "allow": ("allow",),
    "deny": ("deny",),
    "config": ("config", "set", "use_fips", "true"),
    "setup-sso": (
        *("setup-sso", "sso", "-y", "-r", "eu-west-1"),
        *("-u", "https://contoso.awsapps.com/start"),
    ),
    "setup-profile": ("setup-profile", "-y"),
    "remove-server": ("remove-server", "contoso"),
}


def tree(where):
    """Every file and what it holds."""
    found = {}
    for directory, _, names in os.walk(where):
        for name in names:
            path = os.path.join(directory, name)
            with open(path, "rb") as f:
                found[path] = f.read()
    return found


def prepared():
    w = World()
    w.server()
    w.write(w.config + "/broker.json", {"use_fips": False})
    w.write(".aws/config", "[default]\nregion = eu-west-1\n")
    w.run("deny")
    return w


def fails_whole(w, command, done, reason):
    lines = [one for one in done.err.splitlines() if not re.match("[-+@ {}]", one)]
    assert done.status == 1 and done.out == "", done
    assert all(one.startswith("mairu: ") for one in lines), done
    assert re.search(reason, lines[-1]), done
    # Its name is not shown in full where HOME has one.
    assert w.home not in lines[-1] or command == "deny", done


def read_only(command):
    """A home that is not to be written to."""
    with prepared() as w:
        before = tree(w.home)
        inside = f'mount --bind -o ro "$HOME" "$HOME" && mount -o remount,bind,ro ' \
                 f'"$HOME" && cd "$HOME/proj" && exec "$@"'
        done = w.run(*in_a_namespace(inside), w.mairu, *WRITERS[command], cwd="/")
        fails_whole(w, command, done, NO_RIGHT)
        assert tree(w.home) == before


def full_disk(command):
    """Where a file that is there may be read, and not a byte be added."""
    with prepared() as w:
        before = tree(w.home)
        inside = (
            'mount -t tmpfs -o size=256k none /mnt && cp -a "$HOME" /mnt/home && '
            'mount --bind /mnt/home "$HOME" && cd "$HOME/proj" && '
            '{ cat /dev/zero >"$HOME/filled" 2>/dev/null; '
            '"$@"; status=$?; rm "$HOME/filled"; '
            'rm -rf "$T/after"; cp -a "$HOME" "$T/after"; exit $status; }'
        )
        done = w.run(*in_a_namespace(inside), w.mairu, *WRITERS[command], cwd="/")
        if command == "remove-server":
            assert done.status == 0, done
            return
        fails_whole(w, command, done, NO_ROOM)
        after = {
            path.replace(w.dir + "/after", w.home): data
            for path, data in tree(w.dir + "/after").items()
        }
        assert after == before, set(after) ^ set(before)


def in_a_namespace(inside):
    return ("/usr/bin/unshare", "-m", "/bin/sh", "-c", inside, "sh")


def may_mount():
    done = subprocess.run(
        ["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"],
        stderr=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode != 0:
        raise cases.Skip("nothing can be mounted here")


def mounted(check, command):
    may_mount()
    check(command)


def all_cases():
    for place, check in (
        ("a closed descriptor", closed),
        ("no HOME", homeless),
        ("relative XDG directories", relative),
        ("directories with odd names", odd),
    ):
        for command in TABLE:
            name = " ".join((command.name, *command.args[:2]))
            yield f"{place}: {name}", functools.partial(check, command)
    for place, check in (("a read-only home", read_only), ("a full disk", full_disk)):
        for command in WRITERS:
            yield f"{place}: {command}", functools.partial(mounted, check, command)


if __name__ == "__main__":
    sys.exit(
        cases.run([("every command is in the table", is_complete), *all_cases()])
    )
