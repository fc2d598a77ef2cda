#!/usr/bin/env python3
"""What every command shows a person, on terminals of 40, 80 and 200 columns,
with and without colour, and where there is no terminal.

It is kept in screens/, a file for each command, as a reader of the terminal has
it: lines are broken where the terminal breaks them, <red>...</> is colour.
`test_screens.py --update` writes what is shown now; read the difference.
"""

import difflib
import functools
import os
import re
import sys
import unicodedata

sys.dont_write_bytecode = True

import answers
import cases
from answers import THEN, role, session
from world import BUILD, HERE, MAIRU, ROLE, VERSION, World, commands, in_time, said

SCREENS = HERE + "/screens"
WIDTHS = (40, 80, 200)
DIGEST = "a-digest-of-64-characters-".ljust(64, "-")
MARKS = {"0": "</>", "1": "<bold>", "31": "<red>", "32": "<green>", "33": "<yellow>"}
NAMES = "日本語 cafe\u0301"


# --- the worlds, each a function that makes one of an empty one

def project(w):
    """A config that nobody has seen yet, and its server."""
    w.server()


def trusted(w):
    w.server()
    w.run("allow")


def at_work(w, **changes):
    """Trusted, and a broker in whose world all is well."""
    trusted(w)
    at_work_empty(w, **changes)


def at_work_empty(w, **changes):
    """The broker alone.  Its pid and its version are as long together, wherever
    this runs."""
    w.version = "0.0.0.0.0.0.0"[: 11 - len(str(os.getpid()))]
    w.answers(**{**answers.good(w), **changes})


def nothing(w):
    os.unlink(w.proj + "/.mairu.json")


def changed(w):
    trusted(w)
    w.project(role="123456789012/Admin")


def denied(w):
    w.run("deny")


def unusable(w):
    w.write(w.proj + "/.mairu.json", '{"server": "contoso",}')


def chain(w):
    hop = "arn:aws:iam::222222222222:role/Deployment"
    w.server()
    w.project(
        region="eu-west-1",
        account="222222222222",
        nonsense=1,
        assume_role={"role_arn": hop, "external_id": "x1", "duration_seconds": 900},
    )


def in_force(w):
    """The hook has given the role, and the user has set something since."""
    at_work(w)
    statement = w.run("export", "bash").out
    w.env.update(re.findall(r"export (\w+)='([^']*)'", statement))
    w.env["AWS_PROFILE"] = "other"


def with_default(w):
    """Credentials of [default], and a session that has ended."""
    ended = session("contoso", "https://contoso.example.com/", 0, 0, 1700000000)
    at_work(w, SESSIONS=ended)
    w.write(".aws/credentials", "[default]\naws_access_key_id = AKIAMINE\n")


def unlocked(w):
    at_work(w)
    status = {**answers.good(w)["STATUS"], "LOCKED": 0, "UNVERIFIED": 2}
    status["CONFINED"] = "system calls, files"
    status["UNCONFINED"] = "this kernel's Landlock is of version 3"
    status["PROBLEM"] = "the log cannot be written: No space left on device"
    status["SETTINGS"] = '{"proxy": "http://proxy.example.com:3128"}'
    at_work(w, STATUS=status)


def running(w):
    w.start_broker()


def unanswered(w):
    at_work(w, STATUS="hangup", SESSIONS="hangup")


def by_code(w):
    at_work(w)
    w.env["BROWSER"] = "true"


def by_paste(w):
    by_ssh(w, LOGIN_WAIT={"AFTER": "LOGIN_PASTE", "EXPIRES": THEN})


def by_ssh(w, **changes):
    at_work(w, **changes)
    w.env.update(SSH_CONNECTION="192.0.2.1 5 192.0.2.7 22", USER="me")


def by_device(w):
    at_work(w, LOGIN=answers.DEVICE)


def by_device_with_browser(w):
    at_work(w, LOGIN=answers.DEVICE)
    w.env["BROWSER"] = "true"


def logged_in(w):
    at_work(w, LOGIN={"SERVER": "contoso", "EXPIRES": THEN})


def refused(w):
    at_work(w, LOGIN=["error", 12, "contoso refuses this login (HTTP 400): not today. "
                      "To try again, run: mairu login contoso"])


def sessions(w):
    at_work(
        w,
        SESSIONS=[
            *session("contoso", "https://contoso.awsapps.com/start", THEN, 1),
            *session("fabrikam", "https://fabrikam.example.com/mairu/", 0, 0,
                     1700000000),
            *session(NAMES, "https://jp.example.com/"),
        ],
    )


def two_servers(w):
    at_work(
        w,
        ROLES=[
            *role("123456789012/AdministratorAccess", "", "contoso-production"),
            *role("210987654321/ReadOnly", "", NAMES),
            *role("Ops", "for those who are on call this week"),
            *role("Dev"),
            *answers.LAST,
        ],
    )
    w.server("fabrikam")


def no_login(w):
    at_work(w, ROLES=["error", 11, "login required. Run: mairu login contoso"],
            ROLE=["error", 11, "login required. Run: mairu login contoso"],
            WHOAMI=["error", 11, "login required. Run: mairu login contoso"],
            RENEW=["error", 11, "login required. Run: mairu login contoso"])


def servers(w):
    w.server("contoso", url="https://contoso.awsapps.com/start",
             aws_sso={"region": "eu-west-1"})
    w.server("fabrikam", url="https://fabrikam.example.com/mairu/",
             oauth={"client_id": "x", "code_grant": {}}, typo=1)
    w.server(NAMES, url="https://jp.awsapps.com/start",
             aws_sso={"region": "ap-northeast-1"})
    w.write(w.config + "/servers.d/broken.json", '{"url": 1}')


def settings(w):
    w.write(w.config + "/broker.json",
            {"proxy": "http://proxy.example.com:3128", "use_fips": True})


def another(w):
    trusted(w)
    w.answers(STATUS=["error", 8, "x"], SESSIONS=["error", 8, "x"])
    w.clear_socket()
    w.listen(lambda peer: peer.sendall(b"220 mail.example.com\r\n" * 20))


def profile(w):
    w.write(".aws/config", "[default]\nregion = eu-west-1\n\n[profile mairu]\n"
            "credential_process = /old/mairu credential-process auto\n")


class Scene:
    def __init__(self, what, world, *args, types=None, piped=None, folds=True):
        """types: on a terminal, what is typed once a pattern is shown; piped:
        without one, the world instead, where nobody types.  folds:
        its text has no pid in it, which may be longer elsewhere, so that it is
        kept how mairu folds it."""
        self.what, self.world, self.args = what, world, args
        self.types, self.piped, self.folds = types, piped or world, folds


def sso(name, **more):
    return Scene(
        more.pop("what"), more.pop("world"), "setup-sso", name, "-r", "eu-west-1",
        "-u", "https://contoso.awsapps.com/start", **more,
    )


YES = (r"y/N\] ", b"y\n")
NO = (r"y/N\] ", b"n\n")
PASTED = (r"not shown\)", b"http://127.0.0.1:4711/oauth2callback?code=x\n")
EXEC = ("exec", "auto", "true")

SCENES = {
    "hook": [Scene("another shell", project, "hook", "tcsh")],
    "allow": [
        Scene("a config", project, "allow"),
        Scene("one with more in it", chain, "allow"),
        Scene("a server that does not exist", lambda w: None, "allow"),
        Scene("another digest", project, "allow", "--digest", "x"),
        Scene("no config", nothing, "allow"),
    ],
    "deny": [
        Scene("a config", trusted, "deny"),
        Scene("a broker that hangs up", functools.partial(at_work, REVOKE="hangup"),
              "deny"),
    ],
    "status": [
        Scene("outside of projects", nothing, "status"),
        Scene("a new config", project, "status"),
        Scene("one with more in it, and no server", chain, "status"),
        Scene("one that was changed", changed, "status"),
        Scene("one that is denied", denied, "status"),
        Scene("one that cannot be used", unusable, "status"),
        Scene("no hook yet", at_work, "status"),
        Scene("the role in force, and a variable over it", in_force, "status"),
        Scene("[default] over it, and no session", with_default, "status"),
        Scene("what is wrong with the broker", unlocked, "status"),
        Scene("a broker that hangs up", unanswered, "status", folds=False),
        Scene("another program on the socket", another, "status", folds=False),
    ],
    "doctor": [
        Scene("a role that is not in force", by_code, "doctor", "--offline",
              folds=False),
    ],
    "show": [Scene("a config", trusted, "show")],
    "login": [
        Scene("in a browser", by_code, "login", "--no-browser"),
        Scene("over SSH", by_paste, "login", types=[PASTED], piped=by_ssh),
        Scene("with a device", by_device, "login"),
        Scene("with a device, and a browser", by_device_with_browser, "login"),
        Scene("with a device, and a browser that is not opened",
              by_device_with_browser, "login", "--no-browser"),
        Scene("who is logged in", logged_in, "login"),
        Scene("a server that refuses", refused, "login"),
        Scene("a config that is not trusted", project, "login"),
        Scene("no such server", trusted, "login", "nowhere"),
    ],
    "logout": [
        Scene("a session", at_work, "logout"),
        Scene("no session", trusted, "logout", "--all"),
        Scene("a server that could not be told", functools.partial(at_work, LOGOUT=[
            ["SERVER", "contoso"], ["MESSAGE", "contoso could not be told that its "
             "session has ended: 127.0.0.1:9 can't be reached (Connection refused). "
             "It holds there until it expires"]]), "logout"),
    ],
    "list-sessions": [
        Scene("several", sessions, "list-sessions"),
        Scene("in UTC", sessions, "list-sessions", "--utc"),
        Scene("none", trusted, "list-sessions"),
    ],
    "refresh": [
        Scene("a session", at_work, "refresh"),
        Scene("none", no_login, "refresh"),
    ],
    "list-roles": [
        Scene("of two servers", two_servers, "list-roles"),
        Scene("a line for each", two_servers, "list-roles", "-o", "oneline"),
        Scene("no login", no_login, "list-roles"),
        Scene("no server", nothing, "list-roles"),
    ],
    "exec": [
        Scene("a config that is not trusted", project, *EXEC, types=[NO]),
        Scene("no login", no_login, *EXEC[:1], "--no-login", *EXEC[1:]),
        Scene("[default] over it", with_default, *EXEC),
        Scene("which role it is", at_work, "exec", "--show-auto", *EXEC[1:]),
        Scene("no such command", at_work, "exec", "auto", "nope"),
        Scene("no command", at_work, "exec", "auto"),
    ],
    "credential-process": [
        Scene("no login", no_login, "credential-process", "auto"),
    ],
    "whoami": [
        Scene("a role", at_work, "whoami"),
        Scene("no login", no_login, "whoami", "--no-login"),
    ],
    "setup-sso": [
        sso("contoso", what="a new one", world=at_work_empty, types=[YES]),
        sso("contoso", what="one that is there", world=project),
        sso("fabrikam", what="no", world=at_work, types=[NO]),
        Scene("a region that is none", project, "setup-sso", "x", "-r", "eu", "-u",
              "https://contoso.awsapps.com/start"),
    ],
    "list-servers": [
        Scene("several, and files that are of no use", servers, "list-servers"),
        Scene("none", lambda w: None, "list-servers"),
    ],
    "remove-server": [
        Scene("one", project, "remove-server", "contoso"),
        Scene("none", project, "remove-server", "nowhere"),
    ],
    "export": [Scene("a config that is not trusted", project, "export", "tcsh")],
    "prompt": [
        Scene("a role", in_force, "prompt"),
        Scene("of another shell", project, "prompt", "--for", "tcsh"),
    ],
    "setup-profile": [
        Scene("a new one", project, "setup-profile", types=[YES]),
        Scene("over an old one", profile, "setup-profile", types=[NO]),
    ],
    "config": [
        Scene("all", settings, "config", "get"),
        Scene("no such setting", settings, "config", "get", "nope"),
        Scene("a value that is none", settings, "config", "set", "proxy", "nope"),
        Scene("wrong use", settings, "config", "put"),
    ],
    "agent": [Scene("one that runs", running, "agent")],
    "kill-agent": [
        Scene("none", project, "kill-agent"),
        Scene("another program", another, "kill-agent"),
    ],
    "completion": [Scene("another shell", project, "completion", "tcsh")],
    "candidates": [Scene("another shell", project, "candidates", "tcsh", "x")],
    "help": [
        Scene("all", project, "help"),
        Scene("of one", project, "help", "login"),
        Scene("a slip", project, "help", "statsu"),
    ],
}


# --- what is seen

def fold_of(match):
    """What stands for the name of a broker's place, folded as that was."""
    folds = match.groups()
    return "".join(c + f for c, f in zip("0123456789ab", (*folds, "")))


def the_same_everywhere(w, text):
    """Of a run: what differs from one to the next."""
    text = text.replace("\r\n", "\n")
    for this, that in (
        (w.dir, "/tmp/mairu.xxxxxxxx"),  # as long
        (BUILD, "/usr/bin"),
        (VERSION, "0.0.0"),
    ):
        text = text.replace(this, that)
    name = os.path.basename(w.sock).split(".")[1]
    # A terminal may fold it.
    text = re.sub("(\n?)".join(name), fold_of, text)
    text = re.sub(r"pid \d+, version [\w.-]+", "pid 4711, version 0.0.0.0", text)
    text = re.sub(rf"\b{os.getpid()}\b", "4711", text)
    text = re.sub(r"(?<![\w-])[\w-]{64}(?![\w-])", DIGEST, text)
    text = re.sub(r"\(in \d+ h\)", "(in 12 h)", text)
    # A line that was written over, and brackets around what is pasted.
    text = re.sub(r"[^\n]*\r\x1b\[K", "", text)
    return in_time(re.sub(r"\x1b\[\?2004[hl]", "", text))


def marked(text):
    """Colour in words; nothing else may be there that a terminal obeys."""
    text = re.sub(r"\x1b\[(\d+)m", lambda m: MARKS[m[1]], text)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text), repr(text)
    return text


def plain(text):
    return re.sub("|".join(map(re.escape, MARKS.values())), "", text)


def width(char):
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def wrapped(text, columns):
    """The lines of a terminal so wide."""
    lines = []
    for line in text.splitlines():
        pieces, used = [""], 0
        for piece in re.findall(r"</?\w*>|.", line):
            wide = 0 if piece in MARKS.values() else width(piece)
            if used + wide > columns:
                pieces.append("")
                used = 0
            pieces[-1] += piece
            used += wide
        lines += pieces
    return "".join(f"{line.rstrip()}\n" for line in lines)


def look(scene, **how):
    """The world's own words, and the status."""
    with World() as w:
        w.env["TZ"] = "CET-1"
        (scene.world if how else scene.piped)(w)
        if how:
            done = w.run_on_terminal(*scene.args, types=scene.types, **how)
        else:
            done = w.run(*scene.args)
        texts = [the_same_everywhere(w, text) for text in (done.out, done.err)]
        return done.status, *map(marked, texts)


def commands_in(text):
    """What a person is to copy: each is whole."""
    return set(re.findall(r"[Rr]un: (.*?)\.?$|(https?://\S+)", text, re.M))


def picture(scene):
    """All that is kept of it."""
    seen = {n: look(scene, columns=n) for n in WIDTHS}
    status, text, _ = seen[80]
    parts = [f"=== {scene.what}\n$ mairu {' '.join(scene.args)}\n"]
    shown = {}
    for n in WIDTHS if scene.folds else ():
        shown[n] = wrapped(seen[n][1], n)
        same = [m for m in shown if m < n and shown[m] == shown[n]]
        parts.append(f"--- {n} columns" + (f": as {same[0]}\n" if same else "\n"))
        parts.append("" if same else shown[n])
    for name, env in (("NO_COLOR", {"NO_COLOR": "1"}), ("TERM=dumb", {"TERM": "dumb"})):
        other = look(scene, columns=80, env=env)
        assert other[1] == plain(other[1]) and other[0] == status, other
        if other[1] != plain(text):
            parts.append(f"--- {name}, 80 columns\n{wrapped(other[1], 80)}")
    piped = look(scene)
    parts.append(f"--- no terminal, status {piped[0]}\n")
    for stream, said_there in zip(("output", "error"), piped[1:]):
        assert said_there == plain(said_there), piped
        if said_there:
            parts.append(f"standard {stream}:\n{said_there}")
    whole = {n: commands_in(plain(seen[n][1])) for n in WIDTHS}
    assert whole[40] == whole[80] == whole[200], whole
    return "".join(parts)


def check(command):
    path = f"{SCREENS}/{command}.txt"
    now = "\n".join(picture(scene) for scene in SCENES[command])
    if "--update" in sys.argv:
        os.makedirs(SCREENS, exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(now)
        return
    with open(path, encoding="utf-8") as f:
        kept = f.read()
    difference = difflib.unified_diff(
        kept.splitlines(), now.splitlines(), "kept", "now", lineterm=""
    )
    assert kept == now, "\n".join((
        "if this is right, run tests/cli/test_screens.py --update", *difference
    ))


def is_complete():
    assert set(commands()) == set(SCENES), set(commands()) ^ set(SCENES)
    if "--update" in sys.argv:
        return
    files = {name.removesuffix(".txt") for name in os.listdir(SCREENS)}
    assert files == set(SCENES), files ^ set(SCENES)


def help_fits():
    for args in (["help"], *([name, "--help"] for name in commands())):
        for line in said(*args).splitlines():
            assert len(line) <= 80, (args, line)


if __name__ == "__main__":
    sys.exit(
        cases.run(
            [
                *(
                    (f"screens of {name}", functools.partial(check, name))
                    for name in SCENES
                ),
                ("every command has its screens", is_complete),
                ("help fits into 80 columns", help_fits),
            ]
        )
    )
