"""The credential server API of the fake: its roles, and credentials of them.

A key id tells its role and a number; secrets and tokens begin with CANARY.
"""

import base64
import itertools
import json
import re
import secrets
import threading
import time

import faults
from replies import json_reply, refused_text


def unlike(pairs):
    """The members of a JSON object, none of them twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member is there twice")
    return found


def secret_key():
    """As long as a real one: 40 characters."""
    tail = base64.b64encode(secrets.token_bytes(26)).decode()
    return ("CANARYsecret" + tail)[:40]


def key_id(role, number):
    """20 characters: ASIAFAKE, the end of the role's name, a number."""
    name = re.sub(r"[^A-Z0-9]", "", role.rpartition("/")[2].upper())
    return f"ASIAFAKE{name[-8:]:X<8}{number % 10000:04}"


class Roles:
    def __init__(self, settings, issuer):
        self.settings = settings
        self.issuer = issuer
        self.numbers = itertools.count(1)
        self.lock = threading.Lock()
        self.issued = {}  # key id: what was given

    def assume(self, request):
        self.issuer.tokens.check(request)
        try:
            if request.query:
                raise ValueError("a query has no place here")
            request.must_be("application/json")
            asked = json.loads(
                request.body.decode("utf-8"), object_pairs_hook=unlike
            )
            if not isinstance(asked, dict) or set(asked) != {"Role"}:
                raise ValueError("the body is not an object with Role alone")
            role = asked["Role"]
            if not isinstance(role, str) or not role:
                raise ValueError("Role is not a text")
        except ValueError as e:
            raise refused_text(400, str(e)) from e
        request.notes["role"] = role
        if role in self.settings.forbidden:
            raise refused_text(403, "you may not assume this role")
        if role not in self.settings.roles:
            raise refused_text(404, "there is no such role")
        return json_reply(200, self.credentials(role))

    def credentials(self, role):
        with self.lock:
            number = next(self.numbers)
        ends = time.time() + self.settings.life
        members = {
            "Version": 1,
            "AccessKeyId": key_id(role, number),
            "SecretAccessKey": secret_key(),
            "SessionToken": "CANARYsession" + secrets.token_urlsafe(300),
            "Expiration": faults.iso(ends).replace("+00:00", "Z"),
        }
        given = {**members, "role": role, "ends": ends}
        with self.lock:
            self.issued[members["AccessKeyId"]] = given
        if self.settings.no_cache:
            members["Mairu"] = {"NoCache": True}
        return members

    def roles(self, request):
        self.issuer.tokens.check(request)
        if request.query:
            raise refused_text(400, "a query has no place here")
        members = [{"Name": name} for name in self.settings.roles]
        for member in members[1:]:
            member["Description"] = f"the role {member['Name']} of the fake"
        return json_reply(200, {"Roles": members})
