"""A fake server that a test runs, asks and reads the journal of."""

import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def members(self):
        return json.loads(self.body)

    @property
    def callback(self):
        """Where the browser is sent, and with what."""
        to = urllib.parse.urlsplit(self.headers["Location"])
        return to, dict(urllib.parse.parse_qsl(to.query))


class Running:
    """One of the programs beside this file."""

    program = None

    def __init__(self, *options, **env):
        self.dir = tempfile.TemporaryDirectory()
        self.journal_path = os.path.join(self.dir.name, "journal")
        self.process = subprocess.Popen(
            [
                sys.executable,
                os.path.join(HERE, self.program),
                "--journal",
                self.journal_path,
                "--ends-after",
                "120",
                *options,
            ],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **env},
        )
        line = self.process.stdout.readline()
        found = re.fullmatch(r"ready (https?://127\.0\.0\.1:(\d+)/.*)\n", line)
        assert found, line
        self.url, self.port = found[1], int(found[2])

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()
        self.dir.cleanup()

    def ask(self, method, path, body=None, **headers):
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            c.putrequest(method, path, skip_accept_encoding=True)
            if body is not None:
                body = body.encode() if isinstance(body, str) else body
                c.putheader("Content-Length", str(len(body)))
            for name, value in headers.items():
                for one in value if isinstance(value, list) else [value]:
                    # One that holds a dash is written as it is sent.
                    sent = name if "-" in name else name.replace("_", "-")
                    c.putheader(sent, one)
            c.endheaders(body)
            return Answer(c.getresponse())
        finally:
            c.close()

    def control(self, **words):
        answer = self.ask("POST", "/_control", json.dumps(words))
        assert answer.status == 200, answer.body
        return answer.members

    def journal(self):
        with open(self.journal_path, encoding="utf-8") as f:
            return [json.loads(line) for line in f]
