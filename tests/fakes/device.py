"""The device grant of the fake (RFC 8628): a code for the device, one for a
person, the page where it is typed, and who asks too often.
"""

import hmac
import html
import secrets
import threading
import time
import urllib.parse

from client import canary, form, need, numbers, only
from replies import json_reply, page, refused_json, refused_page
from tokens import CLIENT

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # none that makes a word (section 6.1)
SLOWER = 5  # seconds more after each slow_down (section 3.5)


def plain(code):
    """A user code as it is compared: people type it as they like."""
    return "".join(c for c in code.upper() if c in LETTERS)


class Devices:
    def __init__(self, settings, tokens):
        self.settings = settings
        self.tokens = tokens
        self.lock = threading.RLock()
        self.codes = {}  # device code: what is known of it
        self.pages = {}  # CSRF token of a page: its cookie
        self.early = 0

    # --- /oauth/device

    def begin(self, request, asked):
        s = self.settings
        only(asked, *CLIENT, "scope")
        if asked.get("scope") != s.scope:
            raise refused_json(
                400, "invalid_scope", "scope is not one of this client"
            )
        code = canary("device")
        letters = "".join(secrets.choice(LETTERS) for _ in range(8))
        user = f"{letters[:4]}-{letters[4:]}"
        with self.lock:
            self.codes[code] = {
                "user": user,
                "scope": s.scope,
                "ends": time.time() + s.device_life,
                "interval": 5 if s.interval is None else s.interval,
                "asked": None,  # when, by the monotonic clock
                "decision": None,
            }
        to = f"{s.url}oauth/verify"
        members = {
            "device_code": code,
            "user_code": user,
            s.verification_name: to,
            "expires_in": int(s.device_life),
        }
        if s.complete:
            query = urllib.parse.urlencode({"user_code": user})
            members[s.verification_name + "_complete"] = f"{to}?{query}"
        if s.interval is not None:
            members["interval"] = s.interval
        numbers(s, members, "expires_in", "interval")
        request.notes["user_code"] = user
        return json_reply(200, members, [("Cache-Control", "no-store")])

    # --- /oauth/token with a device code (section 3.4 and 3.5)

    def take(self, request, asked):
        need(asked, "device_code")
        only(asked, "grant_type", "device_code", *CLIENT)
        with self.lock:
            known = self.codes.get(asked["device_code"])
            if not known:
                raise refused_json(
                    400, "invalid_grant", "the device code is unknown"
                )
            now, before = time.monotonic(), known["asked"]
            known["asked"] = now
            error, why = self.verdict(known, now, before)
            if error == "slow_down":
                known["interval"] += SLOWER
                self.early += 1
                request.notes["early"] = round(now - before, 2)
            if error in ("authorization_pending", "slow_down"):
                # The right answer to the right question: nothing is refused.
                request.notes["error"] = error
                return self.not_yet(error, why)
            if error:
                raise refused_json(400, error, why)
            known["decision"] = "taken"
        return self.tokens.answer(self.tokens.begin(known["scope"]))

    def verdict(self, known, now, before):
        if known["decision"] == "taken":
            return "invalid_grant", "the device code was used before"
        if time.time() >= known["ends"]:
            return "expired_token", "the device code has expired"
        if before is not None and now - before < known["interval"]:
            return "slow_down", f"{known['interval']} s must lie between"
        if known["decision"] == "deny":
            return "access_denied", "the person said no"
        if known["decision"] is None:
            return "authorization_pending", "the person has not decided yet"
        return None, None

    def not_yet(self, error, why):
        status = 200 if self.settings.errors_200 else 400
        return json_reply(status, {"error": error, "error_description": why})

    # --- /oauth/verify, for a person

    def verify(self, request):
        if request.method == "POST":
            return self.decided(request)
        try:
            asked = form(request.query)
            only(asked, "user_code")
        except ValueError as e:
            raise refused_page(str(e)) from e
        csrf, session = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
        with self.lock:
            self.pages[csrf] = session
        cookie = f"fake_device={session}; Path=/; HttpOnly; SameSite=Lax"
        code = html.escape(asked.get("user_code", ""))
        text = (
            "<form method=post action=verify>\n"
            f'<input type=hidden name=csrf value="{csrf}">\n'
            f'<input name=user_code value="{code}">\n'
            "<button id=login name=decision value=allow>Allow</button>\n"
            "<button id=deny name=decision value=deny>Deny</button>\n"
            "</form>"
        )
        return page(200, "Connect a device to the fake", text, [("Set-Cookie", cookie)])

    def decided(self, request):
        try:
            asked = form(request.body.decode("ascii"))
            need(asked, "csrf", "user_code", "decision")
            session = self.pages.get(asked["csrf"], "")
            if not session or f"fake_device={session}" not in request.cookies():
                raise ValueError("this is not what the page sends")
            if asked["decision"] not in ("allow", "deny"):
                raise ValueError("decision is neither allow nor deny")
            self.decide(asked["user_code"], asked["decision"])
        except ValueError as e:
            raise refused_page(str(e)) from e
        done = "connected" if asked["decision"] == "allow" else "not connected"
        return page(200, f"The device is {done}")

    # --- what others ask of it

    def decide(self, user_code, decision):
        """user_code True: whatever waits."""
        with self.lock:
            found = [
                known
                for known in self.codes.values()
                if known["decision"] is None
                and time.time() < known["ends"]
                and (
                    user_code is True
                    or hmac.compare_digest(plain(user_code), plain(known["user"]))
                )
            ]
            for known in found:
                known["decision"] = decision
        if not found:
            raise ValueError("no device waits with that code")

    def expire(self):
        with self.lock:
            for known in self.codes.values():
                known["ends"] = 0
