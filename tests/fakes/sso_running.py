"""The fake IAM Identity Center as its own tests have it: running, asked by AWS's
SDK and by hand, and with what its refusals have to look like."""

import json
import os
import sys
import time
import unittest
import urllib.parse

# The one of Debian, for a python3 that is not.
sys.path.append("/usr/lib/python3/dist-packages")

import boto3
import botocore
import botocore.config
import botocore.exceptions
import botocore.session

import sso_model
from running import Running
from sso_oidc import DEVICE_CODE

START = "https://contoso.awsapps.com/start"
REGISTERED = "http://127.0.0.1/oauth/callback"
REDIRECT = "http://127.0.0.1:4711/oauth/callback"
# The example of RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
STATE = "s" * 43
SCOPES = ["sso:account:access"]
FIRST = "123456789012"
CODE_CLIENT = {
    "clientName": "mairu-contoso",
    "clientType": "public",
    "scopes": SCOPES,
    "grantTypes": ["authorization_code", "refresh_token"],
    "redirectUris": [REGISTERED],
    "issuerUrl": START,
}
DEVICE_CLIENT = {
    "clientName": "mairu-contoso",
    "clientType": "public",
    "scopes": SCOPES,
}


def without(members, *names):
    return {k: v for k, v in members.items() if k not in names}


class Fake(Running):
    """A running server, and clients of both of its services."""

    program = "sso_server"

    def __init__(self, *options, **env):
        super().__init__(*options, **env)
        # An older SDK would not send what came later.
        for name, model in sso_model.find().items():
            place = os.path.join(self.dir.name, "models", name, "2019-06-10")
            os.makedirs(place)
            with open(os.path.join(place, "service-2.json"), "w") as f:
                json.dump(model, f)
        self.oidc, self.sso = self.client("sso-oidc"), self.client("sso")

    def client(self, service):
        core = botocore.session.Session()
        core.set_config_variable(
            "data_path", os.path.join(self.dir.name, "models")
        )
        return boto3.Session(botocore_session=core).client(
            service,
            "eu-west-1",
            endpoint_url=self.url,
            config=botocore.config.Config(
                signature_version=botocore.UNSIGNED,
                retries={"total_max_attempts": 1},
            ),
        )

    def post(self, path, members, **headers):
        text = members if isinstance(members, str) else json.dumps(members)
        headers = {"Content_Type": "application/json", **headers}
        return self.ask("POST", path, text, **headers)

    def register(self, **changes):
        got = self.post("/client/register", {**CODE_CLIENT, **changes}).members
        return {k: got[k] for k in ("clientId", "clientSecret")}

    def device_client(self):
        got = self.post("/client/register", DEVICE_CLIENT).members
        return {k: got[k] for k in ("clientId", "clientSecret")}

    def authorize(self, client, **changes):
        asked = {
            "response_type": "code",
            "client_id": client["clientId"],
            "redirect_uri": REDIRECT,
            "state": STATE,
            "code_challenge_method": "S256",
            "scopes": "sso:account:access",
            "code_challenge": CHALLENGE,
            **changes,
        }
        asked = {k: v for k, v in asked.items() if v is not None}
        query = urllib.parse.urlencode(asked, quote_via=urllib.parse.quote)
        return self.ask("GET", "/authorize?" + query)

    def with_code(self, client):
        """What /token wants of a login with a code."""
        return {
            **client,
            "grantType": "authorization_code",
            "code": self.authorize(client).callback[1]["code"],
            "codeVerifier": VERIFIER,
            "redirectUri": REDIRECT,
        }

    def log_in(self, client=None):
        answer = self.post("/token", self.with_code(client or self.register()))
        assert answer.status == 200, answer.body
        return answer.members

    def start(self, client):
        asked = {**client, "startUrl": START}
        return self.post("/device_authorization", asked).members

    def portal(self, path, token, **headers):
        return self.ask(
            "GET", path, **{"x-amz-sso_bearer_token": token, **headers}
        )


class Case(unittest.TestCase):
    options = ("--rate", "0", "--accounts", "7", "--roles", "3", "--page", "3")

    @classmethod
    def setUpClass(cls):
        cls.fake = Fake(*cls.options)
        cls.addClassCleanup(cls.fake.stop)

    def tearDown(self):
        self.fake.control(clear=True)

    def set_for_now(self, **settings):
        before = {"rate": 0, "rotate": "new", "token_life": 3600}
        before.update(client_life=90 * 86400, code_life=60, device_life=600)
        before.update(mixed="500", session_life=28800, error_type="both")
        before.update(forbidden=[], vanity_head=302, ahead=0)
        self.fake.control(set=settings)
        self.addCleanup(self.fake.control, set={k: before[k] for k in settings})

    def pass_by(self, seconds):
        """Lets so much time pass for the server, from when the test began."""
        self.ahead = getattr(self, "ahead", 0) + seconds
        self.set_for_now(ahead=self.ahead)

    def oidc_refuses(self, answer, kind, words=""):
        """An error of the OIDC service, in all of its form."""
        model = sso_model.find()["sso-oidc"]["shapes"][kind]
        self.assertEqual(answer.status, model["error"]["httpStatusCode"])
        self.assertEqual(
            answer.headers["x-amzn-ErrorType"],
            f"{kind}:http://internal.amazon.com/coral/com.amazonaws.sso.oidc/",
        )
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        self.assertEqual(set(answer.members), {"error", "error_description"})
        self.assertIn("refused", self.fake.journal()[-1])
        self.assertIn(words, self.fake.journal()[-1]["refused"])

    def portal_refuses(self, answer, status, kind, words=""):
        self.assertEqual(answer.status, status, answer.body)
        self.assertTrue(
            answer.headers["x-amzn-ErrorType"].startswith(kind + ":")
        )
        self.assertTrue(answer.members["__type"].endswith("#" + kind))
        self.assertIn(words, self.fake.journal()[-1]["refused"])

    def sdk_error(self, call, *args, **members):
        """The code of the error that the SDK raises, and its answer."""
        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            call(*args, **members)
        return caught.exception.response["Error"]["Code"]
