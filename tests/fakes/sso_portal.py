"""The access portal of the fake IAM Identity Center: accounts, their roles,
credentials of them, logout, and how many calls it takes in a second."""

import base64
import collections
import itertools
import re
import secrets
import threading
import time

from roles import key_id, secret_key

FIRST = "123456789012"
NAMES = ("Dev", "Ops", "ReadOnly", "Admin", "Billing")
INVALID = "Session token not found or invalid"
ACCOUNT = re.compile(r"[0-9]{12}")
WINDOW = 1.0  # seconds
PAGE = 20  # when nobody says


class Limit:
    """So many calls in any second, and no more."""

    def __init__(self, settings):
        self.settings = settings
        self.lock = threading.Lock()
        self.taken = collections.deque()
        self.peak = self.refused = 0

    def take(self, request):
        """True when this one may go on; says how full the window is."""
        with self.lock:
            now = time.monotonic()
            while self.taken and now - self.taken[0] >= WINDOW:
                self.taken.popleft()
            most = self.settings.rate
            if most and len(self.taken) >= most:
                self.refused += 1
                request.notes["in_window"] = len(self.taken)
                return False
            self.taken.append(now)
            self.peak = max(self.peak, len(self.taken))
            request.notes["in_window"] = len(self.taken)
            return True


class Portal:
    def __init__(self, settings, service, oidc):
        self.settings, self.oidc = settings, oidc
        self.limit = Limit(settings)
        self.lock = threading.Lock()
        self.numbers = itertools.count(1)
        self.pages = {}  # token: what it goes on with
        self.issued = {}  # key id: what was given, as the fake STS reads it
        self.op = {
            name: service.operation(name)
            for name in service.model["operations"]
        }

    def routes(self):
        made = {
            "ListAccounts": ("accounts", self.accounts),
            "ListAccountRoles": ("account-roles", self.roles),
            "GetRoleCredentials": ("credentials", self.credentials),
            "Logout": ("logout", self.logout),
        }
        return {
            self.op[name].path: (at, (self.op[name].method,), handle)
            for name, (at, handle) in made.items()
        }

    def admit(self, name, request):
        """The operation, what was asked, and whose sign-in asks."""
        op = self.op[name]
        if not self.limit.take(request):
            raise op.refused("TooManyRequestsException", "HTTP 429 Unknown Code")
        asked = op.read(request)
        one = self.oidc.holds(asked.get("accessToken", ""))
        if not one or "sso:account:access" not in one.client["scopes"]:
            raise op.refused("UnauthorizedException", INVALID)
        return op, asked, one

    # --- what there is

    def ids(self):
        others = (f"{210000000000 + i}" for i in itertools.count(1))
        most = self.settings.accounts
        return list(itertools.islice(itertools.chain([FIRST], others), most))

    def name_of(self, account):
        made = f"account-{self.ids().index(account) + 1}"
        return self.settings.names.get(account, made)

    def names(self):
        more = (f"Role{i}" for i in itertools.count(len(NAMES) + 1))
        most = self.settings.roles
        return list(itertools.islice(itertools.chain(NAMES, more), most))

    def fit_account(self, op, account):
        if not ACCOUNT.fullmatch(account):
            raise op.refused("InvalidRequestException", "accountId is invalid")
        if account not in self.ids():
            raise op.refused("ResourceNotFoundException", "Account not found")

    def page(self, op, asked, about, everything):
        """The part of a list that is asked for, and the token of the next."""
        start, token = 0, asked.get("nextToken")
        if token:
            with self.lock:
                known = self.pages.get(token)
            if not known or known[0] != about:
                raise op.refused("InvalidRequestException", "nextToken is invalid")
            start = known[1]
        end = start + min(asked.get("maxResults", PAGE), self.settings.page)
        following = None
        if end < len(everything):
            # With what has to be encoded in a query.
            raw = b"\xfb\xef\xbe" + secrets.token_bytes(61)
            following = base64.b64encode(raw).decode()
            with self.lock:
                self.pages[following] = (about, end)
        return everything[start:end], following

    # --- the operations

    def accounts(self, request):
        op, asked, _ = self.admit("ListAccounts", request)
        some, following = self.page(op, asked, "accounts", self.ids())
        listed = [
            {
                "accountId": account,
                "accountName": self.name_of(account),
                "emailAddress": f"aws+{account}@example.com",
            }
            for account in some
        ]
        return op.reply({"nextToken": following, "accountList": listed})

    def roles(self, request):
        op, asked, _ = self.admit("ListAccountRoles", request)
        account = asked["accountId"]
        request.notes["account"] = account
        self.fit_account(op, account)
        some, following = self.page(op, asked, account, self.names())
        listed = [{"roleName": name, "accountId": account} for name in some]
        return op.reply({"nextToken": following, "roleList": listed})

    def credentials(self, request):
        op, asked, _ = self.admit("GetRoleCredentials", request)
        account, name = asked["accountId"], asked["roleName"]
        role = f"{account}/{name}"
        request.notes["role"] = role
        self.fit_account(op, account)
        if name not in self.names() or role in self.settings.forbidden:
            raise op.refused("ForbiddenException", "No access")
        with self.lock:
            number = next(self.numbers)
        # Whole seconds, though in milliseconds; the rest shows who cuts what.
        ends = int(time.time() + self.settings.life) * 1000 + 987
        given = {
            "accessKeyId": key_id(role, number),
            "secretAccessKey": secret_key(),
            "sessionToken": "CANARYsession" + secrets.token_urlsafe(600),
            "expiration": ends,
        }
        self.issued[given["accessKeyId"]] = {
            "AccessKeyId": given["accessKeyId"],
            "SecretAccessKey": given["secretAccessKey"],
            "SessionToken": given["sessionToken"],
            "role": role,
            "ends": ends / 1000,
        }
        request.notes["key"] = given["accessKeyId"]
        request.notes["expiration"] = ends
        return op.reply({"roleCredentials": given})

    def logout(self, request):
        # Not of this token alone: it is the person's session with the portal
        # that ends, on which all tokens rest that a browser has fetched.
        op, _, _ = self.admit("Logout", request)
        self.oidc.revoke(refresh=True)
        return op.reply()
