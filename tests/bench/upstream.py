"""Credentials for the bench: the fake credential server of the tests, a login
to it, and projects that have its roles."""

import json
import os
import re
import subprocess
import urllib.request

from world import REPO, Fault, libcs, run

FAKES = REPO + "/tests/fakes"


def ask(url, token=None):
    request = urllib.request.Request(url)
    if token:
        request.add_header("Authorization", token)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.read()


class Server:
    """The fake credential server, and a login to it."""

    def __init__(self, world, roles):
        self.world = world
        self.roles = roles
        argv = [FAKES + "/credential_server", "--login", "auto"]
        for role in self.roles:
            argv += ["--role", role]
        self.process = subprocess.Popen(argv, stdout=subprocess.PIPE)
        line = self.process.stdout.readline().decode()
        if not line.startswith("ready "):
            raise Fault("the fake server does not start")
        self.url = line.split()[1]
        said = json.loads(ask(self.url + "_server"))
        servers = world.env["XDG_CONFIG_HOME"] + "/mairu/servers.d"
        os.makedirs(servers)
        with open(servers + "/contoso.json", "w", encoding="utf-8") as f:
            json.dump({"id": "contoso", **said}, f)
        os.chmod(servers + "/contoso.json", 0o600)

    def control(self, **what):
        data = json.dumps(what).encode()
        with urllib.request.urlopen(self.url + "_control", data, 10) as answer:
            return json.load(answer)

    def log_in(self):
        mairu = self.world.mairu(libcs()[0])
        login = subprocess.Popen(
            [mairu, "login", "--no-browser", "contoso"],
            env=self.world.env,
            stderr=subprocess.PIPE,
        )
        said = login.stderr.readline().decode()
        url = re.search(r"http://\S+/auth/\S+", said)
        if not url:
            raise Fault("no login: " + said)
        run([FAKES + "/browser", url[0]])
        login.communicate(timeout=20)
        if login.returncode != 0:
            raise Fault("the login failed")

    def end(self):
        self.process.terminate()
        self.process.wait(10)


def enter(world, role):
    """Allows and enters a project with that role: its URL and token."""
    place = "%s/roles/%s" % (world.top, role)
    os.makedirs(place)
    with open(place + "/.mairu.json", "w", encoding="utf-8") as f:
        json.dump({"server": "contoso", "role": role}, f)
    mairu = world.mairu(libcs()[0])
    run([mairu, "allow"], env=world.env, cwd=place)
    script = (
        'eval "$("$1" hook bash)"; __mairu_hook; '
        'echo "$AWS_CONTAINER_CREDENTIALS_FULL_URI"; '
        'echo "$AWS_CONTAINER_AUTHORIZATION_TOKEN"'
    )
    argv = ["bash", "--norc", "-c", script, "bash", mairu]
    url, token = run(argv, env=world.env, cwd=place).stdout.decode().splitlines()
    return url, token
