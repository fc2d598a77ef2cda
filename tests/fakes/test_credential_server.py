#!/usr/bin/env python3
"""The fake credential server refuses what a strict one would, and its faults
are those that it is asked for."""

import base64
import datetime
import hashlib
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

sys.dont_write_bytecode = True

import tap
from asking import (
    AUTHORIZE,
    CHALLENGE,
    DEV,
    FORM,
    HERE,
    REDIRECT,
    STATE,
    VERIFIER,
    Case,
    Fake,
)

# Theirs are run here too.
from test_logins import Device, Post, Refresh, Revocation  # noqa: F401

class Authorize(Case):
    def test_sends_the_browser_back_with_code_and_state(self):
        answer = self.fake.authorize()
        self.assertEqual(answer.status, 303)
        to, got = answer.callback
        self.assertEqual(to._replace(query="").geturl(), REDIRECT)
        self.assertEqual(set(got), {"code", "state"})
        self.assertEqual(got["state"], STATE)
        self.assertTrue(got["code"].startswith("CANARY"))
        self.assertNotEqual(got["code"], self.fake.code())

    def test_takes_loopback_with_any_port(self):
        for host in "127.0.0.1", "localhost":
            for port in 1, 1024, 65535:
                uri = f"http://{host}:{port}/oauth2callback"
                answer = self.fake.authorize(redirect_uri=uri)
                self.assertTrue(
                    answer.headers["Location"].startswith(uri + "?")
                )

    def test_never_redirects_to_another_place(self):
        for uri in (
            "https://127.0.0.1:4711/oauth2callback",
            "http://127.0.0.1/oauth2callback",
            "http://127.0.0.1:0/oauth2callback",
            "http://127.0.0.1:65536/oauth2callback",
            "http://127.0.0.1:4711/oauth2callback/",
            "http://127.0.0.1:4711/oauth2callback?x=1",
            "http://127.0.0.1:4711/oauth2callback#x",
            "http://127.0.0.1:4711/",
            "http://127.0.0.2:4711/oauth2callback",
            "http://[::1]:4711/oauth2callback",
            "http://a@127.0.0.1:4711/oauth2callback",
            "http://127.0.0.1.example.com:4711/oauth2callback",
            "http://LOCALHOST:4711/oauth2callback",
            None,
        ):
            answer = self.fake.authorize(redirect_uri=uri)
            self.refused(answer, 400, "redirect_uri")
            self.assertIsNone(answer.headers["Location"], uri)
        self.refused(self.fake.authorize(client_id="other"), 400, "client_id")
        self.refused(self.fake.authorize(client_id=None), 400, "client_id")

    def test_tells_the_client_what_is_wrong(self):
        for changes, error, words in (
            ({"response_type": None}, "invalid_request", "response_type"),
            ({"response_type": "token"}, "unsupported_response_type", ""),
            ({"scope": None}, "invalid_request", "scope"),
            ({"scope": "profile admin"}, "invalid_scope", "scope"),
            ({"state": None}, "invalid_request", "state"),
            ({"state": "short"}, "invalid_request", "guessed"),
            ({"code_challenge": None}, "invalid_request", "code_challenge"),
            ({"code_challenge": CHALLENGE + "="}, "invalid_request", "S256"),
            ({"code_challenge_method": None}, "invalid_request", "method"),
            ({"code_challenge_method": "plain"}, "invalid_request", "S256"),
            ({"prompt": "login"}, "invalid_request", "prompt is unknown"),
        ):
            answer = self.fake.authorize(**changes)
            self.refused(answer, 303, words)
            got = answer.callback[1]
            self.assertEqual(got["error"], error, changes)
            self.assertNotIn("code", got)
            self.assertEqual(got.get("state"), changes.get("state", STATE) or None)

    def test_refuses_what_is_there_twice_or_empty_or_not_encoded(self):
        path = "/oauth/authorize?" + urllib.parse.urlencode(AUTHORIZE)
        for more in "&state=" + STATE, "&x=", "&x", "&x=%4", "&x=a b", "&x=\xe9":
            c = socket.create_connection(("127.0.0.1", self.fake.port), 10)
            with c:
                host = f"127.0.0.1:{self.fake.port}"
                head = f"GET {path}{more} HTTP/1.1\r\nHost: {host}\r\n\r\n"
                c.sendall(head.encode())
                self.assertIn(b" 400 ", c.recv(4096), more)

    def test_refuses_other_methods(self):
        answer = self.fake.ask("POST", "/oauth/authorize", "")
        self.refused(answer, 405)
        self.assertEqual(answer.headers["Allow"], "GET")


class Token(Case):
    def test_gives_a_token_for_a_code(self):
        answer = self.fake.token(self.fake.code())
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        got = answer.members
        self.assertTrue(got["access_token"].startswith("CANARY"))
        self.assertEqual(got["token_type"], "Bearer")
        self.assertEqual(got["expires_in"], 28800)
        self.assertEqual(got["scope"], "profile")
        self.assertNotIn("refresh_token", got)

    def test_takes_a_code_once_and_then_voids_what_it_gave(self):
        code = self.fake.code()
        bearer = "Bearer " + self.fake.token(code).members["access_token"]
        self.assertEqual(self.fake.assume(bearer).status, 200)
        self.grants_no(self.fake.token(code), "invalid_grant", "used before")
        self.refused(self.fake.assume(bearer), 401)

    def test_a_code_expires(self):
        self.fake.control(set={"code_life": 0})
        try:
            answer = self.fake.token(self.fake.code())
        finally:
            self.fake.control(set={"code_life": 60})
        self.grants_no(answer, "invalid_grant", "expired")

    def test_the_path_of_the_redirect_uri_is_the_registered_one(self):
        usual = {"redirect_path": "/oauth2callback"}
        self.addCleanup(self.fake.control, set=usual)
        self.fake.control(set={"redirect_path": "/back/here"})
        for path in ("/oauth2callback", "/back/here/", "/back", "/back/here?a=b"):
            uri = f"http://127.0.0.1:1/{path[1:]}"
            answer = self.fake.authorize(redirect_uri=uri)
            self.refused(answer, 400, "redirect_uri")
        uri = "http://127.0.0.1:1/back/here"
        self.assertEqual(self.fake.authorize(redirect_uri=uri).status, 303)

    def test_the_redirect_uri_is_that_of_authorize(self):
        for uri in REDIRECT.replace("4711", "4712"), REDIRECT.replace(
            "127.0.0.1", "localhost"
        ):
            answer = self.fake.token(self.fake.code(), redirect_uri=uri)
            self.grants_no(answer, "invalid_grant", "redirect_uri")

    def test_the_verifier_fits_the_challenge(self):
        self.assertEqual(
            base64.urlsafe_b64encode(
                hashlib.sha256(VERIFIER.encode()).digest()
            ).rstrip(b"="),
            CHALLENGE.encode(),
        )
        answer = self.fake.token(self.fake.code(), code_verifier="a" * 43)
        self.grants_no(answer, "invalid_grant", "does not fit")

    def test_the_verifier_has_43_to_128_unreserved_characters(self):
        for verifier in "a" * 42, "a" * 129, "a" * 43 + "=", "a" * 43 + "+":
            answer = self.fake.token(self.fake.code(), code_verifier=verifier)
            self.grants_no(answer, "invalid_request", "unreserved")

    def test_refuses_what_is_missing_unknown_or_twice(self):
        for changes, words in (
            ({"grant_type": None}, "grant_type"),
            ({"code": None}, "code"),
            ({"redirect_uri": None}, "redirect_uri"),
            ({"code_verifier": None}, "code_verifier"),
            ({"scope": "profile"}, "scope is unknown"),
            ({"client_id": ""}, "empty"),
        ):
            answer = self.fake.token(
                **{"code": self.fake.code(), **changes}
            )
            self.grants_no(answer, "invalid_request", words)
        text = "grant_type=authorization_code&grant_type=authorization_code"
        answer = self.fake.ask("POST", "/oauth/token", text, Content_Type=FORM)
        self.grants_no(answer, "invalid_request", "twice")

    def test_refuses_another_grant_and_an_unknown_code(self):
        answer = self.fake.token("x", grant_type="password")
        self.grants_no(answer, "unsupported_grant_type", "")
        self.grants_no(self.fake.token("x"), "invalid_grant", "unknown")

    def test_refuses_another_content_type_a_query_and_get(self):
        for kind in FORM + "; charset=utf-8", "application/json", [FORM, FORM]:
            answer = self.fake.token(
                self.fake.code(), {"Content_Type": kind}
            )
            self.grants_no(answer, "invalid_request", "Content-Type")
        answer = self.fake.ask(
            "POST", "/oauth/token?a=b", "a=b", Content_Type=FORM
        )
        self.grants_no(answer, "invalid_request", "query")
        self.refused(self.fake.ask("GET", "/oauth/token"), 405)

    def test_refuses_a_client_that_is_another(self):
        code = self.fake.code()
        for changes in (
            {"client_id": "other"},
            {"client_id": None},
            {"client_secret": "x"},
        ):
            answer = self.fake.token(code, **changes)
            self.grants_no(answer, "invalid_client", "")
        answer = self.fake.token(code, {"Authorization": "Basic eDp5"})
        self.grants_no(answer, "invalid_client", "no authorization")
        # And none of that has used the code up.
        self.assertEqual(self.fake.token(code).status, 200)


class Basic(Case):
    SECRET = "CANARY a:b/+%&é"
    options = ("--login", "auto", "--client-auth", "basic")
    options += ("--client-id", "mairu-test", "--client-secret", SECRET)

    def token(self, pair, **changes):
        text = "Basic " + base64.b64encode(pair.encode()).decode()
        changes = {"client_id": None, **changes}
        return self.fake.token(
            self.fake.code(), {"Authorization": text}, **changes
        )

    def test_takes_id_and_secret_form_urlencoded(self):
        secret = urllib.parse.quote_plus(self.SECRET)
        self.assertEqual(self.token("mairu-test:" + secret).status, 200)
        secret = urllib.parse.quote(self.SECRET, safe="")
        self.assertEqual(self.token("mairu-test:" + secret).status, 200)

    def test_refuses_anything_else(self):
        right = "mairu-test:" + urllib.parse.quote_plus(self.SECRET)
        for answer, words in (
            (self.token("mairu-test:" + self.SECRET), ""),
            (self.token("mairu-test:wrong"), "secret"),
            (self.token("other:" + right.partition(":")[2]), "unknown"),
            (self.token(right, client_id="mairu-test"), "twice"),
            (self.token(right, client_secret="x"), "twice"),
            (self.fake.token(self.fake.code(), client_id=None), "Basic"),
        ):
            self.assertEqual(answer.status, 401)
            self.assertEqual(answer.members["error"], "invalid_client")
            self.assertIn("Basic", answer.headers["WWW-Authenticate"])
            self.assertIn(words, answer.members["error_description"])


class AssumeRole(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bearer = cls.fake.bearer()

    def test_gives_credentials_that_can_be_recognised(self):
        one = self.fake.assume(self.bearer)
        self.assertEqual(one.headers["Content-Type"], "application/json")
        one, two = one.members, self.fake.assume(self.bearer).members
        self.assertEqual(one["Version"], 1)
        self.assertRegex(one["AccessKeyId"], "^ASIAFAKEDEVXXXXX[0-9]{4}$")
        self.assertRegex(one["SecretAccessKey"], "^CANARY.{34}$")
        self.assertRegex(one["SessionToken"], "^CANARY")
        self.assertRegex(
            one["Expiration"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"
        )
        left = seconds_left(one["Expiration"])
        self.assertTrue(3590 < left <= 3600, left)
        for name in "AccessKeyId", "SecretAccessKey", "SessionToken":
            self.assertNotEqual(one[name], two[name])
        other = json.dumps({"Role": "210987654321/ReadOnly"})
        got = self.fake.assume(self.bearer, other).members
        self.assertRegex(got["AccessKeyId"], "^ASIAFAKEREADONLY[0-9]{4}$")

    def test_unknown_and_forbidden_roles_are_texts(self):
        for role, status in ("no/Such", 404), ("123456789012/Admin", 403):
            answer = self.fake.assume(self.bearer, json.dumps({"Role": role}))
            self.refused(answer, status, "role")
            self.assertEqual(answer.headers["Content-Type"], "text/plain")
            self.assertTrue(answer.body.endswith(b"role\n"))

    def test_refuses_every_other_authorization(self):
        token = self.bearer[7:]
        for other in (
            None,
            "Bearer wrong",
            token,
            "bearer " + token,
            "Bearer  " + token,
            "Basic " + token,
            [self.bearer, self.bearer],
        ):
            answer = self.fake.assume(other)
            self.refused(answer, 401)
            self.assertIn("Bearer", answer.headers["WWW-Authenticate"])

    def test_tokens_expire_and_can_be_revoked(self):
        self.fake.control(set={"token_life": 0})
        try:
            self.refused(self.fake.assume(self.fake.bearer()), 401, "expired")
        finally:
            self.fake.control(set={"token_life": 60})
        bearer = self.fake.bearer()
        self.fake.control(revoke=True)
        self.refused(self.fake.assume(bearer), 401, "unknown")
        type(self).bearer = self.fake.bearer()

    def test_refuses_a_body_that_is_not_role_alone(self):
        for body in (
            "",
            "{",
            "[]",
            "{}",
            '{"Role":1}',
            '{"Role":""}',
            '{"role":"123456789012/Dev"}',
            '{"Role":"123456789012/Dev","Role":"123456789012/Dev"}',
            '{"Role":"123456789012/Dev","More":1}',
            b'{"Role":"\xff"}',
        ):
            self.refused(self.fake.assume(self.bearer, body), 400)

    def test_refuses_another_content_type_method_query_and_path(self):
        kind = "application/json; charset=utf-8"
        answer = self.fake.assume(self.bearer, Content_Type=kind)
        self.refused(answer, 400, "Content-Type")
        answer = self.fake.ask("GET", "/assume-role")
        self.refused(answer, 405)
        self.assertEqual(answer.headers["Allow"], "POST")
        for path in "/assume-role/", "/x", "//assume-role":
            self.refused(self.fake.ask("POST", path, "x"), 404)
        answer = self.fake.ask(
            "POST",
            "/assume-role?a=b",
            '{"Role":"r"}',
            Authorization=self.bearer,
            Content_Type="application/json",
        )
        self.refused(answer, 400, "query")

    def test_refuses_bodies_without_a_length_and_too_large_ones(self):
        answer = self.fake.ask(
            "POST", "/assume-role", Authorization=self.bearer
        )
        self.refused(answer, 411)
        self.refused(self.fake.assume(self.bearer, "x" * 70000), 413)

    def test_refuses_a_host_that_is_another(self):
        c = socket.create_connection(("127.0.0.1", self.fake.port), 10)
        with c:
            c.sendall(b"GET /roles HTTP/1.1\r\nHost: example.com\r\n\r\n")
            self.assertIn(b" 421 ", c.recv(4096))

    def test_lists_roles(self):
        answer = self.fake.ask("GET", "/roles", Authorization=self.bearer)
        names = [r["Name"] for r in answer.members["Roles"]]
        self.assertEqual(names[0], DEV)
        self.assertIn("Description", answer.members["Roles"][1])
        self.refused(self.fake.ask("GET", "/roles"), 401)
        self.refused(self.fake.ask("POST", "/roles", ""), 405)

    def test_the_journal_holds_no_secret(self):
        self.fake.assume(self.bearer)
        with open(self.fake.journal_path, encoding="utf-8") as f:
            text = f.read()
        for secret in "CANARY", STATE, VERIFIER, CHALLENGE:
            self.assertNotIn(secret, text)
        last = self.fake.journal()[-1]
        self.assertEqual(last["at"], "assume-role")
        self.assertEqual(last["role"], DEV)
        self.assertEqual(last["status"], 200)


def seconds_left(text):
    when = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return when.timestamp() - time.time()


class Faults(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bearer = cls.fake.bearer()

    def assume(self, fault):
        self.fake.control(clear=True, fault="assume-role:" + fault)
        return self.fake.assume(self.bearer)

    def raw(self, fault):
        """The bytes of an answer; the last is what ended it."""
        self.fake.control(clear=True, fault="roles:" + fault)
        got = b""
        c = socket.create_connection(("127.0.0.1", self.fake.port), 10)
        with c:
            head = (
                f"GET /roles HTTP/1.1\r\nHost: 127.0.0.1:{self.fake.port}\r\n"
                f"Authorization: {self.bearer}\r\nConnection: close\r\n\r\n"
            )
            c.sendall(head.encode())
            try:
                while data := c.recv(65536):
                    got += data
            except ConnectionResetError:
                return got, "reset"
        return got, "end"

    def test_status_with_retry_after_so_many_times(self):
        fault = "status,status=429,retry_after=7,body=slow,times=2"
        for answer in self.assume(fault), self.fake.assume(self.bearer):
            self.assertEqual(answer.status, 429)
            self.assertEqual(answer.headers["Retry-After"], "7")
            self.assertEqual(answer.body, b"slow")
        self.assertEqual(self.fake.assume(self.bearer).status, 200)

    def test_redirect(self):
        answer = self.assume("redirect,to=http://127.0.0.1:1/x,status=307")
        self.assertEqual(answer.status, 307)
        self.assertEqual(answer.headers["Location"], "http://127.0.0.1:1/x")

    def test_bodies(self):
        self.assertEqual(self.assume("empty").body, b"")
        self.assertIn(b"<h1>", self.assume("garbage").body)
        with self.assertRaises(ValueError):
            self.assume("truncated").members
        answer = self.assume("huge")
        self.assertEqual(len(answer.body), 50_000_000)
        self.assertIn("AccessKeyId", answer.members)
        self.assertEqual(len(self.assume("huge,size=9000").body), 9000)
        answer = self.assume("type,type=text/html")
        self.assertEqual(answer.headers["Content-Type"], "text/html")

    def test_members(self):
        self.assertEqual(self.assume("types").members["AccessKeyId"], 17)
        got = self.assume("missing,member=SessionToken").members
        self.assertNotIn("SessionToken", got)
        self.assertIsNone(
            self.assume("set,member=SecretAccessKey,value=null").members[
                "SecretAccessKey"
            ]
        )

    def test_expirations(self):
        text = self.assume("expired").members["Expiration"]
        self.assertLess(seconds_left(text), -50)
        text = self.assume("zone").members["Expiration"]
        self.assertTrue(text.endswith("+05:30"))
        self.assertTrue(3590 < seconds_left(text) <= 3600)
        text = self.assume("no-zone").members["Expiration"]
        self.assertRegex(text, r"T\d\d:\d\d:\d\d$")
        self.fake.control(clear=True, set={"life": 90, "no_cache": True})
        got = self.fake.assume(self.bearer).members
        self.fake.control(set={"life": 3600, "no_cache": False})
        self.assertTrue(80 < seconds_left(got["Expiration"]) <= 90)
        self.assertEqual(got["Mairu"], {"NoCache": True})

    def test_date(self):
        text = self.assume("date,seconds=-7200").headers.get_all("Date")
        self.assertEqual(len(text), 1)
        when = datetime.datetime.strptime(text[0], "%a, %d %b %Y %H:%M:%S GMT")
        when = when.replace(tzinfo=datetime.timezone.utc).timestamp()
        self.assertAlmostEqual(time.time() - when, 7200, delta=20)

    def test_transfers(self):
        self.assertEqual(self.raw("close"), (b"", "end"))
        whole = self.raw("slow,seconds=0.1")[0]
        got, end = self.raw("half")
        self.assertEqual(end, "end")
        self.assertLess(len(got), len(whole))
        self.assertEqual(self.raw("reset")[1], "reset")
        self.assertEqual(self.raw("drip,seconds=0.1")[0][-9:], whole[-9:])
        got = self.raw("chunked")[0]
        self.assertIn(b"Transfer-Encoding: chunked", got)
        self.assertTrue(got.endswith(b"\r\n0\r\n\r\n"))

    def test_hang_and_hold(self):
        for do in "hang", "hold":
            self.fake.control(clear=True, fault="roles:" + do)
            c = socket.create_connection(("127.0.0.1", self.fake.port), 10)
            with c:
                c.sendall(
                    f"GET /roles HTTP/1.1\r\nHost: 127.0.0.1:{self.fake.port}"
                    f"\r\nAuthorization: {self.bearer}\r\n\r\n".encode()
                )
                until = time.monotonic() + 10
                while self.fake.control()["holding"] != 1 + (do == "hold"):
                    self.assertLess(time.monotonic(), until)
                self.fake.control(release=True)
                if do == "hold":
                    self.assertIn(b" 200 ", c.recv(65536))
                else:
                    c.settimeout(0.2)
                    with self.assertRaises(TimeoutError):
                        c.recv(1)

    def test_callbacks(self):
        def back(fault):
            self.fake.control(clear=True, fault="callback:" + fault)
            return self.fake.authorize().callback[1]

        got = back("denied")
        self.assertEqual(got, {"error": "access_denied", "state": STATE})
        got = back("error,error=server_error,text=<b>no</b>")
        self.assertEqual(got["error_description"], "<b>no</b>")
        self.assertNotEqual(back("wrong-state")["state"], STATE)
        self.assertEqual(set(back("no-state")), {"code"})
        self.assertEqual(set(back("no-code")), {"state"})
        self.assertEqual(back("iss,iss=https://x")["iss"], "https://x")
        self.fake.control(clear=True, fault="callback:two-codes")
        query = self.fake.authorize().callback[0].query
        self.assertEqual(query.count("code="), 2)

    def test_names_its_issuer_when_it_shall(self):
        for iss, want in (
            ("right", self.fake.url.rstrip("/")),
            ("https://other", "https://other"),
            ("", None),
        ):
            self.fake.control(set={"iss": iss})
            got = self.fake.authorize().callback[1]
            self.assertEqual(got.get("iss"), want)

    def test_a_fault_that_there_is_not_is_named(self):
        for fault in "x:hang", "token:x", "token:status", "token", "", 5:
            text = json.dumps({"fault": fault})
            answer = self.fake.ask("POST", "/_control", text)
            self.assertEqual(answer.status, 400, fault)
        for text in '{"x":1}', "[]", "{", '{"set":{"port":1}}':
            self.assertEqual(
                self.fake.ask("POST", "/_control", text).status, 400
            )

    def test_counts(self):
        before = self.fake.control()
        self.fake.assume(self.bearer)
        self.fake.assume("Bearer wrong")
        after = self.fake.control()
        for what, more in ("requests", 2), ("refused", 1):
            self.assertEqual(
                after[what]["assume-role"],
                before[what].get("assume-role", 0) + more,
            )


class Sts(Case):
    """Asked by a real SDK, whose signatures are not ours."""

    ASK = """
import botocore.session, sys
client = botocore.session.Session().create_client(
    "sts", "eu-west-1", endpoint_url=sys.argv[1])
try:
    who = client.get_caller_identity()
    print(who["UserId"], who["Account"], who["Arn"])
except client.exceptions.ClientError as e:
    print(e.response["Error"]["Code"])
"""

    def ask(self, **changes):
        got = self.fake.assume(self.fake.bearer()).members
        got = {**got, **changes}
        done = subprocess.run(
            ["/usr/bin/python3", "-c", self.ASK, self.fake.url + "sts/"],
            env={
                "PATH": os.environ["PATH"],
                "AWS_ACCESS_KEY_ID": got["AccessKeyId"],
                "AWS_SECRET_ACCESS_KEY": got["SecretAccessKey"],
                "AWS_SESSION_TOKEN": got["SessionToken"],
                "AWS_MAX_ATTEMPTS": "1",
            },
            capture_output=True,
            text=True,
            timeout=30,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def test_says_who_one_is(self):
        self.assertRegex(
            self.ask(),
            "^ASIAFAKEDEVXXXXX[0-9]{4}:fake 123456789012 "
            "arn:aws:sts::123456789012:assumed-role/Dev/fake$",
        )

    def test_refuses_what_it_did_not_give(self):
        for changes, code in (
            ({"AccessKeyId": "ASIAFAKEDEVXXXXX9999"}, "InvalidClientTokenId"),
            ({"SecretAccessKey": "CANARY"}, "SignatureDoesNotMatch"),
            ({"SessionToken": "CANARY"}, "InvalidClientTokenId"),
        ):
            self.assertEqual(self.ask(**changes), code)

    def test_refuses_what_has_expired(self):
        self.fake.control(set={"life": 0})
        try:
            self.assertEqual(self.ask(), "ExpiredToken")
        finally:
            self.fake.control(set={"life": 3600})


class LoginPage(Case):
    options = ("--login", "form")

    def browser(self, *options):
        query = urllib.parse.urlencode(AUTHORIZE)
        return subprocess.run(
            [
                sys.executable,
                os.path.join(HERE, "browser"),
                *options,
                f"{self.fake.url}oauth/authorize?{query}",
            ],
            capture_output=True,
            text=True,
            timeout=30,
        )

    def test_the_form_logs_in(self):
        done = self.browser("--stop-at", "/oauth2callback")
        self.assertRegex(done.stdout, "[?&]code=CANARY", done.stderr)
        code = re.search(r"code=([^&\s]+)", done.stdout)[1]
        self.assertEqual(self.fake.token(code).status, 200)

    def test_the_other_button_denies(self):
        done = self.browser("--deny", "--stop-at", "/oauth2callback")
        self.assertIn("error=access_denied", done.stdout)
        self.assertNotIn("code=", done.stdout)

    def test_a_link_logs_in(self):
        self.fake.control(set={"login": "link"})
        try:
            done = self.browser("--stop-at", "/oauth2callback")
        finally:
            self.fake.control(set={"login": "form"})
        self.assertRegex(done.stdout, "[?&]code=CANARY", done.stderr)

    def send(self, cookie=True, csrf=None, login=None):
        page = self.fake.authorize()
        text = page.body.decode()
        fields = dict(
            re.findall(r'type=hidden name=(\w+) value="([^"]+)"', text)
        )
        self.assertIn("HttpOnly", page.headers["Set-Cookie"])
        headers = {"Content_Type": FORM}
        if cookie:
            headers["Cookie"] = page.headers["Set-Cookie"].partition(";")[0]
        fields["csrf"] = csrf or fields["csrf"]
        fields["request"] = login or fields["request"]
        fields["decision"] = "allow"
        body = urllib.parse.urlencode(fields)
        return (
            self.fake.ask("POST", "/oauth/login", body, **headers),
            lambda: self.fake.ask("POST", "/oauth/login", body, **headers),
        )

    def test_the_form_needs_its_cookie_and_csrf_token_and_works_once(self):
        self.refused(self.send(cookie=False)[0], 400, "cookie")
        self.refused(self.send(csrf="x")[0], 400, "CSRF")
        self.refused(self.send(login="x")[0], 400, "no such login")
        answer, again = self.send()
        self.assertEqual(answer.status, 303)
        self.refused(again(), 400, "no such login")
        self.refused(self.fake.ask("GET", "/oauth/login"), 405)


class Tls(unittest.TestCase):
    def test_speaks_tls_with_the_certificate_that_it_is_given(self):
        with tempfile.TemporaryDirectory() as d:
            cert, key = os.path.join(d, "cert"), os.path.join(d, "key")
            subprocess.run(
                "openssl req -x509 -newkey ec -pkeyopt"
                " ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=fake"
                " -addext subjectAltName=IP:127.0.0.1".split()
                + ["-keyout", key, "-out", cert],
                check=True,
                capture_output=True,
            )
            fake = Fake("--tls", cert, key, "--base", "/api/", "--login", "auto")
            self.addCleanup(fake.stop)
            self.assertTrue(fake.url.startswith("https://"))
            query = urllib.parse.urlencode(AUTHORIZE)
            url = f"{fake.url}oauth/authorize?{query}"
            command = [sys.executable, os.path.join(HERE, "browser")]
            command += ["--stop-at", "/oauth2callback"]
            run = {"capture_output": True, "text": True, "timeout": 30}
            done = subprocess.run([*command, "--ca", cert, url], **run)
            self.assertIn("code=CANARY", done.stdout, done.stderr)
            done = subprocess.run([*command, url], **run)
            self.assertEqual(done.returncode, 1)
            self.assertIn("certificate", done.stderr.lower())


if __name__ == "__main__":
    sys.exit(tap.main())
