"""The OIDC side of the fake IAM Identity Center: clients, both grants, tokens
and their renewal.

A login makes a sign-in, which has tokens and ends as a whole: by a logout, by
a code or a refresh token that comes a second time.
"""

import base64
import hmac
import json
import re
import secrets
import threading
import time
import urllib.parse

from client import canary, need, only
from oauth import VERIFIER, fit, s256
from replies import page, redirect, refused_page

AUTHORIZATION_CODE = "authorization_code"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
REFRESH_TOKEN = "refresh_token"
GRANTS = (AUTHORIZATION_CODE, DEVICE_CODE, REFRESH_TOKEN)
# What each grant brings to /token besides the client; all of it is needed.
BRINGS = {
    AUTHORIZATION_CODE: {"code", "codeVerifier", "redirectUri"},
    DEVICE_CODE: {"deviceCode"},
    REFRESH_TOKEN: {"refreshToken"},
}
REGISTERED = re.compile(r"http://127\.0\.0\.1(/[A-Za-z0-9._~/-]*)?")
USED = re.compile(r"http://127\.0\.0\.1:([1-9][0-9]{0,4})(/[A-Za-z0-9._~/-]*)?")
CLIENT_NAME = re.compile(r"[\x20-\x7e]{1,128}")
MAX_SCOPES = 25
QUERY = re.compile(r"(?:[A-Za-z0-9._~=&-]|%[0-9A-Fa-f]{2})*")
USER_CODE = "BCDFGHJKLMNPQRSTVWXZ"  # of RFC 8628, section 6.1
EARLY = 0.1  # seconds that the way here may take more or less
SLOWER = 5  # RFC 8628, section 3.5


def large(kind):
    """A secret of the size that real ones have."""
    return canary(kind) + secrets.token_urlsafe(600)


def jwt_like(client):
    """A client secret: real ones are signed, and hold what they are of."""
    head = json.dumps({"kid": canary("client"), "alg": "HS384"})
    told = json.dumps({"serialized": client, "pad": secrets.token_hex(500)})
    parts = [base64.urlsafe_b64encode(p.encode()) for p in (head, told)]
    parts.append(canary("client").encode())
    return b".".join(p.rstrip(b"=") for p in parts).decode()


def without_port(uri):
    """The redirect URI as it was registered, or None (RFC 8252, 7.3)."""
    found = USED.fullmatch(uri)
    if not found or int(found[1]) > 65535:
        return None
    return "http://127.0.0.1" + (found[2] or "")


class Within(list):
    """Scopes, of which a request may have any."""

    def __contains__(self, text):
        return set(text.split(" ")) <= set(self)


class SignIn:
    """What one login gave, until it ends."""

    def __init__(self, client, ends):
        self.client, self.ends = client, ends
        self.access = {}  # token: when it ends
        self.refresh = None
        self.over = False


class Oidc:
    def __init__(self, settings, service):
        self.settings = settings
        self.lock = threading.RLock()
        self.clients, self.codes, self.devices = {}, {}, {}
        self.by_access, self.by_refresh = {}, {}
        self.early = self.reused = 0  # polls; refresh tokens
        self.op = {
            name: service.operation(name)
            for name in (
                "RegisterClient",
                "StartDeviceAuthorization",
                "CreateToken",
            )
        }

    def now(self):
        return time.time() + self.settings.ahead

    def routes(self):
        made = {
            "RegisterClient": ("register", self.register),
            "StartDeviceAuthorization": ("device", self.device),
            "CreateToken": ("token", self.token),
        }
        found = {"device": ("verify", ("GET",), self.verify)}
        for name, (at, handle) in made.items():
            op = self.op[name]
            found[op.path] = (at, (op.method,), handle)
        return found

    # --- clients

    def register(self, request):
        op = self.op["RegisterClient"]
        asked = op.read(request)
        grants = asked.get("grantTypes", [])
        request.notes["grants"] = grants
        self.fit(op, asked, grants)
        if AUTHORIZATION_CODE in grants:
            self.fit_code(op, asked)
        ident = secrets.token_urlsafe(16)
        now = int(self.now())
        client = {
            "id": ident,
            "secret": jwt_like(ident),
            "ends": now + self.settings.client_life,
            "grants": grants or [DEVICE_CODE, REFRESH_TOKEN],
            "scopes": asked.get("scopes", []),
            "uris": asked.get("redirectUris", []),
        }
        with self.lock:
            self.clients[ident] = client
        request.notes["client"] = ident
        return op.reply(
            {
                "clientId": ident,
                "clientSecret": client["secret"],
                "clientIdIssuedAt": now,
                "clientSecretExpiresAt": client["ends"],
                "authorizationEndpoint": None,
                "tokenEndpoint": None,
            }
        )

    def fit(self, op, asked, grants):
        """What holds for every client."""
        if asked["clientType"] != "public":
            raise op.refused("InvalidClientMetadataException", "not public")
        if not CLIENT_NAME.fullmatch(asked["clientName"]):
            raise op.refused(
                "InvalidClientMetadataException", why="clientName"
            )
        for grant in grants:
            if grant not in GRANTS or grants.count(grant) > 1:
                raise op.refused("UnsupportedGrantTypeException", why=grant)
        if AUTHORIZATION_CODE in grants and DEVICE_CODE in grants:
            why = "authorization_code and device_code in one registration"
            if self.settings.mixed == "500":
                raise op.refused("InternalServerException", why=why)
            raise op.refused("InvalidScopeException", why=why)
        if grants == [REFRESH_TOKEN]:
            raise op.refused("InvalidRequestException", "refresh_token alone")
        scopes = asked.get("scopes", [])
        if (
            len(scopes) > MAX_SCOPES
            or len(set(scopes)) < len(scopes)
            or not set(scopes) <= set(self.settings.scopes)
        ):
            raise op.refused("InvalidScopeException", why=f"scopes {scopes}")
        if "scopes" in asked and not scopes:
            raise op.refused("InvalidScopeException", why="no scope")
        for uri in asked.get("redirectUris", []):
            if not REGISTERED.fullmatch(uri):
                raise op.refused("InvalidRedirectUriException", why=uri)
        if "issuerUrl" in asked and not self.is_start(asked["issuerUrl"]):
            raise op.refused("InvalidRequestException", why="issuerUrl")
        if "entitledApplicationArn" in asked:
            raise op.refused("InvalidRequestException", why="no such ARN")

    def fit_code(self, op, asked):
        if not asked.get("redirectUris"):
            raise op.refused("InvalidRedirectUriException", why="none")
        if "issuerUrl" not in asked:
            raise op.refused("InvalidRequestException", why="no issuerUrl")

    def is_start(self, url):
        """A start URL is taken as people copy it out of a browser."""
        return url.removesuffix("/").removesuffix("#").removesuffix("/") == (
            self.settings.start_url
        )

    def client(self, op, asked, request):
        with self.lock:
            client = self.clients.get(asked["clientId"])
        request.notes["client"] = asked["clientId"]
        why = None
        if not client:
            why = "the client is unknown"
        elif not hmac.compare_digest(
            client["secret"].encode(), asked["clientSecret"].encode()
        ):
            why = "the secret is not that of this client"
        elif self.now() >= client["ends"]:
            why = "the registration has expired"
        if why:
            raise op.refused("InvalidClientException", why=why)
        return client

    # --- /authorize

    def authorize(self, request):
        try:
            asked = query(request.query)
            need(asked, "client_id", "redirect_uri")
        except ValueError as e:
            raise refused_page(str(e)) from e
        with self.lock:
            client = self.clients.get(asked["client_id"])
        if not client or AUTHORIZATION_CODE not in client["grants"]:
            raise refused_page("client_id is of no client with this grant")
        # Nobody is sent to a place that is not the client's.
        if without_port(asked["redirect_uri"]) not in client["uris"]:
            raise refused_page("redirect_uri is not the registered one")
        request.notes["client"] = client["id"]
        fit(asked, "scopes", Within(client["scopes"]), self.back)
        code = large("code")
        with self.lock:
            self.codes[code] = {
                "asked": asked,
                "client": client["id"],
                "ends": self.now() + self.settings.code_life,
                "used": None,
            }
        return self.back(asked, code=code)

    def back(self, asked, **members):
        if "state" in asked:
            members["state"] = asked["state"]
        reply = redirect(302, "")
        reply.callback = (asked["redirect_uri"], members)
        return reply

    # --- devices

    def device(self, request):
        op = self.op["StartDeviceAuthorization"]
        asked = op.read(request)
        client = self.client(op, asked, request)
        if DEVICE_CODE not in client["grants"]:
            raise op.refused("UnauthorizedClientException", why="its grants")
        if not self.is_start(asked["startUrl"]):
            raise op.refused("InvalidRequestException", why="startUrl")
        half = ("".join(secrets.choice(USER_CODE) for _ in "1234") for _ in "12")
        user_code, code = "-".join(half), large("device")
        with self.lock:
            self.devices[code] = {
                "client": client["id"],
                "user_code": user_code,
                "ends": self.now() + self.settings.device_life,
                "interval": self.settings.interval,
                "asked": None,
                "decision": None,
                "used": None,
            }
        # A browser shows it to whoever looks over the shoulder, as any page.
        uri = f"{self.settings.url}device"
        return op.reply(
            {
                "deviceCode": code,
                "expiresIn": int(self.settings.device_life),
                "interval": self.settings.interval,
                "userCode": user_code,
                "verificationUri": uri,
                "verificationUriComplete": f"{uri}?user_code={user_code}",
            }
        )

    def verify(self, request):
        """The page that a person is sent to; with the code in it, having been
        there is a yes."""
        if not request.query:
            return page(200, "Authorization requested", "<p>Enter the code.")
        try:
            asked = query(request.query)
            need(asked, "user_code")
            only(asked, "user_code")
            if not self.decide(asked["user_code"], "allow"):
                raise ValueError("there is no such code")
        except ValueError as e:
            raise refused_page(str(e)) from e
        return page(200, "Request approved", "<p>You can close this window.")

    def decide(self, user_code, decision):
        """True when there was something to be decided; True is all of it."""
        with self.lock:
            found = [
                d
                for d in self.devices.values()
                if user_code in (True, d["user_code"]) and not d["decision"]
            ]
            for device in found:
                device["decision"] = decision
        return bool(found)

    # --- tokens

    def token(self, request):
        op = self.op["CreateToken"]
        asked = op.read(request)
        client = self.client(op, asked, request)
        grant = asked["grantType"]
        request.notes["grant"] = grant.rpartition(":")[2]
        if grant not in GRANTS:
            raise op.refused("UnsupportedGrantTypeException", why=grant)
        if grant not in client["grants"]:
            raise op.refused("UnauthorizedClientException", why=grant)
        brought = set(asked) - {"clientId", "clientSecret", "grantType", "scope"}
        if brought != BRINGS[grant]:
            raise op.refused(
                "InvalidRequestException",
                why=f"{grant} with {', '.join(sorted(brought))}",
            )
        with self.lock:
            if grant == AUTHORIZATION_CODE:
                return self.by_code(op, asked, client)
            if grant == DEVICE_CODE:
                return self.by_device(op, asked, client)
            return self.renewal(op, asked, client)

    def by_code(self, op, asked, client):
        def no(why):
            return op.refused("InvalidGrantException", why=why)

        code = self.codes.get(asked["code"])
        if not code or code["client"] != client["id"]:
            raise no("the code is not of this client")
        if code["used"]:
            # Somebody else has it too, so what it gave is void.
            self.end(code["used"])
            raise no("the code was used before")
        if self.now() >= code["ends"]:
            raise no("the code has expired")
        if asked["redirectUri"] != code["asked"]["redirect_uri"]:
            raise no("redirectUri is not that of /authorize")
        if not VERIFIER.fullmatch(asked["codeVerifier"]):
            raise op.refused("InvalidRequestException", why="codeVerifier")
        if s256(asked["codeVerifier"]) != code["asked"]["code_challenge"]:
            raise no("codeVerifier does not fit the challenge")
        code["used"] = self.sign_in(client)
        return self.give(op, code["used"])

    def by_device(self, op, asked, client):
        device = self.devices.get(asked["deviceCode"])
        if not device or device["client"] != client["id"]:
            raise op.refused("InvalidGrantException", why="no such device")
        if device["used"]:
            self.end(device["used"])
            raise op.refused("InvalidGrantException", why="used before")
        now, before = self.now(), device["asked"]
        device["asked"] = now
        if now >= device["ends"]:
            raise op.refused("ExpiredTokenException", why="deviceCode")
        if before is not None and now - before < device["interval"] - EARLY:
            self.early += 1
            device["interval"] += SLOWER
            raise op.refused(
                "SlowDownException", why=f"after {now - before:.3f} s"
            )
        if device["decision"] == "deny":
            raise op.refused("AccessDeniedException", why="a person says no")
        if not device["decision"]:
            raise op.refused("AuthorizationPendingException", why="undecided")
        device["used"] = self.sign_in(client)
        return self.give(op, device["used"])

    def renewal(self, op, asked, client):
        text = "Invalid refresh token provided"
        one = self.by_refresh.get(asked["refreshToken"])
        if not one or one.client is not client:
            raise op.refused("InvalidGrantException", text, "not its own")
        if asked["refreshToken"] != one.refresh:
            self.reused += 1
            self.end(one)
            raise op.refused("InvalidGrantException", text, "used before")
        if one.over:
            raise op.refused("InvalidGrantException", text, "it has ended")
        if self.now() >= one.ends:
            raise op.refused("ExpiredTokenException", why="the sign-in")
        return self.give(op, one)

    def sign_in(self, client):
        return SignIn(client, self.now() + self.settings.session_life)

    def give(self, op, one):
        """New tokens of a sign-in.  A first refresh token is always said;
        later ones as `rotate` has it."""
        token = large("access")
        ends = min(self.now() + self.settings.token_life, one.ends)
        one.access[token] = ends
        self.by_access[token] = one
        renews = one.client["scopes"] and REFRESH_TOKEN in one.client["grants"]
        said = None
        if renews and (not one.refresh or self.settings.rotate == "new"):
            said = one.refresh = large("refresh")
            self.by_refresh[said] = one
        elif renews and self.settings.rotate == "same":
            said = one.refresh
        return op.reply(
            {
                "accessToken": token,
                "tokenType": "Bearer",
                "expiresIn": int(ends - self.now() + 0.5),
                "refreshToken": said,
                "idToken": None,
            }
        )

    def holds(self, token):
        """The sign-in of an access token, or None."""
        with self.lock:
            one = self.by_access.get(token)
            if one and not one.over and self.now() < one.access[token]:
                return one
        return None

    def end(self, one):
        one.over = True

    def revoke(self, refresh=False):
        """All access tokens, or all that there ever was."""
        with self.lock:
            for one in self.by_access.values():
                one.access = dict.fromkeys(one.access, 0)
                one.over = one.over or refresh

    def forget_clients(self):
        with self.lock:
            self.clients.clear()


def query(text):
    """The parameters of a query, each once and not empty, or ValueError."""
    if not QUERY.fullmatch(text):
        raise ValueError("the query is not encoded as it should be")
    found = {}
    for pair in text.split("&"):
        name, _, value = pair.partition("=")
        if name in found or not value or "=" in value:
            raise ValueError(f"{name} is empty, wrong, or there twice")
        found[name] = urllib.parse.unquote(value, errors="strict")
    return found
