"""What the tests of the fake share: a server that runs, requests to it as a
client makes them, and what they come back with."""

import json
import unittest
import urllib.parse

from running import HERE, Running  # noqa: F401

REDIRECT = "http://127.0.0.1:4711/oauth2callback"
# The example of RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
STATE = "s" * 43
FORM = "application/x-www-form-urlencoded"
AUTHORIZE = {
    "response_type": "code",
    "client_id": "mairu-test",
    "redirect_uri": REDIRECT,
    "scope": "profile",
    "state": STATE,
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
DEV = "123456789012/Dev"


class Fake(Running):
    """A running server."""

    program = "credential_server"

    def authorize(self, **changes):
        asked = {**AUTHORIZE, **changes}
        asked = {k: v for k, v in asked.items() if v is not None}
        return self.ask(
            "GET", "/oauth/authorize?" + urllib.parse.urlencode(asked)
        )

    def code(self, **changes):
        return self.authorize(**changes).callback[1]["code"]

    def token(self, code, headers=None, **changes):
        asked = {
            "grant_type": "authorization_code",
            "client_id": "mairu-test",
            "redirect_uri": REDIRECT,
            "code": code,
            "code_verifier": VERIFIER,
            **changes,
        }
        asked = {k: v for k, v in asked.items() if v is not None}
        return self.ask(
            "POST",
            "/oauth/token",
            urllib.parse.urlencode(asked),
            **{"Content_Type": FORM, **(headers or {})},
        )

    def form(self, path, **fields):
        fields = {"client_id": "mairu-test", **fields}
        fields = {k: v for k, v in fields.items() if v is not None}
        text = urllib.parse.urlencode(fields)
        return self.ask("POST", path, text, Content_Type=FORM)

    def device(self, **changes):
        return self.form("/oauth/device", **{"scope": "profile", **changes})

    def poll(self, code, **changes):
        return self.form(
            "/oauth/token",
            **{"grant_type": DEVICE_GRANT, "device_code": code, **changes},
        )

    def refresh(self, token, **changes):
        return self.form(
            "/oauth/token",
            **{
                "grant_type": "refresh_token",
                "refresh_token": token,
                **changes,
            },
        )

    def revoke(self, value, **changes):
        return self.form("/oauth/revoke", **{"token": value, **changes})

    def bearer(self):
        return "Bearer " + self.token(self.code()).members["access_token"]

    def assume(self, bearer, body=None, **headers):
        headers = {"Content_Type": "application/json", **headers}
        if bearer:
            headers["Authorization"] = bearer
        text = json.dumps({"Role": DEV}) if body is None else body
        return self.ask("POST", "/assume-role", text, **headers)


class Case(unittest.TestCase):
    """One server for all tests of a class, without a login page."""

    options = ("--login", "auto")

    @classmethod
    def setUpClass(cls):
        cls.fake = Fake(*cls.options)
        cls.addClassCleanup(cls.fake.stop)

    def tearDown(self):
        self.fake.control(clear=True)

    def refused(self, answer, status, words=""):
        self.assertEqual(answer.status, status, answer.body)
        self.assertIn("refused", self.fake.journal()[-1])
        self.assertIn(words, self.fake.journal()[-1]["refused"])

    def grants_no(self, answer, error, words):
        self.refused(answer, 401 if error == "invalid_client" else 400, words)
        self.assertEqual(answer.members["error"], error)
