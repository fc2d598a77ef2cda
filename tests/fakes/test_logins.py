"""Tests of the fake: secrets in forms, devices, renewal, revocation."""

import base64
import os
import re
import subprocess
import sys
import time

from asking import HERE, Case, Fake


class Post(Case):
    options = ("--login", "auto", "--client-auth", "post")
    options += ("--client-secret", "a&b=c", "--grants", "both")
    options += ("--refresh-token", "--revocation", "told")

    def test_takes_the_secret_in_the_form_everywhere(self):
        code = self.fake.code()
        answer = self.fake.token(code, client_secret="a&b=c")
        self.assertEqual(answer.status, 200)
        token = answer.members["refresh_token"]
        for answer in (
            self.fake.device(client_secret="a&b=c"),
            self.fake.refresh(token, client_secret="a&b=c"),
            self.fake.revoke(token, client_secret="a&b=c"),
        ):
            self.assertEqual(answer.status, 200, answer.body)

    def test_refuses_basic_another_secret_and_none(self):
        pair = base64.b64encode(b"mairu-test:a%26b%3Dc").decode()
        for headers, changes in (
            ({"Authorization": "Basic " + pair}, {"client_id": None}),
            ({"Authorization": "Basic " + pair}, {"client_secret": "a&b=c"}),
            ({}, {"client_secret": "x"}),
            ({}, {}),
        ):
            answer = self.fake.token(self.fake.code(), headers, **changes)
            self.grants_no(answer, "invalid_client", "")

    def test_the_file_says_so(self):
        oauth = self.fake.ask("GET", "/_server").members["oauth"]
        self.assertEqual(
            oauth["token_endpoint_auth_method"], "client_secret_post"
        )
        self.assertEqual(oauth["revocation_endpoint"], "oauth/revoke")
        self.assertEqual(oauth["device_grant"], {})


class Device(Case):
    # Tests do not wait between polls, but for the one about it.
    options = ("--grants", "both", "--interval", "0")

    def codes(self):
        got = self.fake.device().members
        return got["device_code"], got["user_code"]

    def test_gives_two_codes_and_a_page(self):
        answer = self.fake.device()
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        got = answer.members
        self.assertTrue(got["device_code"].startswith("CANARY"))
        self.assertRegex(got["user_code"], "^[B-Z]{4}-[B-Z]{4}$")
        self.assertEqual(
            got["verification_uri"], self.fake.url + "oauth/verify"
        )
        self.assertIn(
            "user_code=" + got["user_code"], got["verification_uri_complete"]
        )
        self.assertEqual(got["expires_in"], 600)
        self.assertEqual(got["interval"], 0)
        self.assertNotEqual(got["user_code"], self.codes()[1])

    def test_spells_and_leaves_out_as_some_servers_do(self):
        self.fake.control(
            set={
                "verification_name": "verification_url",
                "complete": False,
                "interval": None,
                "string_numbers": True,
            }
        )
        got = self.fake.device().members
        self.fake.control(
            set={
                "verification_name": "verification_uri",
                "complete": True,
                "interval": 0,
                "string_numbers": False,
            }
        )
        self.assertEqual(
            set(got),
            {"device_code", "user_code", "verification_url", "expires_in"},
        )
        self.assertEqual(got["expires_in"], "600")

    def test_refuses_another_client_scope_and_what_is_unknown(self):
        self.grants_no(
            self.fake.device(client_id="other"), "invalid_client", "unknown"
        )
        self.grants_no(
            self.fake.device(client_id=None), "invalid_client", "unknown"
        )
        self.grants_no(self.fake.device(scope="x"), "invalid_scope", "")
        self.grants_no(self.fake.device(scope=None), "invalid_scope", "")
        self.grants_no(self.fake.device(x="y"), "invalid_request", "x is")
        answer = self.fake.ask(
            "POST", "/oauth/device", "{}", Content_Type="application/json"
        )
        self.grants_no(answer, "invalid_request", "Content-Type")
        self.refused(self.fake.ask("GET", "/oauth/device"), 405)

    def test_a_device_waits_until_a_person_says_yes(self):
        code, user = self.codes()
        answer = self.fake.poll(code)
        self.assertEqual(answer.status, 400)
        self.assertEqual(answer.members["error"], "authorization_pending")
        self.assertNotIn("refused", self.fake.journal()[-1])
        self.fake.control(approve=user.lower().replace("-", " "))
        got = self.fake.poll(code).members
        self.assertEqual(self.fake.assume("Bearer " + got["access_token"]).status, 200)
        self.grants_no(self.fake.poll(code), "invalid_grant", "used before")

    def test_a_person_can_say_no(self):
        code, user = self.codes()
        self.fake.control(deny=user)
        self.grants_no(self.fake.poll(code), "access_denied", "no")
        answer = self.fake.ask("POST", "/_control", '{"approve": "%s"}' % user)
        self.assertEqual(answer.status, 400)

    def test_a_code_expires(self):
        code, user = self.codes()
        self.fake.control(expire="device")
        self.grants_no(self.fake.poll(code), "expired_token", "")
        answer = self.fake.ask("POST", "/_control", '{"approve": true}')
        self.assertEqual(answer.status, 400)

    def test_who_does_not_wait_is_told_to_and_counted(self):
        before = self.fake.control()["early"]
        self.fake.control(set={"interval": 30})
        code, user = self.codes()
        self.fake.control(set={"interval": 0})
        answer = self.fake.poll(code)
        self.assertEqual(answer.members["error"], "authorization_pending")
        self.fake.control(approve=user)
        for count in 1, 2:
            answer = self.fake.poll(code)
            self.assertEqual(answer.status, 400)
            self.assertEqual(answer.members["error"], "slow_down")
            self.assertIn("early", self.fake.journal()[-1])
            self.assertEqual(self.fake.control()["early"], before + count)
        # It takes five seconds more each time.
        self.assertIn("35 s", answer.members["error_description"])

    def test_refuses_what_is_missing_and_an_unknown_code(self):
        self.grants_no(
            self.fake.poll(None), "invalid_request", "device_code is missing"
        )
        self.grants_no(self.fake.poll("x"), "invalid_grant", "unknown")
        self.grants_no(
            self.fake.poll("x", scope="profile"), "invalid_request", "scope"
        )
        self.grants_no(
            self.fake.poll("x", client_id="other"), "invalid_client", ""
        )

    def test_says_no_with_200_when_it_shall(self):
        self.fake.control(set={"errors_200": True})
        try:
            code, user = self.codes()
            pending = self.fake.poll(code)
            unknown = self.fake.poll("x")
        finally:
            self.fake.control(set={"errors_200": False})
        self.assertEqual(pending.status, 200)
        self.assertEqual(pending.members["error"], "authorization_pending")
        self.assertEqual(unknown.status, 200)
        self.assertEqual(unknown.members["error"], "invalid_grant")

    def test_is_not_there_unless_it_shall_be(self):
        self.fake.control(set={"grants": "code"})
        try:
            self.refused(self.fake.device(), 404)
            self.refused(self.fake.ask("GET", "/oauth/verify"), 404)
            self.grants_no(self.fake.poll("x"), "unsupported_grant_type", "")
        finally:
            self.fake.control(set={"grants": "device"})
        try:
            self.grants_no(
                self.fake.token("x"), "unsupported_grant_type", ""
            )
        finally:
            self.fake.control(set={"grants": "both"})

    def browser(self, *options):
        done = subprocess.run(
            [sys.executable, os.path.join(HERE, "browser"), *options],
            capture_output=True,
            text=True,
            timeout=30,
        )
        return done.stdout

    def test_the_page_takes_a_code_that_is_typed(self):
        code, user = self.codes()
        url = self.fake.url + "oauth/verify"
        self.assertIn("is connected", self.browser("--code", user, url))
        self.assertEqual(self.fake.poll(code).status, 200)
        self.assertIn("wrong", self.browser("--code", user, url))

    def test_the_page_may_have_the_code_already(self):
        got = self.fake.device().members
        page = self.browser("--deny", got["verification_uri_complete"])
        self.assertIn("not connected", page)
        self.grants_no(
            self.fake.poll(got["device_code"]), "access_denied", ""
        )

    def test_the_page_needs_its_cookie(self):
        code, user = self.codes()
        page = self.fake.ask("GET", "/oauth/verify")
        csrf = re.search(r'name=csrf value="([^"]+)"', page.body.decode())[1]
        answer = self.fake.form(
            "/oauth/verify", csrf=csrf, user_code=user, decision="allow"
        )
        self.refused(answer, 400, "not what the page sends")
        self.assertEqual(
            self.fake.poll(code).members["error"], "authorization_pending"
        )


class Refresh(Case):
    options = ("--login", "auto", "--refresh-token")

    def login(self):
        got = self.fake.token(self.fake.code()).members
        return "Bearer " + got["access_token"], got["refresh_token"]

    def test_brings_a_new_token_each_time(self):
        bearer, token = self.login()
        self.assertTrue(token.startswith("CANARY"))
        answer = self.fake.refresh(token)
        self.assertEqual(answer.status, 200)
        got = answer.members
        self.assertNotEqual(got["refresh_token"], token)
        self.assertNotEqual("Bearer " + got["access_token"], bearer)
        for one in bearer, "Bearer " + got["access_token"]:
            self.assertEqual(self.fake.assume(one).status, 200)
        self.assertEqual(
            self.fake.refresh(got["refresh_token"]).status, 200
        )

    def test_a_token_that_comes_again_ends_the_login_and_is_counted(self):
        before = self.fake.control()["reused"]
        bearer, token = self.login()
        other = self.login()
        new = self.fake.refresh(token).members
        self.grants_no(
            self.fake.refresh(token), "invalid_grant", "used before"
        )
        self.assertTrue(self.fake.journal()[-1]["reused"])
        self.assertEqual(self.fake.control()["reused"], before + 1)
        self.grants_no(
            self.fake.refresh(new["refresh_token"]), "invalid_grant", "ended"
        )
        self.refused(self.fake.assume("Bearer " + new["access_token"]), 401)
        self.refused(self.fake.assume(bearer), 401)
        # Another login has nothing to do with it.
        self.assertEqual(self.fake.assume(other[0]).status, 200)
        self.assertEqual(self.fake.refresh(other[1]).status, 200)

    def test_without_rotation_a_token_goes_on(self):
        token = self.login()[1]
        for rotation, want in ("same", token), ("silent", None):
            self.fake.control(set={"rotation": rotation})
            try:
                for _ in range(2):
                    answer = self.fake.refresh(token)
                    self.assertEqual(answer.status, 200)
                    got = answer.members
                    self.assertEqual(got.get("refresh_token"), want)
            finally:
                self.fake.control(set={"rotation": "new"})

    def test_refuses_another_client_what_is_unknown_and_another_scope(self):
        token = self.login()[1]
        for changes, error in (
            ({"client_id": "other"}, "invalid_client"),
            ({"refresh_token": None}, "invalid_request"),
            ({"code": "x"}, "invalid_request"),
            ({"scope": "admin"}, "invalid_scope"),
            ({"refresh_token": "x"}, "invalid_grant"),
        ):
            self.grants_no(self.fake.refresh(token, **changes), error, "")
        # And none of that has used it up.
        self.assertEqual(
            self.fake.refresh(token, scope="profile").status, 200
        )

    def test_both_kinds_expire(self):
        bearer, token = self.login()
        self.fake.control(expire="access")
        self.refused(self.fake.assume(bearer), 401, "expired")
        bearer = "Bearer " + self.fake.refresh(token).members["access_token"]
        self.assertEqual(self.fake.assume(bearer).status, 200)
        token = self.login()[1]
        self.fake.control(expire="refresh")
        self.grants_no(self.fake.refresh(token), "invalid_grant", "expired")
        answer = self.fake.ask("POST", "/_control", '{"expire": "x"}')
        self.assertEqual(answer.status, 400)
        self.fake.control(set={"refresh_life": 0})
        try:
            answer = self.fake.refresh(self.login()[1])
        finally:
            self.fake.control(set={"refresh_life": 86400})
        self.grants_no(answer, "invalid_grant", "expired")

    def test_a_replayed_code_ends_the_login(self):
        code = self.fake.code()
        token = self.fake.token(code).members["refresh_token"]
        self.grants_no(self.fake.token(code), "invalid_grant", "used before")
        self.grants_no(self.fake.refresh(token), "invalid_grant", "ended")

    def test_numbers_can_be_strings(self):
        self.fake.control(set={"string_numbers": True, "token_life": 60})
        try:
            got = self.fake.token(self.fake.code()).members
        finally:
            self.fake.control(
                set={"string_numbers": False, "token_life": 28800}
            )
        self.assertEqual(got["expires_in"], "60")

    def test_can_be_slow(self):
        token = self.login()[1]
        self.fake.control(fault="token:slow,seconds=0.3,times=1")
        start = time.monotonic()
        self.assertEqual(self.fake.refresh(token).status, 200)
        self.assertGreater(time.monotonic() - start, 0.29)


class Revocation(Case):
    options = ("--login", "auto", "--refresh-token")
    options += ("--revocation", "metadata")
    METADATA = "/.well-known/oauth-authorization-server"

    def login(self):
        got = self.fake.token(self.fake.code()).members
        return "Bearer " + got["access_token"], got["refresh_token"]

    def test_the_refresh_token_ends_the_login(self):
        bearer, token = self.login()
        answer = self.fake.revoke(token, token_type_hint="refresh_token")
        self.assertEqual(answer.status, 200)
        self.assertEqual(self.fake.journal()[-1]["revoked"], "refresh")
        self.refused(self.fake.assume(bearer), 401)
        self.grants_no(self.fake.refresh(token), "invalid_grant", "ended")

    def test_an_access_token_ends_alone(self):
        bearer, token = self.login()
        self.assertEqual(self.fake.revoke(bearer[7:]).status, 200)
        self.assertEqual(self.fake.journal()[-1]["revoked"], "access")
        self.refused(self.fake.assume(bearer), 401)
        self.assertEqual(self.fake.refresh(token).status, 200)

    def test_a_token_that_there_is_not_is_fine(self):
        self.assertEqual(self.fake.revoke("x").status, 200)
        self.assertNotIn("revoked", self.fake.journal()[-1])

    def test_refuses_another_client_and_what_is_missing_or_unknown(self):
        for changes, error in (
            ({"client_id": "other"}, "invalid_client"),
            ({"token": None}, "invalid_request"),
            ({"x": "y"}, "invalid_request"),
            ({"token_type_hint": "x"}, "unsupported_token_type"),
        ):
            self.grants_no(self.fake.revoke("x", **changes), error, "")
        self.refused(self.fake.ask("GET", "/oauth/revoke"), 405)

    def test_the_document_says_where(self):
        got = self.fake.ask("GET", self.METADATA).members
        self.assertEqual(got["issuer"], self.fake.url.rstrip("/"))
        self.assertEqual(
            got["revocation_endpoint"], self.fake.url + "oauth/revoke"
        )
        oauth = self.fake.ask("GET", "/_server").members["oauth"]
        self.assertNotIn("revocation_endpoint", oauth)
        self.refused(self.fake.ask("POST", self.METADATA, ""), 405)
        self.refused(self.fake.ask("GET", self.METADATA + "/x"), 404)

    def test_the_document_lies_before_the_path(self):
        fake = Fake("--base", "/a/b/")
        self.addCleanup(fake.stop)
        got = fake.ask("GET", self.METADATA + "/a/b").members
        self.assertEqual(got["issuer"], fake.url.rstrip("/"))
        self.assertNotIn("revocation_endpoint", got)
        self.assertEqual(fake.ask("GET", self.METADATA).status, 404)

    def test_neither_is_there_unless_it_shall_be(self):
        self.fake.control(set={"revocation": "none", "metadata": False})
        try:
            self.refused(self.fake.revoke("x"), 404)
            self.refused(self.fake.ask("GET", self.METADATA), 404)
        finally:
            self.fake.control(
                set={"revocation": "metadata", "metadata": True}
            )
