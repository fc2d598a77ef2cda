"""An STS that knows the fake's credentials and can say who one is: real SDKs
ask it, and their signature proves that all three parts of a credential came
to them as they were given.

Only GetCallerIdentity; signatures are those of SigV4.
"""

import hashlib
import hmac
import re
import time
from xml.sax.saxutils import escape

from oauth import form
from replies import Refused, Reply

AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(\w+)/(\d{8})/([\w-]+)/sts/aws4_request, ?"
    r"SignedHeaders=([\w;-]+), ?Signature=([0-9a-f]{64})"
)
NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"


def xml(status, text):
    return Reply(status, text, "text/xml")


def refused(status, code, why):
    text = (
        f'<ErrorResponse xmlns="{NAMESPACE}"><Error><Type>Sender</Type>'
        f"<Code>{code}</Code><Message>{escape(why)}</Message></Error>"
        "<RequestId>fake</RequestId></ErrorResponse>"
    )
    return Refused(xml(status, text), f"{code}: {why}")


def digest(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def signature(request, secret, day, region, names):
    """What the signature has to be (SigV4, of a request without a query)."""
    headers = ""
    for name in names:
        value = ",".join(" ".join(v.split()) for v in request.all(name))
        headers += f"{name}:{value}\n"
    canonical = "\n".join(
        (
            request.method,
            request.path,
            request.query,
            headers,
            ";".join(names),
            hashlib.sha256(request.body).hexdigest(),
        )
    )
    scope = f"{day}/{region}/sts/aws4_request"
    to_sign = "\n".join(
        (
            "AWS4-HMAC-SHA256",
            request.headers.get("X-Amz-Date", ""),
            scope,
            hashlib.sha256(canonical.encode()).hexdigest(),
        )
    )
    key = ("AWS4" + secret).encode()
    for part in scope.split("/"):
        key = digest(key, part)
    return digest(key, to_sign).hex()


class Sts:
    def __init__(self, roles):
        self.roles = roles

    def who(self, request):
        """The credentials that signed the request."""
        headers = request.all("Authorization")
        found = AUTHORIZATION.fullmatch(headers[0]) if headers else None
        if len(headers) != 1 or not found or request.query:
            raise refused(403, "IncompleteSignature", "there is no signature")
        ident, day, region, names, given = found.groups()
        members = self.roles.issued.get(ident)
        if not members:
            raise refused(403, "InvalidClientTokenId", "the key is unknown")
        if request.all("X-Amz-Security-Token") != [members["SessionToken"]]:
            raise refused(403, "InvalidClientTokenId", "the token is wrong")
        names = names.split(";")
        if not {"host", "x-amz-date", "x-amz-security-token"} <= set(names):
            raise refused(403, "SignatureDoesNotMatch", "too little is signed")
        secret = members["SecretAccessKey"]
        want = signature(request, secret, day, region, names)
        if not hmac.compare_digest(given, want):
            raise refused(403, "SignatureDoesNotMatch", "it does not match")
        if time.time() >= members["ends"]:
            raise refused(403, "ExpiredToken", "the credentials have expired")
        return members

    def answer(self, request):
        members = self.who(request)
        request.notes["role"] = members["role"]
        try:
            asked = form(request.body.decode())
        except ValueError as e:
            raise refused(400, "MalformedInput", str(e)) from e
        request.notes["action"] = asked.get("Action")
        if asked.get("Action") != "GetCallerIdentity":
            raise refused(400, "InvalidAction", "only GetCallerIdentity")
        account, _, name = members["role"].partition("/")
        arn = f"arn:aws:sts::{account}:assumed-role/{name}/fake"
        text = (
            f'<GetCallerIdentityResponse xmlns="{NAMESPACE}">'
            f"<GetCallerIdentityResult><Arn>{escape(arn)}</Arn>"
            f"<UserId>{members['AccessKeyId']}:fake</UserId>"
            f"<Account>{escape(account)}</Account>"
            "</GetCallerIdentityResult><ResponseMetadata>"
            "<RequestId>fake</RequestId></ResponseMetadata>"
            "</GetCallerIdentityResponse>"
        )
        return xml(200, text)
