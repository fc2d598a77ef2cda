"""How every command is run by tests that try all of them in some place.

The world is one in which all is well: a config that is trusted, a server, and a
broker, or its stand-in (answers.py).
"""

from world import ROLE, World, commands


class Command:
    """How a command is run here, and what it needs of a broker."""

    def __init__(self, name, *args, needs, **more):
        self.name, self.args, self.needs = name, args, needs
        self.cwd = more.pop("cwd", None)
        # What the message holds instead, where it goes on in another way.
        self.then = more.pop("then", None)
        # Statuses that differ, by situation.
        self.status = more.pop("status", {})
        # A file below the home that is there only if it was done; what the
        # command does without the broker is done all the same.
        self.done = more.pop("done", None)
        # Its status, where it can be run.
        self.well = more.pop("well", 0)
        # An answer holds nothing that it reads: that there is one is enough.
        self.believes = more.pop("believes", False)
        self.limit = more.pop("limit", 8)
        assert not more, more

    def run(self, w, **more):
        args = [one.replace("~", w.home) for one in self.args]
        more.setdefault("seconds", self.limit)
        return w.run(self.name, *args, cwd=self.cwd, **more)


# needs: "start": one is started where none runs; "ask": only one that runs is
# asked; "look": the same, and that it can't be asked is part of the output;
# None: it is nobody's concern.
TABLE = [
    Command("hook", "bash", needs=None),
    Command("allow", needs=None),
    Command("deny", needs="ask", believes=True),
    Command("status", needs="look"),
    # No hook is at work here, nor an endpoint, and it says so.
    Command("doctor", "--offline", needs="look", well=1),
    Command("show", needs=None, limit=3),
    Command("login", "--no-browser", "contoso", needs="start"),
    Command("logout", "contoso", needs="ask"),
    Command("list-sessions", needs="ask"),
    Command("refresh", "contoso", needs="ask", status={"none": 4}),
    Command("list-roles", needs="start"),
    Command("exec", "auto", "touch", "~/ran", needs="start", done="ran"),
    Command(
        "exec", "-m", "static", "auto", "touch", "~/ran", needs="start", done="ran"
    ),
    Command("credential-process", "contoso", ROLE, needs="start"),
    Command("whoami", needs="start"),
    Command(
        "setup-sso",
        *("sso", "-y", "-r", "eu-west-1"),
        *("-u", "https://contoso.awsapps.com/start"),
        needs="start",
        believes=True,
    ),
    Command("list-servers", needs=None),
    Command("remove-server", "contoso", needs=None),
    Command("export", "bash", needs="start"),
    Command("prompt", needs=None),
    Command("prompt", "--dir", "~/proj", needs=None),
    Command("setup-profile", "-y", needs=None),
    Command("config", "set", "use_fips", "true", needs="ask", believes=True),
    Command("completion", "bash", needs=None),
    # Without roles where they can't be had at once.
    Command("candidates", "fish", "mairu", "exec", "", needs=None),
    Command("help", "status", needs=None),
]
# Those have tests of their own in tests/bats/commands/agent.bats.
ELSEWHERE = {"agent", "kill-agent"}


def new_world():
    w = World()
    w.server()
    w.run("allow")
    return w


def is_complete():
    known = {c.name for c in TABLE} | ELSEWHERE
    assert set(commands()) == known, set(commands()) ^ known
