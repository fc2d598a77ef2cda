#!/usr/bin/env python3
"""The portal of the fake IAM Identity Center refuses what the real one would, and
more calls than it takes."""

import sys
import time
import urllib.parse

sys.dont_write_bytecode = True

import tap
from sso_running import FIRST, REDIRECT, VERIFIER, Case


class Portal(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.token = cls.fake.log_in()["accessToken"]

    def get(self, path, token=None, **headers):
        return self.fake.portal(path, token or self.token, **headers)

    def test_lists_in_pages(self):
        seen, path = [], "/assignment/accounts?max_result=2"
        more = ""
        for size in 2, 2, 2, 1:
            got = self.get(path + more).members
            self.assertEqual(len(got["accountList"]), size)
            seen += [a["accountId"] for a in got["accountList"]]
            following = got["nextToken"]
            if following:
                more = "&next_token=" + urllib.parse.quote(following, safe="")
        self.assertIsNone(following)
        self.assertEqual(len(set(seen)), 7)
        # The token is for that list alone.
        other = f"/assignment/roles?account_id={FIRST}{more}"
        answer = self.get(other)
        self.portal_refuses(answer, 400, "InvalidRequestException", "nextToken")

    def test_takes_the_names_of_the_wire_and_no_other(self):
        for query, words in (
            ("max_result=0", "bounds"),
            ("max_result=101", "bounds"),
            ("max_result=x", "no number"),
            ("max_result=", "empty"),
            ("max_results=5", "unknown"),
            ("maxResults=5", "unknown"),
            ("max_result=5&max_result=5", "twice"),
            ("next_token=x", "nextToken"),
            ("next_token=", "empty"),
            ("account_id=" + FIRST, "unknown"),
            ("next_token=a+b", "encoded"),
            ("next_token=%4", "encoded"),
        ):
            answer = self.get("/assignment/accounts?" + query)
            self.portal_refuses(answer, 400, "InvalidRequestException", words)
        for path, words in (
            ("/assignment/roles", "accountId is missing"),
            ("/assignment/roles?accountId=" + FIRST, "unknown"),
            ("/assignment/roles?account_id=12", "invalid"),
            ("/federation/credentials?role_name=Dev", "accountId is missing"),
            ("/federation/credentials?account_id=" + FIRST, "roleName"),
        ):
            answer = self.get(path)
            self.portal_refuses(answer, 400, "InvalidRequestException", words)

    def test_wants_the_token_in_its_own_header_as_it_is(self):
        invalid = "Session token not found or invalid"
        accounts = "/assignment/accounts"
        for answer in (
            self.get(accounts, "Bearer " + self.token),
            self.get(accounts, "x"),
            self.fake.ask("GET", accounts),
        ):
            self.portal_refuses(answer, 401, "UnauthorizedException", invalid)
            self.assertEqual(answer.members["message"], invalid)
        for headers, words in (
            ({"Authorization": "Bearer " + self.token}, "Authorization"),
            ({"Content_Type": "application/json"}, "Content-Type"),
            ({"Cookie": "a=b"}, "Cookie"),
        ):
            answer = self.get(accounts, **headers)
            self.portal_refuses(answer, 400, "InvalidRequestException", words)
        answer = self.fake.portal(accounts, [self.token] * 2)
        self.portal_refuses(answer, 400, "InvalidRequestException", "twice")

    def test_gives_credentials_with_milliseconds(self):
        before = time.time()
        answer = self.get(
            f"/federation/credentials?role_name=Dev&account_id={FIRST}"
        )
        given = answer.members["roleCredentials"]
        self.assertEqual(
            set(given),
            {"accessKeyId", "secretAccessKey", "sessionToken", "expiration"},
        )
        self.assertEqual(given["expiration"] % 1000, 987)
        self.assertGreater(given["expiration"], (before + 3600) * 1000 - 2000)
        self.assertTrue(given["accessKeyId"].startswith("ASIAFAKEDEV"))

    def test_knows_who_may_not_and_what_is_not(self):
        self.set_for_now(forbidden=[FIRST + "/Ops"])
        path = "/federation/credentials?role_name={}&account_id={}"
        for role, account, status, kind, message in (
            ("Ops", FIRST, 403, "ForbiddenException", "No access"),
            ("dev", FIRST, 403, "ForbiddenException", "No access"),
            ("Dev", "0" * 12, 404, "ResourceNotFoundException", "Account not found"),
            ("Dev", "x", 400, "InvalidRequestException", "accountId is invalid"),
        ):
            answer = self.get(path.format(role, account))
            self.portal_refuses(answer, status, kind, message)
            self.assertEqual(answer.members["message"], message)

    def test_wants_an_access_scope(self):
        scopes = ["codewhisperer:completions"]
        client = self.fake.register(scopes=scopes)
        asked = self.fake.authorize(client, scopes=scopes[0]).callback[1]
        answer = self.fake.post(
            "/token",
            {
                **client,
                "grantType": "authorization_code",
                "code": asked["code"],
                "codeVerifier": VERIFIER,
                "redirectUri": REDIRECT,
            },
        )
        answer = self.get("/assignment/accounts", answer.members["accessToken"])
        self.portal_refuses(answer, 401, "UnauthorizedException")

    def test_logs_out_with_an_empty_post(self):
        token = self.fake.log_in()["accessToken"]
        bearer = {"x-amz-sso_bearer_token": token}
        answer = self.fake.ask("POST", "/logout", "{}", **bearer)
        self.portal_refuses(answer, 400, "InvalidRequestException", "body")
        self.assertEqual(self.fake.ask("GET", "/logout", **bearer).status, 405)
        answer = self.fake.ask("POST", "/logout", "", **bearer)
        self.assertEqual((answer.status, answer.body), (200, b""))
        answer = self.fake.ask("POST", "/logout", "", **bearer)
        self.portal_refuses(answer, 401, "UnauthorizedException")
        # With it ends what other logins have got.
        self.assertEqual(self.get("/assignment/accounts").status, 401)
        type(self).token = self.fake.log_in()["accessToken"]

    def test_tokens_end(self):
        self.set_for_now(token_life=1)
        tokens = self.fake.log_in()
        self.assertEqual(tokens["expiresIn"], 1)
        accounts = "/assignment/accounts"
        self.assertEqual(self.get(accounts, tokens["accessToken"]).status, 200)
        self.pass_by(1)
        self.assertEqual(self.get(accounts, tokens["accessToken"]).status, 401)


class Limit(Case):
    options = ("--rate", "5")

    def test_takes_so_many_calls_in_any_second(self):
        token = self.fake.log_in()["accessToken"]

        def ask():
            return self.fake.portal("/assignment/accounts", token)

        begun = time.monotonic()
        statuses = [ask().status for _ in range(7)]
        self.assertEqual(statuses, [200] * 5 + [429] * 2)
        answer = ask()
        self.portal_refuses(answer, 429, "TooManyRequestsException")
        self.assertEqual(answer.members["message"], "HTTP 429 Unknown Code")
        self.assertEqual(self.fake.journal()[-1]["in_window"], 5)
        while ask().status == 429:
            pass
        self.assertAlmostEqual(time.monotonic() - begun, 1, delta=0.3)
        told = self.fake.control()
        self.assertEqual(told["peak"], 5)
        self.assertGreaterEqual(told["limited"], 3)


if __name__ == "__main__":
    sys.exit(tap.main())
