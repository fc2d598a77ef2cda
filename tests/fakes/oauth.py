"""The authorization server of the fake: the code grant with PKCE for one
client (RFC 6749, 7636, 8252), refusing whatever a strict one would, and what
it says of itself.

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

from client import canary, form, need, only
from device import GRANT, Devices
from replies import (
    Refused,
    json_reply,
    page,
    redirect,
    refused_json,
    refused_page,
    refused_text,
)
from tokens import CLIENT, Tokens

# Any port of this machine will do (RFC 8252, section 7.3); all else of what is
# registered is compared as it stands.
REDIRECT = re.compile(
    r"http://(127\.0\.0\.1|localhost):([1-9][0-9]{0,4})(/.*)"
)
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
MIN_STATE = 22  # 128 bits in base64url


def s256(verifier):
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def fit(asked, scope, scopes, back):
    """Refuses a request of /authorize that is not one for a code with PKCE, or
    whose member `scope` is none of those; back() tells the client."""
    error = "invalid_request"
    try:
        wanted = ["response_type", scope, "state", "code_challenge"]
        wanted.append("code_challenge_method")
        need(asked, *wanted)
        only(asked, *wanted, "client_id", "redirect_uri")
        if asked["response_type"] != "code":
            error = "unsupported_response_type"
            raise ValueError("response_type is not code")
        if asked["code_challenge_method"] != "S256":
            raise ValueError("code_challenge_method is not S256")
        if not CHALLENGE.fullmatch(asked["code_challenge"]):
            raise ValueError("code_challenge is not that of S256")
        if len(asked["state"]) < MIN_STATE:
            raise ValueError("state can be guessed")
        if asked[scope] not in scopes:
            error = "invalid_scope"
            raise ValueError(f"{scope} is not one of this client")
    except ValueError as e:
        reply = back(asked, error=error, error_description=str(e))
        raise Refused(reply, f"{error}: {e}") from e


class Issuer:
    """Logins under way, codes and tokens, all in memory."""

    def __init__(self, settings):
        self.settings = settings
        self.lock = threading.RLock()
        self.logins = {}  # request id: what /authorize was asked
        self.codes = {}
        self.tokens = Tokens(settings)
        self.devices = Devices(settings, self.tokens)

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
        registered = self.settings.redirect_path
        if not found or int(found[2]) > 65535 or found[3] != registered:
            raise refused_page("redirect_uri is not the registered one")
        fit(asked, "scope", [self.settings.scope], self.back)
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

    def token(self, request, asked):
        need(asked, "grant_type")
        grants = {"refresh_token": self.tokens.renew}
        if self.settings.grants != "device":
            grants["authorization_code"] = self.redeem
        if self.settings.grants != "code":
            grants[GRANT] = self.devices.take
        take = grants.get(asked["grant_type"])
        if not take:
            raise refused_json(
                400, "unsupported_grant_type", f"not {asked['grant_type']}"
            )
        return take(request, asked)

    def redeem(self, request, asked):
        need(asked, "code", "redirect_uri", "code_verifier")
        only(
            asked,
            "grant_type",
            *CLIENT,
            "code",
            "redirect_uri",
            "code_verifier",
        )
        if not VERIFIER.fullmatch(asked["code_verifier"]):
            raise ValueError(
                "code_verifier is not 43 to 128 unreserved characters"
            )

        def no(why):
            return refused_json(400, "invalid_grant", why)

        with self.lock:
            code = self.codes.get(asked["code"])
            if not code:
                raise no("the code is unknown")
            if code["used"]:
                # Somebody else has it too, so what it gave is void.
                code["used"].ended = True
                raise no("the code was used before")
            if time.time() >= code["ends"]:
                raise no("the code has expired")
            if asked["redirect_uri"] != code["asked"]["redirect_uri"]:
                raise no("redirect_uri is not that of /authorize")
            if s256(asked["code_verifier"]) != code["asked"]["code_challenge"]:
                raise no("code_verifier does not fit the challenge")
            code["used"] = self.tokens.begin(code["asked"]["scope"])
        return self.tokens.answer(code["used"])

    # --- the other endpoints

    def there_is(self, grants=None, revocation=None):
        s = self.settings
        if s.grants == grants or s.revocation == revocation:
            raise refused_text(404, "there is nothing here")

    def device(self, request, asked):
        self.there_is(grants="code")
        return self.devices.begin(request, asked)

    def verify(self, request):
        self.there_is(grants="code")
        return self.devices.verify(request)

    def revoke(self, request, asked):
        self.there_is(revocation="none")
        return self.tokens.revoke(request, asked)

    def expire(self, kind):
        if kind == "device":
            self.devices.expire()
        else:
            self.tokens.expire(kind)

    # --- what it says of itself (RFC 8414)

    def metadata(self, request):
        base, s = self.settings.url, self.settings
        if not s.metadata:
            raise refused_text(404, "there is nothing here")
        members = {
            "issuer": base.rstrip("/"),
            "authorization_endpoint": f"{base}oauth/authorize",
            "token_endpoint": f"{base}oauth/token",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
        }
        if s.iss == "right" or s.announce_iss:
            members["authorization_response_iss_parameter_supported"] = True
        if s.issuer:
            members["issuer"] = s.issuer
        if s.grants != "code":
            members["device_authorization_endpoint"] = f"{base}oauth/device"
        if s.revocation != "none":
            members["revocation_endpoint"] = f"{base}oauth/revoke"
        return json_reply(200, members)
