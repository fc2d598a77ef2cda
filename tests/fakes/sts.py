"""AWS STS: AssumeRole and GetCallerIdentity, to whoever signs with credentials
that this fake, or the server that it belongs to, has given.

Settings, by {"set": {...}}:

  trust        {ROLE ARN: RULE}, or of "*" for all others (which anyone may
               assume unless it says more).  A RULE has "by" (a list of ARNs of
               roles, their sessions or users, of account ids, or "*"), and may
               have "external_id", "max" (MaxSessionDuration) and "not_in" (regions)
  sts_clock    seconds that its clock is ahead
  sts_life     seconds that roles last, whatever is asked
  sts_form     "plain"; "odd": entities, another order, comments; or "blank":
               blanks around all texts, too, which SDKs do not take

and words: {"sts_error": {"code": C, "text": T, "action": A, "times": N,
"status": S}} answers requests that are right with that error;
{"end_keys": PREFIX} ends all keys that begin so.
"""

import itertools
import json
import re
import secrets
import threading
import time

import sts_model
import sts_xml
from client import form
from replies import Refused, Reply
from roles import key_id, secret_key
from sts_sign import Signed, Wrong

ROLE = re.compile(
    r"arn:(aws[a-z-]*):iam::(\d{12}):role/(?:[\w+=,.@/-]+/)?([\w+=,.@-]+)"
)
# SDKs name the characters, or do not.
KIND = re.compile(r"application/x-www-form-urlencoded(; charset=utf-8)?")
CHAINED = 3600
PACKED = 2048
HOME = "123456789012"  # the account of roles that name none
SETTINGS = {"trust": {}, "sts_clock": 0, "sts_life": None, "sts_form": "plain"}


def prepare(settings):
    """Gives the settings of a server those of its STS."""
    for name, value in SETTINGS.items():
        setattr(settings, name, value)


class Sts:
    def __init__(self, settings, source):
        self.settings = settings
        self.source = source  # its `issued` are keys that are known here
        self.issued = {}
        self.lock = threading.Lock()
        # Others of the same role's name are counted from 1.
        self.numbers = itertools.count(5000)
        self.errors = []
        self.ended = set()
        self.model = None

    def routes(self):
        entry = ("sts", ("POST",), self.answer)
        return {"sts": entry, "sts/": entry}

    def now(self):
        return int(time.time() + self.settings.sts_clock)

    # --- what a test says

    def command(self, word, value):
        """True when the word is one of ours."""
        if word == "sts_error":
            self.add_error(**value)
        elif word == "end_keys":
            for key in (*self.source.issued, *self.issued):
                if key.startswith(value):
                    self.ended.add(key)
        else:
            return False
        return True

    def add_error(self, code, text="", action=None, times=1, status=None):
        if code not in sts_xml.STATUS:
            raise ValueError(f"STS has no {code}")
        with self.lock:
            one = {"code": code, "text": text, "status": status}
            self.errors += [{**one, "action": action} for _ in range(times)]

    def take_error(self, action):
        with self.lock:
            for one in self.errors:
                if one["action"] in (None, action):
                    self.errors.remove(one)
                    return one
        return None

    # --- who asks

    def refused(self, code, why, status=None):
        return sts_xml.refused(code, why, self.now(), status)

    def known(self, key):
        found = self.issued.get(key) or self.source.issued.get(key)
        if not found:
            raise Wrong(
                403,
                "InvalidClientTokenId",
                "The security token included in the request is invalid.",
            )
        return self.described(found)

    def described(self, found):
        """With who that is, which the portal does not say."""
        if "arn" in found:
            return found
        account, _, name = found["role"].partition("/")
        if not re.fullmatch(r"\d{12}", account):
            account, name = HOME, found["role"]
        name = name.rpartition("/")[2]
        return {
            **found,
            "account": account,
            "arn": f"arn:aws:sts::{account}:assumed-role/{name}/fake",
            "made_of": f"arn:aws:iam::{account}:role/{name}",
            "user_id": f"{found['AccessKeyId']}:fake",
        }

    def who(self, request):
        """The credentials that signed the request."""
        try:
            signed = Signed(request)
            request.notes["region"] = signed.region
            request.notes["key"] = signed.key
            found = self.known(signed.key)
            request.notes["caller"] = found["arn"]
            if request.all("X-Amz-Security-Token") != (
                [found["SessionToken"]] if found["SessionToken"] else []
            ):
                raise Wrong(
                    403,
                    "InvalidClientTokenId",
                    "The security token included in the request is invalid",
                )
            signed.matches(found["SecretAccessKey"])
            signed.in_time(self.now())
        except Wrong as e:
            raise self.refused(e.code, e.why, e.status) from e
        if time.time() >= found["ends"] or signed.key in self.ended:
            raise self.refused(
                "ExpiredToken",
                "The security token included in the request is expired",
            )
        return found

    # --- what is asked

    def answer(self, request):
        if not self.model:
            try:
                self.model = sts_model.find()
            except ValueError as e:
                raise Refused(Reply(501, f"{e}\n"), str(e)) from e
        found = self.who(request)
        request.notes["role"] = found.get("role")
        try:
            if not KIND.fullmatch(", ".join(request.all("Content-Type"))):
                raise ValueError("this is no form")
            asked = form(request.body.decode("ascii"), empty=True)
        except ValueError as e:
            raise self.refused("MalformedInput", str(e)) from e
        action, version = asked.pop("Action", ""), asked.pop("Version", "")
        request.notes["action"] = action
        operations = {
            "AssumeRole": self.assume,
            "GetCallerIdentity": self.identity,
        }
        if version != sts_model.VERSION or action not in operations:
            raise self.refused(
                "InvalidAction",
                f"Could not find operation {action} for version {version}",
            )
        try:
            asked = sts_model.Form(self.model, action).read(asked)
        except sts_model.Invalid as e:
            raise self.refused("ValidationError", str(e)) from e
        due = self.take_error(action)
        if due:
            request.notes["fault"] = due["code"]
            why = due["text"] or "the fake was told so"
            raise self.refused(due["code"], why, due["status"])
        return operations[action](request, found, asked)

    def reply(self, action, members):
        how = self.settings.sts_form
        return sts_xml.answer(action, members, self.now(), how)

    def identity(self, request, found, asked):
        return self.reply(
            "GetCallerIdentity",
            {
                "Arn": found["arn"],
                "UserId": found["user_id"],
                "Account": found["account"],
            },
        )

    # --- AssumeRole

    def rule(self, arn):
        trust = self.settings.trust
        return trust.get(arn, trust.get("*", {"by": ["*"]}))

    def trusted(self, found, asked):
        """Fails unless the role's trust policy lets them."""
        arn = asked["RoleArn"]
        rule = self.rule(arn)
        names = {"*", found["arn"], found.get("made_of"), found["account"]}
        if not names & set(rule.get("by", ["*"])) or (
            "external_id" in rule
            and rule["external_id"] != asked.get("ExternalId")
        ):
            raise self.refused(
                "AccessDenied",
                f"User: {found['arn']} is not authorized to perform: "
                f"sts:AssumeRole on resource: {arn}",
            )
        return rule

    def life(self, found, asked, rule):
        want = asked.get("DurationSeconds", CHAINED)
        if found["SessionToken"] and want > CHAINED:
            raise self.refused(
                "ValidationError",
                "The requested DurationSeconds exceeds the 1 hour session "
                "limit for roles assumed by role chaining.",
            )
        if want > rule.get("max", CHAINED if found["SessionToken"] else 43200):
            raise self.refused(
                "ValidationError",
                "The requested DurationSeconds exceeds the MaxSessionDuration "
                "set for this role.",
            )
        return self.settings.sts_life or want

    def policies(self, asked):
        """How full, in hundredths, what goes with a session makes it."""
        policy = asked.get("Policy")
        if policy is not None:
            try:
                read = json.loads(policy)
                if "Statement" not in read:
                    raise ValueError("there is no Statement")
            except (ValueError, TypeError) as e:
                raise self.refused(
                    "MalformedPolicyDocument", "Syntax errors in policy."
                ) from e
        packed = len(policy or "")
        packed += sum(len(p["arn"]) for p in asked.get("PolicyArns", ()))
        if packed > PACKED or len(asked.get("PolicyArns", ())) > 10:
            raise self.refused(
                "PackedPolicyTooLarge",
                f"Packed size of session policies consumes "
                f"{packed * 100 // PACKED}% of allotted space.",
            )
        return packed * 100 // PACKED

    def tags(self, found, asked):
        """Those that the next session of a chain has as well."""
        given = {t["Key"]: t["Value"] for t in asked.get("Tags", ())}
        if len(given) != len(asked.get("Tags", ())):
            raise self.refused("ValidationError", "Duplicate tag keys found.")
        before, go_on = found.get("tags", {}), asked.get("TransitiveTagKeys", ())
        for key in go_on:
            if key not in given:
                raise self.refused(
                    "ValidationError",
                    "The specified transitive tag key must be included in the "
                    "requested tags.",
                )
        if set(before) & set(given):
            raise self.refused(
                "InvalidParameterValue",
                "One of the specified tag keys conflicts with a transitive tag "
                "key from the calling session.",
            )
        return {**before, **{key: given[key] for key in go_on}}

    def source_identity(self, found, asked):
        before, want = found.get("identity"), asked.get("SourceIdentity")
        if before and want and before != want:
            raise self.refused(
                "AccessDenied",
                f"User: {found['arn']} is not authorized to perform: "
                f"sts:SetSourceIdentity on resource: {asked['RoleArn']}",
            )
        return want or before

    def assume(self, request, found, asked):
        arn = asked["RoleArn"]
        request.notes["asked"] = asked
        to = ROLE.fullmatch(arn)
        if not to:
            raise self.refused("ValidationError", f"{arn} is invalid")
        rule = self.trusted(found, asked)
        if request.notes["region"] in rule.get("not_in", ()):
            raise self.refused(
                "RegionDisabledException",
                f"STS is not activated in this region for account:{to[2]}. "
                "Your account administrator can activate STS in this region "
                "using the IAM Console.",
            )
        seconds = self.life(found, asked, rule)
        packed = self.policies(asked)
        tags = self.tags(found, asked)
        identity = self.source_identity(found, asked)
        given = self.issue(to, asked["RoleSessionName"], seconds)
        given.update(tags=tags, identity=identity)
        request.notes["given"] = given["AccessKeyId"]
        ends = sts_xml.when(self.now() + seconds, self.settings.sts_form)
        members = {
            "Credentials": {
                "AccessKeyId": given["AccessKeyId"],
                "SecretAccessKey": given["SecretAccessKey"],
                "SessionToken": given["SessionToken"],
                "Expiration": ends,
            },
            "AssumedRoleUser": {
                "AssumedRoleId": given["user_id"],
                "Arn": given["arn"],
            },
        }
        if identity:
            members["SourceIdentity"] = identity
        if asked.get("Policy") or asked.get("PolicyArns"):
            members["PackedPolicySize"] = str(packed)
        return self.reply("AssumeRole", members)

    def issue(self, to, session, seconds):
        partition, account, name = to.groups()
        given = {
            "AccessKeyId": key_id(name, next(self.numbers)),
            "SecretAccessKey": secret_key(),
            "SessionToken": "CANARYhop" + secrets.token_urlsafe(300),
            "ends": time.time() + seconds,
            "role": f"{account}/{name}",
            "account": account,
            "arn": f"arn:{partition}:sts::{account}:assumed-role/{name}/{session}",
            "made_of": to[0],
            "user_id": f"{sts_xml.identifier('AROA')}:{session}",
        }
        self.issued[given["AccessKeyId"]] = given
        return given

    def user(self, name="alice"):
        """A user's keys for good: no session, and no end."""
        given = {
            "AccessKeyId": "AKIAFAKE" + secrets.token_hex(6).upper(),
            "SecretAccessKey": secret_key(),
            "SessionToken": "",
            "ends": float("inf"),
            "account": HOME,
            "arn": f"arn:aws:iam::{HOME}:user/{name}",
            "user_id": sts_xml.identifier("AIDA"),
        }
        self.issued[given["AccessKeyId"]] = given
        return given
