#!/usr/bin/env python3
"""Lets real SDKs say where they take credentials from, and compares that with
what `mairu doctor` says of the same environment.

    chains.py [--js DIR] [--program NAME=PATH]... [NAME]...

NAME is boto3, "AWS CLI" or JavaScript (with --js: where its modules are); a
program says with its first word the access key that it has found.  The cases
are those of chains.json; "older" there is what releases before the one that
`mairu` goes by take.  Everything happens in $T.  Exits 1 and names what
differs, if anything does.
"""

import argparse
import http.server
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

HERE = Path(__file__).resolve().parent
PYTHON = "/usr/bin/python3"  # the one that has Debian's boto3 and AWS CLI
FAR = "2099-01-01T00:00:00Z"
ARN = "arn:aws:sts::123456789012:assumed-role/r/s"
# Whose key it is.
KEYS = {
    "AKENDPOINT": {"endpoint"},
    "AKTOKENFILE": {"token-file"},
    "AKECS": {"ecs"},
    "AKENV": {"keys"},
    "AKFILE": {"aws_access_key_id"},
    "AKPROC": {"credential_process"},
    "AKMAIRU": {"mairu"},
    "AKROLE": {"role_arn"},
    "AKWEB": {"web", "web_identity_token_file"},
}
# What botocore calls those that it has not fetched yet.
METHODS = {
    "assume-role": "AKROLE",
    "assume-role-with-web-identity": "AKWEB",
}


class Peer(http.server.BaseHTTPRequestHandler):
    """The endpoint, that of ECS, and STS."""

    def log_message(self, *_):
        pass

    def say(self, kind, body):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def do_GET(self):
        key = "AKENDPOINT"
        if self.path == "/ecs":
            key = "AKECS"
        elif "FILE" in self.headers.get("Authorization", ""):
            key = "AKTOKENFILE"
        self.say(
            "application/json",
            json.dumps(
                {
                    "AccessKeyId": key,
                    "SecretAccessKey": "s",
                    "Token": "t",
                    "Expiration": FAR,
                }
            ),
        )

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        action = "AssumeRole"
        if "WebIdentity" in body:
            action += "WithWebIdentity"
        key = "AKWEB" if "Web" in action else "AKROLE"
        self.say(
            "text/xml",
            f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
            f"<{action}Result><AssumedRoleUser><Arn>{ARN}</Arn>"
            "<AssumedRoleId>A:s</AssumedRoleId></AssumedRoleUser><Credentials>"
            f"<AccessKeyId>{key}</AccessKeyId><SecretAccessKey>s"
            "</SecretAccessKey><SessionToken>t</SessionToken><Expiration>"
            f"{FAR}</Expiration></Credentials></{action}Result>"
            f"</{action}Response>",
        )


# Runs in a Python that has the SDK, for all cases: prints a line for each.
IN_PYTHON = """
import json, os, sys
if sys.argv[2] == "boto3":
    import botocore.session, botocore.utils as utils
    session = lambda: botocore.session.Session()
else:
    from awscli.clidriver import create_clidriver
    import awscli.botocore.utils as utils
    session = lambda: create_clidriver().session
for case in json.load(open(sys.argv[1])):
    os.environ.clear()
    os.environ.update(case["env"])
    fetcher = utils.ContainerMetadataFetcher
    fetcher.full_url = lambda self, path: sys.argv[3]
    fetcher.SLEEP_TIME = 0
    try:
        found = session().get_credentials()
        if found is None:
            print("nothing")
        elif found.method in ("assume-role", "assume-role-with-web-identity",
                              "sso", "login"):
            print(found.method)
        else:
            print(found.get_frozen_credentials().access_key)
    except Exception as e:
        print("error", type(e).__name__, str(e).replace("\\n", " ")[:200])
"""

IN_NODE = """
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { readFileSync } from "fs";
console.warn = () => {};
for (const c of JSON.parse(readFileSync(process.argv[2]))) {
  for (const name in process.env) delete process.env[name];
  Object.assign(process.env, c.env);
  try {
    const found = await defaultProvider({ timeout: 500, maxRetries: 0 })();
    console.log(found.accessKeyId);
  } catch (e) {
    console.log("error", e.name, String(e.message).replace(/\\n/g, " "));
  }
}
"""


def run(argv, **options):
    return subprocess.run(
        argv,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def lines(argv, **options):
    done = run(argv, **options)
    if done.returncode:
        sys.exit(f"{argv[0]}: {done.stderr}")
    return done.stdout.splitlines()


class Matrix:
    def __init__(self, home):
        self.home = Path(home) / "chains"
        self.home.mkdir()
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Peer)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        self.token = self.home / "token"
        self.token.write_text("FILE")
        # By its name it is taken for ours, and says whose it is.
        self.mairu = self.home / "bin/mairu"
        self.mairu.parent.mkdir()
        self.mairu.write_text(
            "#!/bin/sh\necho '"
            + json.dumps(
                {
                    "Version": 1,
                    "AccessKeyId": "AKMAIRU",
                    "SecretAccessKey": "s",
                    "SessionToken": "t",
                    "Expiration": FAR,
                }
            )
            + "'\n"
        )
        self.mairu.chmod(0o755)
        table = json.loads((HERE / "chains.json").read_text())
        self.cases = [self.case(i, row) for i, row in enumerate(table)]
        self.file = self.home / "cases.json"
        self.file.write_text(json.dumps(self.cases))

    def put(self, text):
        return text.replace("{token}", str(self.token)).replace(
            "{mairu}", str(self.mairu)
        )

    def case(self, i, row):
        """A directory of its own: the SDKs remember files by their paths."""
        at = self.home / str(i)
        at.mkdir()
        env = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(at),
            "LANG": "C.UTF-8",
            "AWS_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL_STS": self.url,
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": self.url
            + "/v1/credentials",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Bearer x",
        }
        for name, member in (
            ("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
            ("AWS_CONFIG_FILE", "config"),
        ):
            env[name] = str(at / member)
            text = "".join(f"{line}\n" for line in row.get(member, []))
            (at / member).write_text(self.put(text))
        for name, value in row.get("env", {}).items():
            if value is None:
                del env[name]
            else:
                env[name] = self.put(value)
        return {
            "name": row["name"],
            "env": env,
            "older": row.get("older", {}),
        }

    def verdicts(self, case):
        """What mairu says, by the name of the SDK."""
        done = run(
            ["mairu", "doctor", "--offline", "--json"],
            env={**case["env"], "PATH": os.environ["PATH"]},
            cwd=case["env"]["HOME"],
        )
        return {
            s["sdk"]: s["setting"] or s["source"]
            for s in json.loads(done.stdout)["sdks"]
        }

    def python(self, sdk):
        argv = [PYTHON, "-c", IN_PYTHON, str(self.file), sdk, self.url + "/ecs"]
        return lines(argv)

    def node(self, modules):
        script = Path(modules) / "chains.mjs"
        script.write_text(IN_NODE)
        return lines(["node", str(script), str(self.file)])

    def program(self, path):
        said = []
        for case in self.cases:
            done = run([path], env=case["env"], timeout=30)
            said.append(" ".join((done.stdout + done.stderr).split()))
        return said


def agrees(said, verdict):
    """Whether that is what an SDK says when it takes this."""
    word = said.split(" ")[0]
    word = METHODS.get(word, word)
    if word in KEYS:
        return verdict in KEYS[word]
    if word == "nothing":
        return verdict == "machine"
    if word in ("sso", "login"):
        return verdict.startswith(word)
    # There is no session, no such address, and no machine to be asked.
    if verdict.startswith("sso_"):
        return "sso" in said.lower()
    return verdict in ("fails", "machine", "login_session", "ecs")


def main():
    o = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    o.add_argument("--js")
    o.add_argument("--program", action="append", default=[])
    o.add_argument("sdk", nargs="*")
    options = o.parse_args()
    m = Matrix(os.environ["T"])
    said = {}
    for sdk in options.sdk:
        said[sdk] = (
            m.node(options.js) if sdk == "JavaScript" else m.python(sdk)
        )
    for program in options.program:
        name, path = program.split("=", 1)
        said[name] = m.program(path)
    bad = 0
    for i, case in enumerate(m.cases):
        verdicts = m.verdicts(case)
        for sdk, what in said.items():
            may = [verdicts[sdk], case["older"].get(sdk)]
            if not any(v and agrees(what[i], v) for v in may):
                bad += 1
                print(f"{case['name']}: {sdk}: {verdicts[sdk]}, but: {what[i]}")
    print(f"{len(m.cases)} cases, {len(said)} SDKs, {bad} differ")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
