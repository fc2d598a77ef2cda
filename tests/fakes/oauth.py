"""The authorization server of the fake: the code grant with PKCE for one
client (RFC 6749, 7636, 8252), refusing whatever a strict one would.

Everything secret that it makes begins with CANARY and is unique, so that a
scan of memory or files can look for it.
"""

import base64
import hashlib
import hmac
import html
import re
import secrets
import threading
import time
import urllib.parse

from replies import (
    Refused,
    json_reply,
    page,
    redirect,
    refused_json,
    refused_page,
    refused_text,
)

REDIRECT = re.compile(
    r"http://(127\.0\.0\.1|localhost):([1-9][0-9]{0,4})/oauth2callback"
)
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
FORM = re.compile(r"[A-Za-z0-9._~*+%&=!'()-]*")  # what nobody has to encode
MIN_STATE = 22  # 128 bits in base64url


def canary(kind):
    return f"CANARY-{kind}-{secrets.token_urlsafe(24)}"


def s256(verifier):
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def form(text):
    """The parameters of a query or a form, each once, or ValueError."""
    if not FORM.fullmatch(text) or re.search(r"%(?![0-9A-Fa-f]{2})", text):
        raise ValueError("the form is not encoded as it should be")
    found = {}
    for name, value in urllib.parse.parse_qsl(
        text, keep_blank_values=True, strict_parsing=bool(text), errors="strict"
    ):
        if name in found:
            raise ValueError(f"{name} is there twice")
        if not value:
            raise ValueError(f"{name} is empty")
        found[name] = value
    return found


def only(found, *known):
    for name in found:
        if name not in known:
            raise ValueError(f"{name} is unknown here")


def need(found, *names):
    for name in names:
        if name not in found:
            raise ValueError(f"{name} is missing")


class Issuer:
    """Logins under way, codes and tokens, all in memory."""

    def __init__(self, settings):
        self.settings = settings
        self.lock = threading.RLock()
        self.logins = {}  # request id: what /authorize was asked
        self.codes = {}
        self.tokens = {}  # access token: when it ends

    # --- /oauth/authorize

    def authorize(self, request):
        try:
            asked = form(request.query)
            need(asked, "client_id", "redirect_uri")
        except ValueError as e:
            raise refused_page(str(e)) from e
        # Nobody is sent to a place that is not the client's.
        if asked["client_id"] != self.settings.client_id:
            raise refused_page("client_id is unknown")
        found = REDIRECT.fullmatch(asked["redirect_uri"])
        if not found or int(found[2]) > 65535:
            raise refused_page("redirect_uri is not the registered one")
        error = "invalid_request"
        try:
            need(asked, "response_type", "scope", "state")
            need(asked, "code_challenge", "code_challenge_method")
            only(
                asked,
                "client_id",
                "redirect_uri",
                "response_type",
                "scope",
                "state",
                "code_challenge",
                "code_challenge_method",
            )
            if asked["response_type"] != "code":
                error = "unsupported_response_type"
                raise ValueError("response_type is not code")
            if asked["code_challenge_method"] != "S256":
                raise ValueError("code_challenge_method is not S256")
            if not CHALLENGE.fullmatch(asked["code_challenge"]):
                raise ValueError("code_challenge is not that of S256")
            if len(asked["state"]) < MIN_STATE:
                raise ValueError("state can be guessed")
            if asked["scope"] != self.settings.scope:
                error = "invalid_scope"
                raise ValueError("scope is not one of this client")
        except ValueError as e:
            reply = self.back(asked, error=error, error_description=str(e))
            raise Refused(reply, f"{error}: {e}") from e
        if self.settings.login == "auto":
            return self.granted(asked)
        return self.login_page(asked)

    def login_page(self, asked):
        ident, csrf = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
        session = secrets.token_urlsafe(16)
        with self.lock:
            self.logins[ident] = (asked, csrf, session)
        # As the browser came by GET, Lax is enough for the form to work.
        cookie = f"fake_session={session}; Path=/; HttpOnly; SameSite=Lax"
        if self.settings.login == "link":
            query = urllib.parse.urlencode({"request": ident, "csrf": csrf})
            text = (
                f'<p><a id=login href="login?{html.escape(query)}">'
                "Log in</a>"
            )
        else:
            text = (
                "<form method=post action=login>\n"
                f'<input type=hidden name=request value="{ident}">\n'
                f'<input type=hidden name=csrf value="{csrf}">\n'
                "<button id=login name=decision value=allow>Log in</button>\n"
                "<button id=deny name=decision value=deny>Cancel</button>\n"
                "</form>"
            )
        return page(200, "Log in to the fake", text, [("Set-Cookie", cookie)])

    def login(self, request):
        """The form or the link of the login page."""
        by_form = self.settings.login != "link"
        if request.method != ("POST" if by_form else "GET"):
            raise refused_text(405, "this is not what the login page sends")
        try:
            asked = form(request.body.decode() if by_form else request.query)
            need(asked, "request", "csrf", *["decision"] * by_form)
        except ValueError as e:
            raise refused_page(str(e)) from e
        with self.lock:
            login = self.logins.get(asked["request"])
            if not login:
                raise refused_page("no such login is under way")
            origin, csrf, session = login
            if not hmac.compare_digest(asked["csrf"], csrf):
                raise refused_page("the CSRF token is wrong")
            if f"fake_session={session}" not in request.cookies():
                raise refused_page("the cookie of the login page is missing")
            del self.logins[asked["request"]]
        if asked.get("decision") == "deny":
            return self.back(origin, error="access_denied")
        return self.granted(origin)

    def granted(self, asked):
        code = canary("code")
        with self.lock:
            self.codes[code] = {
                "asked": asked,
                "ends": time.time() + self.settings.code_life,
                "used": None,
            }
        return self.back(asked, code=code)

    def back(self, asked, **members):
        """Sends the browser to the client with these and the state."""
        if "state" in asked:
            members["state"] = asked["state"]
        iss = self.settings.iss
        if iss:
            ours = self.settings.url.rstrip("/")
            members["iss"] = ours if iss == "right" else iss
        reply = redirect(303, "")
        reply.callback = (asked["redirect_uri"], members)
        return reply

    # --- /oauth/token

    def token(self, request):
        try:
            if request.query:
                raise ValueError("a query has no place here")
            request.must_be("application/x-www-form-urlencoded")
            asked = form(request.body.decode("ascii"))
            need(asked, "grant_type")
        except ValueError as e:
            raise refused_json(400, "invalid_request", str(e)) from e
        request.notes["grant_type"] = asked["grant_type"]
        self.authenticate(request, asked)
        if asked["grant_type"] != "authorization_code":
            raise refused_json(
                400, "unsupported_grant_type", "only codes are taken"
            )
        try:
            need(asked, "code", "redirect_uri", "code_verifier")
            only(
                asked,
                "grant_type",
                "client_id",
                "client_secret",
                "code",
                "redirect_uri",
                "code_verifier",
            )
            if not VERIFIER.fullmatch(asked["code_verifier"]):
                raise ValueError(
                    "code_verifier is not 43 to 128 unreserved characters"
                )
        except ValueError as e:
            raise refused_json(400, "invalid_request", str(e)) from e
        return self.redeem(asked)

    def authenticate(self, request, asked):
        way, headers = self.settings.client_auth, request.all("Authorization")
        try:
            if way == "basic":
                if "client_id" in asked or "client_secret" in asked:
                    raise ValueError("the client is named twice")
                if len(headers) != 1 or headers[0][:6] != "Basic ":
                    raise ValueError("there is no Basic authorization")
                pair = base64.b64decode(headers[0][6:], validate=True)
                ident, _, secret = pair.decode("ascii").partition(":")
                # Both are form-urlencoded first (RFC 6749, section 2.3.1).
                for text in ident, secret:
                    if not FORM.fullmatch(text) or set(text) & set("&="):
                        raise ValueError("id and secret are not encoded")
                ident = urllib.parse.unquote_plus(ident, errors="strict")
                secret = urllib.parse.unquote_plus(secret, errors="strict")
            else:
                if headers:
                    raise ValueError("this client has no authorization")
                ident = asked.get("client_id", "")
                secret = asked.get("client_secret", "")
            want = self.settings.client_secret if way != "none" else ""
            if ident != self.settings.client_id:
                raise ValueError("the client is unknown")
            if not hmac.compare_digest(secret.encode(), want.encode()):
                raise ValueError("the secret is not that of this client")
        except ValueError as e:
            challenge = [("WWW-Authenticate", 'Basic realm="fake"')]
            raise refused_json(401, "invalid_client", str(e), challenge) from e

    def redeem(self, asked):
        def no(why):
            return refused_json(400, "invalid_grant", why)

        with self.lock:
            code = self.codes.get(asked["code"])
            if not code:
                raise no("the code is unknown")
            if code["used"]:
                # Somebody else has it too, so what it gave is void.
                self.tokens.pop(code["used"], None)
                raise no("the code was used before")
            if time.time() >= code["ends"]:
                raise no("the code has expired")
            if asked["redirect_uri"] != code["asked"]["redirect_uri"]:
                raise no("redirect_uri is not that of /authorize")
            if s256(asked["code_verifier"]) != code["asked"]["code_challenge"]:
                raise no("code_verifier does not fit the challenge")
            token = canary("access")
            code["used"] = token
            self.tokens[token] = time.time() + self.settings.token_life
        members = {
            "access_token": token,
            "token_type": self.settings.token_type,
            "expires_in": self.settings.token_life,
            "scope": code["asked"]["scope"],
        }
        if self.settings.refresh_token:
            members["refresh_token"] = canary("refresh")
        return json_reply(200, members, [("Cache-Control", "no-store")])

    # --- what others ask of it

    def check(self, request):
        """That the request bears a token which holds (RFC 6750)."""
        headers, why = request.all("Authorization"), None
        if len(headers) != 1:
            why = f"{len(headers)} Authorization headers"
        elif headers[0][:7] != "Bearer ":
            why = "the authorization is no Bearer"
        else:
            with self.lock:
                ends = self.tokens.get(headers[0][7:])
            if ends is None:
                why = "the token is unknown"
            elif time.time() >= ends:
                why = "the token has expired"
        if why:
            challenge = [("WWW-Authenticate", 'Bearer error="invalid_token"')]
            raise refused_text(401, why, challenge)

    def revoke(self):
        with self.lock:
            self.tokens.clear()
