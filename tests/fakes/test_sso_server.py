#!/usr/bin/env python3
"""The fake IAM Identity Center is one to AWS's own SDK."""

import json
import os
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

sys.dont_write_bytecode = True

import sso_model
import tap
from running import HERE
from sso_running import (
    CODE_CLIENT,
    DEVICE_CLIENT,
    DEVICE_CODE,
    FIRST,
    START,
    Case,
    Fake,
    boto3,
)


class Sdk(Case):
    """What AWS's own SDK makes of it."""

    def test_logs_in_with_a_device_and_goes_through_all_of_it(self):
        oidc, sso = self.fake.oidc, self.fake.sso
        client = oidc.register_client(**DEVICE_CLIENT)
        pair = {k: client[k] for k in ("clientId", "clientSecret")}
        life = client["clientSecretExpiresAt"] - client["clientIdIssuedAt"]
        self.assertEqual(life, 90 * 86400)
        begun = oidc.start_device_authorization(**pair, startUrl=START)
        self.assertEqual((begun["interval"], begun["expiresIn"]), (1, 600))
        asked = {
            **pair,
            "grantType": DEVICE_CODE,
            "deviceCode": begun["deviceCode"],
        }
        self.assertEqual(
            self.sdk_error(oidc.create_token, **asked),
            "AuthorizationPendingException",
        )
        uri = urllib.parse.urlsplit(begun["verificationUriComplete"])
        page = self.fake.ask("GET", f"{uri.path}?{uri.query}")
        self.assertEqual(page.status, 200)
        self.pass_by(1)
        tokens = oidc.create_token(**asked)
        self.assertEqual((tokens["tokenType"], tokens["expiresIn"]), ("Bearer", 3600))
        renewed = oidc.create_token(
            **pair,
            grantType="refresh_token",
            refreshToken=tokens["refreshToken"],
        )
        self.assertNotEqual(renewed["accessToken"], tokens["accessToken"])
        self.assertNotEqual(renewed["refreshToken"], tokens["refreshToken"])
        token = renewed["accessToken"]
        pages = sso.get_paginator("list_accounts").paginate(accessToken=token)
        accounts = [a for p in pages for a in p["accountList"]]
        self.assertEqual(len({a["accountId"] for a in accounts}), 7)
        self.assertEqual(accounts[0]["accountId"], FIRST)
        pages = sso.get_paginator("list_account_roles").paginate(
            accessToken=token,
            accountId=accounts[6]["accountId"],
            PaginationConfig={"PageSize": 2},
        )
        pages = list(pages)
        self.assertEqual([len(p["roleList"]) for p in pages], [2, 1])
        role = pages[1]["roleList"][0]
        given = sso.get_role_credentials(accessToken=token, **role)
        given = given["roleCredentials"]
        self.assertAlmostEqual(
            given["expiration"] / 1000, time.time() + 3600, delta=5
        )
        sts = boto3.client(
            "sts",
            "eu-west-1",
            endpoint_url=self.fake.url + "sts/",
            aws_access_key_id=given["accessKeyId"],
            aws_secret_access_key=given["secretAccessKey"],
            aws_session_token=given["sessionToken"],
        )
        who = sts.get_caller_identity()
        self.assertEqual(who["Account"], role["accountId"])
        sso.logout(accessToken=token)
        for call in sso.list_accounts, sso.logout:
            code = self.sdk_error(call, accessToken=token)
            self.assertEqual(code, "UnauthorizedException")
        code = self.sdk_error(
            oidc.create_token,
            **pair,
            grantType="refresh_token",
            refreshToken=renewed["refreshToken"],
        )
        self.assertEqual(code, "InvalidGrantException")
        self.assertEqual(self.fake.control()["refused"].get("none"), None)

    def test_logs_in_with_a_code(self):
        client = self.fake.oidc.register_client(**CODE_CLIENT)
        pair = {k: client[k] for k in ("clientId", "clientSecret")}
        tokens = self.fake.oidc.create_token(**self.fake.with_code(pair))
        token = tokens["accessToken"]
        self.fake.sso.list_accounts(accessToken=token, maxResults=100)

    def test_sees_each_error_of_each_operation(self):
        operations = {
            "register": (self.fake.oidc.register_client, DEVICE_CLIENT),
            "device": (
                self.fake.oidc.start_device_authorization,
                {"clientId": "x", "clientSecret": "x", "startUrl": START},
            ),
            "token": (
                self.fake.oidc.create_token,
                {"clientId": "x", "clientSecret": "x", "grantType": "x"},
            ),
            "accounts": (self.fake.sso.list_accounts, {"accessToken": "x"}),
            "account-roles": (
                self.fake.sso.list_account_roles,
                {"accessToken": "x", "accountId": FIRST},
            ),
            "credentials": (
                self.fake.sso.get_role_credentials,
                {"accessToken": "x", "accountId": FIRST, "roleName": "Dev"},
            ),
            "logout": (self.fake.sso.logout, {"accessToken": "x"}),
        }
        models, told = sso_model.find(), 0
        for at, (call, members) in operations.items():
            service = models[call.__self__.meta.service_model.service_name]
            name = call.__self__.meta.method_to_api_mapping[call.__name__]
            for error in service["operations"][name]["errors"]:
                kind = error["shape"]
                self.fake.control(error={"at": at, "type": kind, "times": 1})
                self.assertEqual(self.sdk_error(call, **members), kind)
                told += 1
        self.assertGreaterEqual(told, 30)
        error = {"at": "credentials", "type": "ForbiddenException", "times": 1}
        self.fake.control(error={**error, "text": "No access"})
        call, members = operations["credentials"]
        with self.assertRaisesRegex(Exception, "ForbiddenException.*No access"):
            call(**members)

    def test_finds_the_type_of_an_error_in_either_place(self):
        for style in "header", "body":
            self.set_for_now(error_type=style)
            answer = self.fake.portal("/assignment/accounts", "x")
            self.assertEqual(answer.status, 401)
            self.assertEqual(
                "x-amzn-ErrorType" in answer.headers, style == "header"
            )
            self.assertEqual("__type" in answer.members, style == "body")
            code = self.sdk_error(self.fake.sso.list_accounts, accessToken="x")
            self.assertEqual(code, "UnauthorizedException")


class Around(Case):
    def test_leads_from_a_vanity_host_to_the_start_url(self):
        for method in "GET", "HEAD":
            answer = self.fake.ask(method, "/vanity")
            self.assertEqual(answer.status, 302)
            self.assertEqual(answer.headers["Location"], START)
        for status in 405, 501:
            self.set_for_now(vanity_head=status)
            self.assertEqual(self.fake.ask("HEAD", "/vanity").status, status)
            self.assertEqual(self.fake.ask("GET", "/vanity").status, 302)

    def test_journal_has_no_secrets(self):
        tokens = self.fake.log_in()
        self.fake.portal("/assignment/accounts", tokens["accessToken"])
        with open(self.fake.journal_path, encoding="utf-8") as f:
            self.assertNotIn("CANARY", f.read())
        entry = self.fake.journal()[-1]
        self.assertAlmostEqual(entry["time"], time.monotonic(), delta=60)

    def test_refuses_wrong_words(self):
        for words in (
            {"error": {"at": "token", "type": "UnauthorizedException"}},
            {"error": {"at": "nowhere", "type": "SlowDownException"}},
            {"approve": "NOSU-CHCO"},
            {"fault": "assume-role:hang"},
            {"set": {"region": "x"}},
        ):
            answer = self.fake.ask("POST", "/_control", json.dumps(words))
            self.assertEqual(answer.status, 400, words)

    def test_is_described_as_servers_d_has_it(self):
        got = self.fake.ask("GET", "/_server").members
        self.assertEqual(
            got, {"url": START, "aws_sso": {"region": "eu-west-1"}}
        )


class Models(unittest.TestCase):
    def test_any_of_those_that_are_there_will_do(self):
        tried = 0
        for place in sso_model.places():
            if not all(sso_model.read(place, s) for s in sso_model.SERVICES):
                continue
            fake = Fake(SSO_MODELS=place)
            self.addCleanup(fake.stop)
            token = fake.log_in()["accessToken"]
            got = fake.portal("/assignment/accounts", token)
            self.assertEqual(got.status, 200)
            tried += 1
        self.assertGreater(tried, 0)

    def test_without_one_it_says_what_to_do(self):
        with tempfile.TemporaryDirectory() as d:
            done = subprocess.run(
                [sys.executable, os.path.join(HERE, "sso_server")],
                env={**os.environ, "SSO_MODELS": d},
                capture_output=True,
                text=True,
                timeout=20,
            )
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("Install python3-botocore", done.stderr)


if __name__ == "__main__":
    sys.exit(tap.main())
