"""The tokens of the fake: given, renewed, revoked, and checked.

All that came of one login are a family.  A refresh token that is used again
after another took its place has been stolen, or its owner did not keep what
it was given: the family ends (RFC 9700, section 4.14.2), and it is counted.
"""

import threading
import time

from client import canary, need, numbers, only
from replies import json_reply, refused_json, refused_text

CLIENT = ("client_id", "client_secret")


class Family:
    def __init__(self, scope):
        self.scope = scope
        self.ended = False


class Tokens:
    def __init__(self, settings):
        self.settings = settings
        self.lock = threading.RLock()
        self.access = {}  # token: its family and when it ends
        self.refresh = {}  # token: its family, when it ends, whether used
        self.reused = 0

    def begin(self, scope):
        return Family(scope)

    def answer(self, family):
        """The first tokens of a family."""
        return self.give(family, self.settings.refresh_token)

    def give(self, family, refresh):
        s = self.settings
        token = canary("access")
        members = {
            "access_token": token,
            "token_type": s.token_type,
            "expires_in": s.token_life,
            "scope": family.scope,
        }
        with self.lock:
            self.access[token] = [family, time.time() + s.token_life]
            if refresh is True:
                refresh = canary("refresh")
                ends = time.time() + s.refresh_life
                self.refresh[refresh] = [family, ends, False]
            if refresh:
                members["refresh_token"] = refresh
        numbers(s, members, "expires_in")
        return json_reply(200, members, [("Cache-Control", "no-store")])

    # --- /oauth/token with a refresh token (RFC 6749, section 6)

    def renew(self, request, asked):
        only(asked, "grant_type", *CLIENT, "refresh_token", "scope")
        need(asked, "refresh_token")
        given, rotation = asked["refresh_token"], self.settings.rotation
        with self.lock:
            family, ends, used = self.refresh.get(given, (None, 0, False))
            if not family:
                why = "the refresh token is unknown"
            elif family.ended:
                why = "the login has ended"
            elif used:
                family.ended = True
                self.reused += 1
                request.notes["reused"] = True
                why = "the refresh token was used before"
            elif time.time() >= ends:
                why = "the refresh token has expired"
            else:
                why = None
            if why:
                raise refused_json(400, "invalid_grant", why)
            if asked.get("scope", family.scope) != family.scope:
                raise refused_json(
                    400, "invalid_scope", "the login has another scope"
                )
            if rotation == "new":
                self.refresh[given][2] = True
                return self.give(family, True)
            return self.give(family, given if rotation == "same" else None)

    # --- /oauth/revoke (RFC 7009)

    def revoke(self, request, asked):
        need(asked, "token")
        only(asked, "token", "token_type_hint", *CLIENT)
        hint = asked.get("token_type_hint")
        if hint not in (None, "access_token", "refresh_token"):
            raise refused_json(
                400, "unsupported_token_type", "there are no such tokens"
            )
        with self.lock:
            if asked["token"] in self.refresh:
                request.notes["revoked"] = "refresh"
                self.refresh[asked["token"]][0].ended = True
            elif self.access.pop(asked["token"], None):
                request.notes["revoked"] = "access"
        # The client has no use for knowing that a token was no good.
        return json_reply(200, {})

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
                family, ends = self.access.get(headers[0][7:], (None, 0))
            if not family or family.ended:
                why = "the token is unknown"
            elif time.time() >= ends:
                why = "the token has expired"
        if why:
            challenge = [("WWW-Authenticate", 'Bearer error="invalid_token"')]
            raise refused_text(401, why, challenge)

    def revoke_all(self):
        with self.lock:
            self.access.clear()
            self.refresh.clear()

    def expire(self, kind):
        """Ends all of a kind that were given so far."""
        if kind not in ("access", "refresh"):
            raise ValueError("access, refresh or device can expire")
        with self.lock:
            known = self.access if kind == "access" else self.refresh
            for one in known.values():
                one[1] = 0
