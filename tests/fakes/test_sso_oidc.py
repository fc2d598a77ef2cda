#!/usr/bin/env python3
"""The OIDC service of the fake IAM Identity Center refuses what the real one would."""

import sys
import time
import urllib.parse

sys.dont_write_bytecode = True

import tap
from sso_running import (
    CHALLENGE,
    CODE_CLIENT,
    DEVICE_CODE,
    REDIRECT,
    REGISTERED,
    SCOPES,
    START,
    STATE,
    VERIFIER,
    Case,
    without,
)


class Register(Case):
    def register(self, **members):
        return self.fake.post("/client/register", members)

    def test_answers_with_times_in_seconds_and_nulls(self):
        got = self.register(**CODE_CLIENT).members
        self.assertIsNone(got["authorizationEndpoint"])
        self.assertIsNone(got["tokenEndpoint"])
        self.assertAlmostEqual(got["clientIdIssuedAt"], time.time(), delta=5)
        self.assertGreater(len(got["clientSecret"]), 1024)
        self.assertIn("x-amzn-RequestId", self.register(**CODE_CLIENT).headers)

    def test_refuses_what_the_model_does_not_have(self):
        for members, words in (
            (without(CODE_CLIENT, "clientName"), "clientName is missing"),
            (without(CODE_CLIENT, "clientType"), "clientType is missing"),
            ({**CODE_CLIENT, "client_name": "x"}, "client_name is unknown"),
            ({**CODE_CLIENT, "scopes": "sso:account:access"}, "is no list"),
            ({**CODE_CLIENT, "scopes": [1]}, "is no string"),
            ({**CODE_CLIENT, "clientName": 1}, "is no string"),
            ({**CODE_CLIENT, "grantTypes": None}, "is null"),
        ):
            answer = self.register(**members)
            self.oidc_refuses(answer, "InvalidRequestException", words)
        for text, words in (
            ("[]", "no object"),
            ("", "Expecting"),
            ('{"clientName":"a","clientName":"b"}', "twice"),
            ("clientName=x", "Expecting"),
        ):
            answer = self.fake.post("/client/register", text)
            self.oidc_refuses(answer, "InvalidRequestException", words)

    def test_refuses_headers_that_have_no_place_or_come_twice(self):
        for headers, words in (
            ({"Authorization": "Bearer x"}, "Authorization"),
            ({"Content_Type": "application/x-www-form-urlencoded"}, "Content"),
            ({"Content_Type": "application/json; charset=utf-8"}, "Content"),
            ({"Content_Type": ["application/json"] * 2}, "Content"),
            ({"Cookie": "a=b"}, "Cookie"),
            ({"X_Amz_Sso_Bearer_Token": "x"}, "no place"),
            ({"Expect": "100-continue"}, "Expect"),
            ({"User_Agent": ["a", "b"]}, "twice"),
        ):
            answer = self.fake.post("/client/register", CODE_CLIENT, **headers)
            self.oidc_refuses(answer, "InvalidRequestException", words)
        answer = self.fake.post("/client/register?a=b", CODE_CLIENT)
        self.oidc_refuses(answer, "InvalidRequestException", "unknown here")
        self.assertEqual(self.fake.ask("GET", "/client/register").status, 405)

    def test_refuses_what_the_service_does_not_take(self):
        both = [*CODE_CLIENT["grantTypes"], DEVICE_CODE]
        meta, scope = "InvalidClientMetadataException", "InvalidScopeException"
        grant, uri = "UnsupportedGrantTypeException", "InvalidRedirectUriException"
        for changes, kind in (
            ({"clientType": "confidential"}, meta),
            ({"clientName": "caf\u00e9"}, meta),
            ({"clientName": "tab\t"}, meta),
            ({"clientName": ""}, meta),
            ({"clientName": "x" * 129}, meta),
            ({"scopes": []}, scope),
            ({"scopes": ["sso:account:access openid"]}, scope),
            ({"scopes": ["sso:account:access"] * 2}, scope),
            ({"scopes": ["unheard:of"]}, scope),
            ({"grantTypes": ["password"]}, grant),
            ({"grantTypes": ["refresh_token"]}, "InvalidRequestException"),
            ({"grantTypes": both}, "InternalServerException"),
            ({"redirectUris": []}, uri),
            ({"redirectUris": [REDIRECT]}, uri),
            ({"redirectUris": ["http://localhost/oauth/callback"]}, uri),
            ({"redirectUris": ["http://[::1]/oauth/callback"]}, uri),
            ({"redirectUris": ["https://127.0.0.1/oauth/callback"]}, uri),
            ({"redirectUris": [REGISTERED + "?a=b"]}, uri),
            ({"issuerUrl": "https://other.awsapps.com/start"}, "InvalidRequestException"),
        ):
            answer = self.register(**{**CODE_CLIENT, **changes})
            self.oidc_refuses(answer, kind)
        for missing, kind in (
            ("issuerUrl", "InvalidRequestException"),
            ("redirectUris", uri),
        ):
            answer = self.register(**without(CODE_CLIENT, missing))
            self.oidc_refuses(answer, kind)
        self.set_for_now(mixed="400")
        answer = self.register(**{**CODE_CLIENT, "grantTypes": both})
        self.oidc_refuses(answer, scope)
        self.assertEqual(answer.members["error_description"], "")

    def test_takes_a_start_url_as_browsers_show_it(self):
        for url in START, START + "/", START + "#/", START + "/#/", START + "#":
            answer = self.register(**{**CODE_CLIENT, "issuerUrl": url})
            self.assertEqual(answer.status, 200, url)


class Authorize(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = cls.fake.register()

    def test_sends_the_browser_back_with_code_and_state(self):
        answer = self.fake.authorize(self.client)
        self.assertEqual(answer.status, 302)
        to, got = answer.callback
        self.assertEqual(to._replace(query="").geturl(), REDIRECT)
        self.assertEqual(set(got), {"code", "state"})
        self.assertEqual(got["state"], STATE)
        self.assertTrue(got["code"].startswith("CANARY"))

    def test_takes_any_port_and_no_other_path_or_host(self):
        for port in 1, 65535:
            uri = f"http://127.0.0.1:{port}/oauth/callback"
            answer = self.fake.authorize(self.client, redirect_uri=uri)
            self.assertEqual(answer.status, 302)
        for uri in (
            REGISTERED,
            "http://127.0.0.1:0/oauth/callback",
            "http://127.0.0.1:65536/oauth/callback",
            "http://127.0.0.1:4711/oauth/callback/",
            "http://127.0.0.1:4711/oauth2callback",
            "http://127.0.0.1:4711/oauth/callback?x=1",
            "http://localhost:4711/oauth/callback",
            "http://[::1]:4711/oauth/callback",
            "http://127.0.0.2:4711/oauth/callback",
            "https://127.0.0.1:4711/oauth/callback",
            None,
        ):
            answer = self.fake.authorize(self.client, redirect_uri=uri)
            self.assertEqual(answer.status, 400, uri)
            self.assertIsNone(answer.headers["Location"])
            self.assertIn("redirect_uri", self.fake.journal()[-1]["refused"])

    def test_knows_clients_that_registered_for_codes_alone(self):
        for client in {"clientId": "x"}, self.fake.device_client():
            answer = self.fake.authorize(client)
            self.assertEqual(answer.status, 400)
            self.assertIn("client_id", self.fake.journal()[-1]["refused"])

    def test_tells_the_client_what_is_wrong(self):
        for changes, error, words in (
            ({"response_type": None}, "invalid_request", "response_type"),
            ({"response_type": "token"}, "unsupported_response_type", ""),
            ({"scopes": None}, "invalid_request", "scopes"),
            ({"scopes": None, "scope": "x"}, "invalid_request", "scopes"),
            ({"scope": "sso:account:access"}, "invalid_request", "scope is"),
            ({"scopes": "codewhisperer:completions"}, "invalid_scope", ""),
            ({"state": None}, "invalid_request", "state"),
            ({"state": "short"}, "invalid_request", "guessed"),
            ({"code_challenge": None}, "invalid_request", "code_challenge"),
            ({"code_challenge": CHALLENGE + "="}, "invalid_request", "S256"),
            ({"code_challenge_method": "plain"}, "invalid_request", "S256"),
        ):
            answer = self.fake.authorize(self.client, **changes)
            self.assertEqual(answer.status, 302, changes)
            got = answer.callback[1]
            self.assertEqual(got["error"], error, changes)
            self.assertNotIn("code", got)
            self.assertIn(words, self.fake.journal()[-1]["refused"])

    def test_takes_several_scopes_with_a_space_between(self):
        scopes = ["sso:account:access", "codewhisperer:completions"]
        client = self.fake.register(scopes=scopes)
        answer = self.fake.authorize(client, scopes=" ".join(scopes))
        self.assertIn("code", answer.callback[1])
        # RFC 3986 has no other way to write a space.
        query = "/authorize?scopes=a+b&client_id=x&redirect_uri=x"
        self.assertEqual(self.fake.ask("GET", query).status, 400)
        self.assertIn("encoded", self.fake.journal()[-1]["refused"])


class Codes(Case):
    def setUp(self):
        self.client = self.fake.register()
        self.asked = self.fake.with_code(self.client)

    def token(self, **changes):
        return self.fake.post("/token", {**self.asked, **changes})

    def test_gives_tokens_once_and_takes_them_back_after_a_second_use(self):
        got = self.token().members
        self.assertEqual(
            set(got),
            {"accessToken", "tokenType", "expiresIn", "refreshToken", "idToken"},
        )
        accounts = "/assignment/accounts"
        token = got["accessToken"]
        self.assertEqual(self.fake.portal(accounts, token).status, 200)
        self.oidc_refuses(self.token(), "InvalidGrantException", "used before")
        self.assertEqual(self.fake.portal(accounts, token).status, 401)
        answer = self.fake.post(
            "/token",
            {
                **self.client,
                "grantType": "refresh_token",
                "refreshToken": got["refreshToken"],
            },
        )
        self.oidc_refuses(answer, "InvalidGrantException", "it has ended")

    def test_refuses_another_verifier_uri_client_or_code(self):
        other = "x" * 43
        for changes, kind, words in (
            ({"code": "CANARY-code-x"}, "InvalidGrantException", "not of"),
            ({"codeVerifier": other}, "InvalidGrantException", "fit"),
            ({"codeVerifier": VERIFIER + "="}, "InvalidRequestException", ""),
            ({"codeVerifier": VERIFIER[:-1]}, "InvalidRequestException", ""),
            ({"redirectUri": REGISTERED}, "InvalidGrantException", "redirect"),
            ({"redirectUri": REDIRECT + "/"}, "InvalidGrantException", ""),
            (self.fake.register(), "InvalidGrantException", "not of"),
            ({"clientId": "x"}, "InvalidClientException", "unknown"),
            ({"clientSecret": "x"}, "InvalidClientException", "secret"),
            ({"grantType": "password"}, "UnsupportedGrantTypeException", ""),
            ({"deviceCode": "x"}, "InvalidRequestException", "deviceCode"),
            ({"refreshToken": "x"}, "InvalidRequestException", "refresh"),
            ({"grantType": DEVICE_CODE}, "UnauthorizedClientException", ""),
        ):
            self.oidc_refuses(self.token(**changes), kind, words)
        for name in "code", "codeVerifier", "redirectUri":
            answer = self.fake.post("/token", without(self.asked, name))
            self.oidc_refuses(answer, "InvalidRequestException", "with")
        # None of that has used it up; and `scope` has no effect.
        self.assertEqual(self.token(scope=SCOPES).status, 200)

    def test_refuses_forms(self):
        answer = self.fake.ask(
            "POST",
            "/token",
            urllib.parse.urlencode(self.asked),
            Content_Type="application/x-www-form-urlencoded",
        )
        self.oidc_refuses(answer, "InvalidRequestException", "Content-Type")
        answer = self.fake.post(
            "/token", {"client_id": "x", "grant_type": "authorization_code"}
        )
        self.oidc_refuses(answer, "InvalidRequestException", "is unknown here")

    def test_refuses_what_has_expired(self):
        self.set_for_now(code_life=-1)
        asked = self.fake.with_code(self.client)
        answer = self.fake.post("/token", asked)
        self.oidc_refuses(answer, "InvalidGrantException", "expired")
        self.set_for_now(client_life=-1)
        asked = {**self.asked, **self.fake.register()}
        answer = self.fake.post("/token", asked)
        self.oidc_refuses(answer, "InvalidClientException", "expired")
        self.assertEqual(answer.status, 401)

    def test_knows_no_client_once_it_was_told_to_forget(self):
        self.fake.control(forget_clients=True)
        self.oidc_refuses(self.token(), "InvalidClientException", "unknown")

    def test_gives_no_refresh_token_to_who_did_not_register_for_one(self):
        alone = {"grantTypes": ["authorization_code"]}
        tokens = self.fake.log_in(self.fake.register(**alone))
        self.assertIsNone(tokens["refreshToken"])


class Devices(Case):
    def setUp(self):
        self.client = self.fake.device_client()
        self.begun = self.fake.start(self.client)

    def poll(self, **changes):
        asked = {
            **self.client,
            "grantType": DEVICE_CODE,
            "deviceCode": self.begun["deviceCode"],
        }
        return self.fake.post("/token", {**asked, **changes})

    def test_is_for_its_clients_and_start_url(self):
        asked = {**self.client, "startUrl": START}
        path = "/device_authorization"
        for changes, kind in (
            ({"startUrl": "https://x.awsapps.com/start"}, "InvalidRequestException"),
            ({"clientSecret": "x"}, "InvalidClientException"),
            ({"scope": "x"}, "InvalidRequestException"),
            (self.fake.register(), "UnauthorizedClientException"),
        ):
            answer = self.fake.post(path, {**asked, **changes})
            self.oidc_refuses(answer, kind)
        self.assertRegex(self.begun["userCode"], "^[B-Z]{4}-[B-Z]{4}$")

    def test_says_slow_down_to_who_comes_early_and_then_wants_five_more(self):
        pending = "AuthorizationPendingException"
        self.oidc_refuses(self.poll(), pending)
        self.oidc_refuses(self.poll(), "SlowDownException", "after 0.0")
        self.pass_by(1)
        self.oidc_refuses(self.poll(), "SlowDownException", "after 1.")

    def test_is_asked_every_second(self):
        for _ in "123":
            answer = self.poll()
            self.oidc_refuses(answer, "AuthorizationPendingException")
            self.pass_by(1)
        self.fake.control(approve=self.begun["userCode"])
        self.assertEqual(self.poll().status, 200)
        self.oidc_refuses(self.poll(), "InvalidGrantException", "before")

    def test_may_be_denied(self):
        self.fake.control(deny=True)
        self.oidc_refuses(self.poll(), "AccessDeniedException")

    def test_expires(self):
        self.set_for_now(device_life=-1)
        self.begun = self.fake.start(self.client)
        self.oidc_refuses(self.poll(), "ExpiredTokenException")

    def test_is_its_clients_own(self):
        answer = self.poll(**self.fake.device_client())
        self.oidc_refuses(answer, "InvalidGrantException", "no such device")

    def test_is_approved_on_its_page_once(self):
        path = "/device?user_code=" + self.begun["userCode"]
        self.assertEqual(self.fake.ask("GET", "/device").status, 200)
        self.assertEqual(self.fake.ask("GET", path).status, 200)
        self.assertEqual(self.fake.ask("GET", path).status, 400)
        self.assertEqual(self.poll().status, 200)


class Renewal(Case):
    def setUp(self):
        self.client = self.fake.register()
        self.tokens = self.fake.log_in(self.client)

    def renew(self, token=None, client=None):
        return self.fake.post(
            "/token",
            {
                **(client or self.client),
                "grantType": "refresh_token",
                "refreshToken": token or self.tokens["refreshToken"],
            },
        )

    def test_rotates_and_ends_all_when_an_old_one_comes_again(self):
        new = self.renew().members
        self.assertEqual(self.renew(new["refreshToken"]).status, 200)
        answer = self.renew()
        self.oidc_refuses(answer, "InvalidGrantException", "used before")
        self.assertEqual(
            answer.members,
            {
                "error": "invalid_grant",
                "error_description": "Invalid refresh token provided",
            },
        )
        answer = self.fake.portal("/assignment/accounts", new["accessToken"])
        self.portal_refuses(answer, 401, "UnauthorizedException")

    def test_keeps_the_token_when_told_so(self):
        self.set_for_now(rotate="same")
        same = self.tokens["refreshToken"]
        for _ in "12":
            self.assertEqual(self.renew().members["refreshToken"], same)
        self.set_for_now(rotate="none")
        for _ in "12":
            self.assertIsNone(self.renew().members["refreshToken"])

    def test_is_for_the_client_that_had_the_token_alone(self):
        for other in self.fake.register(), self.fake.device_client():
            answer = self.renew(client=other)
            self.oidc_refuses(answer, "InvalidGrantException", "not its own")
        self.assertEqual(self.renew().status, 200)

    def test_ends_with_the_session(self):
        self.set_for_now(session_life=-1)
        self.tokens = self.fake.log_in(self.client)
        self.oidc_refuses(self.renew(), "ExpiredTokenException")

    def test_goes_on_after_the_access_tokens_were_revoked(self):
        self.fake.control(revoke=True)
        answer = self.fake.portal(
            "/assignment/accounts", self.tokens["accessToken"]
        )
        self.portal_refuses(answer, 401, "UnauthorizedException")
        new = self.renew().members
        answer = self.fake.portal("/assignment/accounts", new["accessToken"])
        self.assertEqual(answer.status, 200)
        self.fake.control(end=True)
        answer = self.renew(new["refreshToken"])
        self.oidc_refuses(answer, "InvalidGrantException", "it has ended")


if __name__ == "__main__":
    sys.exit(tap.main())
