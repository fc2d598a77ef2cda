#!/usr/bin/env python3
"""Every exit status of every command, by a situation that leads to it, and
what is said then: standard output holds data only, what is for a person is on
standard error, begins with "mairu: " and says how to go on.

A new command needs rows here: 0, 1 and 2 at least.
"""

import functools
import os
import re
import select
import shutil
import signal
import sys

sys.dont_write_bytecode = True

import cases
import world
from world import ROLE, World, commands

NO_SPACE = r"cannot write to standard output: No space left on device"
LOGIN = r"login required\. Run: mairu login contoso"
UNTRUSTED = (
    r"~/proj/\.mairu\.json is not trusted: server contoso, "
    rf"role {ROLE}\. Run: mairu allow"
)
NO_SERVER = r"there is no server nowhere\. Run: mairu list-servers"
NO_SERVERS = (
    r"no credential server is configured: ~/\.config/mairu/servers\.d holds no "
    r"\*\.json file\. For IAM Identity Center run: mairu setup-sso --help; for "
    r"others see: man mairu-servers"
)
NO_STORE = (
    r"cannot look at the trust store ~/\.local/state/mairu/trust: Not a directory"
)
DENIED = rf"contoso refuses the role {ROLE} \(HTTP 403\): not today"
DOWN = (
    r"127\.0\.0\.1:\d+ can't be reached \(Connection refused\)\. Check the "
    r"network, or the url in servers\.d"
)
STAYS = r"the file stays, and a login will try again\. Run: mairu login sso"
UNUSABLE = r"~/\.config/mairu/servers\.d/contoso\.json: .*"
NO_BROKER = (
    r"no broker is running, and MAIRU_NO_AUTO_AGENT is set\. Run: mairu agent"
)
FOREIGN = (
    r"another program, python3? \(pid \d+\) answers at \S+\. Stop it, or set "
    r"MAIRU_AGENT_SOCK to another path"
)
EXEC = ("exec", "--no-login", "auto")
TRUE = ("exec", "--no-login", "auto", "true")
SSO = ("-y", "-r", "eu-west-1", "-u", "https://contoso.awsapps.com/start")


# --- situations: functions of a world

def allowed(w):
    w.server()
    assert w.run("allow").status == 0


def away(w):
    """In a place without a config, and without a server."""
    os.unlink(w.proj + "/.mairu.json")


def known(w):
    """The same, but for a server."""
    away(w)
    w.server()


def in_force(w):
    w.env.update(MAIRU_ACTIVE_SERVER="contoso", MAIRU_ACTIVE_ROLE=ROLE)


def bad_config(w):
    w.write(w.proj + "/.mairu.json", "{")


def logged_in(w):
    assert w.run("allow").status == 0
    w.fake(SERVERS["good"])
    w.log_in()


def refused(w):
    """There is a session, which is of no use."""
    assert w.run("allow").status == 0
    w.fake(SERVERS["refusing"])
    w.log_in()


def unreachable(w):
    """There is a session, and then no server."""
    assert w.run("allow").status == 0
    server = world.Fake("--refresh-token")
    w.fake(server)
    w.log_in()
    server.process.kill()
    server.process.wait()


def broken_server(w):
    w.write(w.config + "/servers.d/contoso.json", "{")


def foreign(w):
    """Another program sits on the socket."""
    w.listen(lambda peer: peer.sendall(b"220 mail.example.com\r\n" * 20))


def running_broker(w):
    w.server()
    w.start_broker()


def no_store(w):
    """Nothing can be recorded: a file lies where the directory would be."""
    shutil.rmtree(w.state)
    w.write(w.state, "")


def no_room(w):
    """The settings cannot be written."""
    allowed(w)
    os.rename(w.config, w.config + ".away")
    w.write(w.config, "")


def bad_settings(w):
    w.write(w.config + "/broker.json", "{")


def endpoints(w, url):
    w.write(
        w.config + "/broker.json", {"endpoints": {"sso_oidc": url, "sso": url}}
    )


def sso(w):
    endpoints(w, SERVERS["sso"].url)


def sso_refused(w):
    endpoints(w, SERVERS["sso refused"].url)


def sso_unreachable(w):
    endpoints(w, "http://127.0.0.1:9/")


def login_refused(w):
    assert w.run("allow").status == 0
    w.fake(SERVERS["login"])


def no_aws(w):
    """The directory of the AWS config file cannot be made."""
    w.write(".aws", "")


def no_broker(w):
    allowed(w)
    w.env["MAIRU_NO_AUTO_AGENT"] = "1"


# --- ways to run something

def plainly(w, case):
    return w.run(*case.args)


def to_full(w, case):
    """Nothing more can be written to standard output."""
    with open("/dev/full", "wb") as full:
        argv, p = w.popen(case.args, stdout=full, stderr=-1)
        err = p.communicate(timeout=20)[1].decode()
        return world.Ended(argv, p.returncode, "", err, 0)


def with_browser(w, case):
    started = w.start(*case.args)
    world.browse(started.wait_for(r"http://127\.0\.0\.1:\d+/auth/\S+")[0])
    return started.end()


def interrupted(sig, pattern):
    """A signal comes once it has said that."""

    def way(w, case):
        started = w.start(*case.args)
        started.wait_for(pattern)
        started.process.send_signal(sig)
        return started.end()

    return way


def ended_by_kill_agent(w, case):
    started = w.start(*case.args)
    while not w.broker_pid():
        select.select([], [], [], 0.01)
        assert started.process.poll() is None, started.end()
    assert w.run("kill-agent").status == 0
    return started.end()


class Case:
    def __init__(self, status, *args, given=None, says=None, out="", way=plainly):
        """says: a pattern of a line on standard error, and the last one where
        it fails; None: nothing is there.  out: a pattern of standard output."""
        self.status, self.args, self.given = status, args, given
        self.says, self.out, self.way = says, out, way


def too_many(command, *args):
    return Case(
        2,
        command,
        *args,
        says=rf"{command}: unexpected argument: \S+\. Run: mairu {command} --help",
    )


def full(command, *args, given=None):
    return Case(1, command, *args, given=given, says=NO_SPACE, way=to_full)


TABLE = {
    # The program itself.
    "": [
        Case(0, "--version", out=r"mairu [0-9.]+(-dev)?\n"
             r"compatible with Mairu 0\.12, .+\n"),
        Case(0, "--help", out=r"usage: mairu COMMAND"),
        full("--version"),
        Case(2, out=r"usage: mairu COMMAND"),
        Case(2, "--version", "x", says=r"unexpected argument: x\. Run: mairu help"),
        Case(2, "statsu", says=r"unknown command: statsu\. Did you mean: "
             r"mairu status"),
        Case(2, "frobnicate", says=r"unknown command: frobnicate\. Run: "
             r"mairu help"),
        Case(2, "--nope", says=r"unknown option: --nope\. "
             r"Run: mairu help"),
    ],
    "hook": [
        Case(0, "hook", "bash", out=r"__mairu"),
        full("hook", "bash"),
        Case(2, "hook", says=r"hook: missing argument: SHELL\. Run: mairu hook --help"),
        Case(2, "hook", "tcsh", says=r"hook: the shells are bash, zsh and fish"),
    ],
    "allow": [
        Case(0, "allow", given=World.server, says=r"~/proj/\.mairu\.json is "
             rf"allowed: server contoso, role {ROLE}"),
        Case(1, "allow", given=away, says=r"there is no \.mairu\.json here or above"),
        Case(1, "allow", given=no_store, says=NO_STORE),
        too_many("allow", "a", "b"),
        Case(3, "allow", "--digest", "x", says=r"the digest of this file is \S+, "
             r"not the one given; it was not allowed"),
    ],
    "deny": [
        Case(0, "deny", says=r"~/proj/\.mairu\.json is denied\. To undo that, "
             r"run: mairu allow ~/proj"),
        Case(1, "deny", given=away, says=r"there is no \.mairu\.json here or above"),
        Case(1, "deny", given=no_store, says=NO_STORE),
        too_many("deny", "a", "b"),
    ],
    "status": [
        Case(0, "status", out=r"^config   ~/proj/\.mairu\.json"),
        full("status"),
        too_many("status", "x"),
    ],
    "doctor": [
        Case(0, "doctor", "--offline", given=known, out=r"(?m)^ok +servers +contoso\n"
             r"(.*\n)*\d+ checks: 0 problems, \d+ warnings?\n$"),
        Case(1, "doctor", "--offline", out=r"(?m)^problem project +~/proj/\.mairu\.json is "
             r"not trusted: .* Run: mairu allow\n(.*\n)*\d+ checks: \d problems"),
        full("doctor", "--offline", given=known),
        too_many("doctor", "x"),
    ],
    "show": [
        Case(0, "show", out=r'"auto_trusted": false'),
        Case(1, "show", "-f", "-q", given=away),
        Case(1, "show", given=bad_config, out=r'"auto": null', says=r"~/proj/"
             r"\.mairu\.json: line 1, column 2: the text ends too early"),
        full("show"),
        too_many("show", "x"),
    ],
    "login": [
        Case(0, "login", given=logged_in, says=r"already logged in to contoso "
             r"until [0-9: -]+, and renewed by then"),
        Case(0, "login", "--no-browser", "--force", given=logged_in,
             way=with_browser, says=r"logged in to contoso until [0-9: -]+, "
             "and renewed by then"),
        Case(1, "login", "nowhere", says=NO_SERVER),
        Case(1, "login", "contoso", given=no_broker, says=NO_BROKER),
        too_many("login", "a", "b"),
        Case(2, "login", "--oauth-grant-type", "x", says=r"unknown grant type: "
             r"x; use code or device_code"),
        Case(3, "login", says=UNTRUSTED),
        Case(5, "login", "--no-browser", given=login_refused, way=with_browser,
             says=r"contoso refuses this login \(HTTP 400\): not today\. To try "
             r"again, run: mairu login contoso"),
        Case(-signal.SIGINT, "login", "--no-browser", given=allowed,
             way=interrupted(signal.SIGINT, "/auth/"), says="log in to contoso in your browser: .*"),
    ],
    "logout": [
        Case(0, "logout", given=logged_in, says=r"logged out of contoso"),
        Case(0, "logout", "--all", says=r"there is no session"),
        Case(1, "logout", "contoso", given=foreign, says=FOREIGN),
        Case(2, "logout", "a", "--all", says=r"logout: give a server or --all, "
             r"not both\. Run: mairu logout --help"),
        Case(3, "logout", says=UNTRUSTED),
    ],
    "list-sessions": [
        Case(0, "list-sessions", given=logged_in, out=r"contoso  http://127"),
        Case(0, "list-sessions", says=r"no sessions\. Run: mairu login"),
        Case(1, "list-sessions", given=foreign, says=FOREIGN),
        full("list-sessions", given=logged_in),
        too_many("list-sessions", "x"),
    ],
    "refresh": [
        Case(0, "refresh", given=logged_in, says=r"renewed contoso until [0-9: -]+"),
        Case(1, "refresh", given=unreachable, says=DOWN),
        too_many("refresh", "a", "b"),
        Case(3, "refresh", says=UNTRUSTED),
        Case(4, "refresh", given=allowed, says=r"contoso: " + LOGIN),
        Case(5, "refresh", given=refused, says=r"the session of contoso can't be "
             r"renewed: its server gave no refresh token\. For another one, run: "
             r"mairu login --force contoso"),
    ],
    "list-roles": [
        Case(0, "list-roles", given=logged_in, out=rf"contoso\n    {ROLE}"),
        Case(1, "list-roles", given=away, says=NO_SERVERS),
        Case(1, "list-roles", "--server", "nowhere", says=NO_SERVER),
        Case(1, "list-roles", given=broken_server, says=UNUSABLE),
        full("list-roles", given=logged_in),
        Case(2, "list-roles", "-o", "yaml", says=r"list-roles: --output must be text, "
             r"oneline or json\. Run: mairu list-roles --help"),
        too_many("list-roles", "x"),
        Case(4, "list-roles", given=allowed, says=r"contoso: " + LOGIN),
        Case(5, "list-roles", given=refused, says=r"contoso does not list its roles "
             r"\(HTTP 403\): not today"),
    ],
    "exec": [
        Case(0, *TRUE, given=logged_in),
        Case(1, *TRUE, given=away, says=r"there is no \.mairu\.json here or above"),
        Case(1, *TRUE, given=unreachable, says=DOWN),
        Case(2, "exec", "auto", says=r"exec: missing argument: COMMAND\.\.\. Run: "
             r"mairu exec --help"),
        Case(2, "exec", "--mode", "x", "auto", "true", says=r"--mode must be ecs or "
             r"static"),
        Case(3, *TRUE, says=UNTRUSTED),
        Case(3, "exec", "--confirm-trust", "x", "auto", "true", says=r"the digest of "
             r"\.mairu\.json is \S+, not the one given; it was not trusted"),
        Case(4, *TRUE, given=allowed, says=LOGIN),
        Case(5, *TRUE, given=refused, says=DENIED),
        Case(126, *EXEC, "/", given=logged_in, says=r"exec: cannot run /: "
             r"it is a directory"),
        Case(127, *EXEC, "nope", given=logged_in, says=r"exec: command not found: "
             r"nope"),
        Case(42, *EXEC, "sh", "-c", "exit 42", given=logged_in),
        Case(-signal.SIGTERM, *EXEC, "sh", "-c", "kill $$", given=logged_in),
        Case(-signal.SIGINT, *EXEC, "sh", "-c", "echo on >&2; exec tail -f /dev/null",
             given=logged_in, way=interrupted(signal.SIGINT, "on"), says="on"),
    ],
    "credential-process": [
        Case(0, "credential-process", "auto", given=logged_in,
             out=r'^{"Version":1,.*}\n$'),
        Case(1, "credential-process", "nowhere", ROLE, says=NO_SERVER),
        Case(1, "credential-process", "auto", given=unreachable, says=DOWN),
        full("credential-process", "auto", given=logged_in),
        Case(2, "credential-process", "contoso", says=r"credential-process: expected "
             r"SERVER and ROLE, or auto\. Run: mairu credential-process --help"),
        Case(3, "credential-process", "auto", says=UNTRUSTED),
        Case(4, "credential-process", "auto", given=allowed, says=LOGIN),
        Case(5, "credential-process", "auto", given=refused, says=DENIED),
    ],
    "whoami": [
        Case(0, "whoami", given=logged_in, out=r"^account  123456789012"),
        Case(1, "whoami", given=away, says=r"there is no \.mairu\.json here or above"),
        Case(1, "whoami", given=unreachable, says=DOWN),
        full("whoami", given=logged_in),
        Case(2, "whoami", "--timeout", "x", says=r"--timeout must be seconds, from 1 to "
             r"86400"),
        Case(3, "whoami", says=UNTRUSTED),
        Case(4, "whoami", given=allowed, says=LOGIN),
        Case(5, "whoami", given=refused, says=DENIED),
    ],
    "setup-sso": [
        Case(0, "setup-sso", "sso", *SSO, given=sso, says=r"the clients are "
             r"registered\. Run: mairu login sso"),
        Case(1, "setup-sso", "contoso", *SSO, given=World.server, says=r"nothing was "
             r"written\. To replace it, run this again with --overwrite"),
        Case(1, "setup-sso", "sso", *SSO, given=sso_unreachable, says=STAYS),
        Case(2, "setup-sso", "sso", says=r"setup-sso: --region and "
             r"--start-url are required\. Run: mairu setup-sso --help"),
        Case(2, "setup-sso", "sso", *SSO[1:], says=r"setup-sso: there is no terminal "
             r"to ask on; give --yes\. Run: mairu setup-sso --help"),
        Case(5, "setup-sso", "sso", *SSO, given=sso_refused, says=STAYS),
    ],
    "list-servers": [
        Case(0, "list-servers", given=World.server, out=r"contoso +oauth"),
        Case(0, "list-servers", says=NO_SERVERS),
        Case(1, "list-servers", given=broken_server, says=UNUSABLE),
        full("list-servers", given=World.server),
        too_many("list-servers", "x"),
    ],
    "remove-server": [
        Case(0, "remove-server", "contoso", given=World.server, says=r"removed "
             r"~/\.config/mairu/servers\.d/contoso\.json, the file of the server "
             r"contoso"),
        Case(1, "remove-server", "nowhere", says=NO_SERVER),
        Case(2, "remove-server", says=r"remove-server: missing argument: ID\. Run: mairu "
             r"remove-server --help"),
    ],
    "export": [
        Case(0, "export", "bash", given=allowed, out="AWS_CONTAINER",
             says=None),
        full("export", "bash", given=allowed),
        Case(2, "export", "tcsh", says=r"export: the shells are bash, zsh and fish"),
        Case(2, "export", says=r"export: missing argument: SHELL\. Run: mairu export --help"),
    ],
    "prompt": [
        Case(0, "prompt"),
        Case(0, "prompt", given=in_force, out=rf"^contoso {ROLE}"),
        full("prompt", given=in_force),
        Case(2, "prompt", "--for", "tcsh", says=r"prompt: --for must be bash, fish, tmux "
             r"or zsh"),
        too_many("prompt", "x"),
    ],
    "setup-profile": [
        Case(0, "setup-profile", "-y", says=r"profile mairu was written: .*"),
        Case(1, "setup-profile", says=r"nothing was written: there is no terminal "
             r"to ask on\. Run: mairu setup-profile --yes"),
        Case(1, "setup-profile", "-y", given=no_aws, says=r"cannot find what "
             r"~/\.aws/config leads to: Not a directory"),
        Case(2, "setup-profile", "default", says=r"the default profile also applies "
             r"outside projects, so mairu does not use it\. Run: mairu setup-profile"),
        too_many("setup-profile", "a", "b"),
    ],
    "config": [
        Case(0, "config", "set", "use_fips", "true"),
        Case(0, "config", "get", out=r"^{}\n$"),
        Case(1, "config", "get", "proxy"),
        Case(1, "config", "get", given=bad_settings, says=r"~/\.config/mairu/"
             r"broker\.json: line 1, column 2: the text ends too early"),
        Case(1, "config", "set", "use_fips", "true", given=no_room, says=r"~/\.config/"
             r"mairu is not a directory: move it away"),
        full("config", "get"),
        Case(2, "config", "get", "nope", says=r"unknown setting: nope. Settings: "
             r"proxy, no_proxy, .*"),
        Case(2, "config", "set", "proxy", "nope", says=r"the value for proxy is "
             r"refused: it must begin with http://, .*"),
        Case(2, "config", "put", says=r"config: expected get \[KEY\], set KEY VALUE "
             r"or unset KEY\. Run: mairu config --help"),
    ],
    "agent": [
        Case(0, "agent", way=ended_by_kill_agent, says=r".*"),
        Case(1, "agent", given=running_broker, says=r"another broker is already "
             r"there\. Run: mairu kill-agent"),
        too_many("agent", "x"),
    ],
    "kill-agent": [
        Case(0, "kill-agent", given=running_broker),
        Case(0, "kill-agent", says=r"no broker is running"),
        Case(0, "kill-agent", "--keeper", given=running_broker),
        Case(0, "kill-agent", "--keeper", says=r"no broker is running"),
        Case(1, "kill-agent", given=foreign, says=FOREIGN),
        too_many("kill-agent", "x"),
    ],
    "completion": [
        Case(0, "completion", "bash", out=r"candidates"),
        full("completion", "bash"),
        Case(2, "completion", says=r"completion: missing argument: SHELL\. Run: mairu "
             r"completion --help"),
        Case(2, "completion", "tcsh", says=r"completion: the shells are bash, zsh and "
             r"fish"),
    ],
    "candidates": [
        Case(0, "candidates", "fish", "mairu", "stat", out=r"status\t"),
        full("candidates", "fish", "mairu", "stat"),
        Case(2, "candidates", says=r"candidates: missing argument: SHELL\. Run: mairu "
             r"candidates --help"),
        Case(2, "candidates", "tcsh", "x", says=r"candidates: the shells are bash, "
             r"zsh and fish, .*"),
    ],
    "help": [
        Case(0, "help", "help", out=r"^usage: mairu help"),
        full("help"),
        Case(2, "help", "nope", says=r"unknown command: nope\. Run: mairu help"),
        too_many("help", "a", "b"),
    ],
}


# --- what is checked

# Lines that belong to a message and are no messages themselves: a file, a
# difference, what the command of `exec` says.
OTHER_LINES = {
    "setup-sso": r"[ {}]",
    "setup-profile": r"[-+@]",
    "exec": r"on$",
    # It becomes the broker, which says who it is, and has a log.
    "agent": r"mairu-broker: |[0-9-]+T[0-9:]+Z ",
}


def check(command, case):
    with World() as w:
        if case.given:
            case.given(w)
        done = case.way(w, case)
        assert done.status == case.status, done
        if isinstance(case.out, str) and case.out:
            assert re.search(case.out, done.out), done
        else:
            assert done.out == "", done
        lines = world.in_time(done.err).splitlines()
        if case.says is None:
            assert not lines, done
            return
        for one in lines:
            other = OTHER_LINES.get(command)
            assert one.startswith("mairu: ") or other and re.match(other, one), done
        if case.status > 0:
            lines = lines[-1:]
        assert any(
            re.fullmatch(rf"(mairu(-broker)?: )?({case.says})", one) for one in lines
        ), done


def is_complete():
    listed = commands()
    assert set(listed) | {""} == set(TABLE), set(listed) ^ set(TABLE)
    for command, rows in TABLE.items():
        assert {0, 1, 2} <= {one.status for one in rows}, command
    seen = {one.status for rows in TABLE.values() for one in rows}
    assert {0, 1, 2, 3, 4, 5, 126, 127} <= seen, seen


def all_cases():
    for command, rows in TABLE.items():
        for number, case in enumerate(rows):
            given = f", {case.given.__name__}" if case.given else ""
            line = " ".join(("mairu", *case.args))
            yield f"{case.status}: {line}{given}", functools.partial(
                check, command, case
            )


if __name__ == "__main__":
    SERVERS = {
        "good": world.Fake("--refresh-token"),
        "refusing": world.Fake(
            *("--fault", "roles:status,status=403,body=not today"),
            *("--fault", "assume-role:status,status=403,body=not today"),
        ),
        "login": world.Fake("--fault", "token:status,status=400,body=not today"),
        "sso": world.Fake("--rate", "0", program="sso_server"),
        "sso refused": world.Fake(program="sso_server"),
    }
    SERVERS["sso refused"].control(
        error={"at": "register", "type": "InvalidClientMetadataException"}
    )
    sys.exit(cases.run([("every command has its rows", is_complete), *all_cases()]))
