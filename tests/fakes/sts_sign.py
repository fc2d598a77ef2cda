"""Whether a request is signed by who it says (SigV4), from the bytes that
arrived, as STS looks at it."""

import calendar
import hashlib
import hmac
import re
import time

SCOPE = r"(\w+)/(\d{8})/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request"
AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=" + SCOPE + r", ?"
    r"SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})"
)
WINDOW = 15 * 60  # seconds before and after
# Some SDKs send it for browsers, and never sign it.
UNSIGNED = {"x-amz-user-agent"}


class Wrong(Exception):
    """What is wrong, as AWS says it."""

    def __init__(self, status, code, why):
        super().__init__(why)
        self.status, self.code, self.why = status, code, why


def stamp(seconds):
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(seconds))


def digest(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


class Signed:
    """The Authorization of a request, and what it covers."""

    def __init__(self, request):
        self.request = request
        headers = request.all("Authorization")
        if not headers:
            raise Wrong(
                403,
                "MissingAuthenticationToken",
                "Request is missing Authentication Token",
            )
        found = AUTHORIZATION.fullmatch(headers[0])
        if len(headers) != 1 or not found or request.query:
            raise Wrong(
                400,
                "IncompleteSignature",
                "Authorization header requires 'Credential', 'SignedHeaders' "
                "and 'Signature' parameters.",
            )
        self.key, self.day, self.region, self.service = found.groups()[:4]
        self.names, self.given = found[5].split(";"), found[6]
        self.covers()

    def covers(self):
        names, sent = self.names, {n.lower() for n in self.request.headers.keys()}
        if names != sorted(set(names)) or not set(names) <= sent:
            raise Wrong(
                400,
                "IncompleteSignature",
                "'SignedHeaders' are not those of the request, in order.",
            )
        must = {n for n in sent if n.startswith("x-amz-")} - UNSIGNED
        if not must | {"host"} <= set(names):
            raise Wrong(
                403,
                "SignatureDoesNotMatch",
                "'Host' and all 'x-amz-*' headers must be a 'SignedHeader' in "
                "the AWS Authorization.",
            )
        if self.service != "sts":
            raise Wrong(
                403,
                "SignatureDoesNotMatch",
                "Credential should be scoped to correct service: 'sts'.",
            )

    def in_time(self, now):
        dates = self.request.all("X-Amz-Date")
        if len(dates) != 1 or not re.fullmatch(r"\d{8}T\d{6}Z", dates[0]):
            raise Wrong(
                400,
                "IncompleteSignature",
                "Date must be in ISO-8601 'basic format'.",
            )
        date = dates[0]
        if date[:8] != self.day:
            raise Wrong(
                403,
                "SignatureDoesNotMatch",
                "Date in Credential scope does not match YYYYMMDD from "
                f"ISO-8601 version of date from HTTP: '{self.day}' != "
                f"'{date[:8]}', from '{date}'.",
            )
        then = calendar.timegm(time.strptime(date, "%Y%m%dT%H%M%SZ"))
        if then < now - WINDOW:
            raise Wrong(
                403,
                "SignatureDoesNotMatch",
                f"Signature expired: {date} is now earlier than "
                f"{stamp(now - WINDOW)} ({stamp(now)} - 15 min.)",
            )
        if then > now + WINDOW:
            raise Wrong(
                403,
                "SignatureDoesNotMatch",
                f"Signature not yet current: {date} is still later than "
                f"{stamp(now + WINDOW)} ({stamp(now)} + 15 min.)",
            )

    def matches(self, secret):
        """Fails unless the secret key made the signature."""
        if not hmac.compare_digest(self.given, self.wanted(secret)):
            raise Wrong(
                403,
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the "
                "signature you provided. Check your AWS Secret Access Key and "
                "signing method. Consult the service documentation for "
                "details.",
            )

    def wanted(self, secret):
        request, headers = self.request, ""
        for name in self.names:
            value = ",".join(" ".join(v.split()) for v in request.all(name))
            headers += f"{name}:{value}\n"
        body = hashlib.sha256(request.body).hexdigest()
        said = request.all("X-Amz-Content-Sha256")
        if said and said != [body]:
            return "the body is another one"
        canonical = "\n".join(
            (
                request.method,
                request.path,
                request.query,
                headers,
                ";".join(self.names),
                body,
            )
        )
        scope = f"{self.day}/{self.region}/{self.service}/aws4_request"
        to_sign = "\n".join(
            (
                "AWS4-HMAC-SHA256",
                request.headers["X-Amz-Date"],
                scope,
                hashlib.sha256(canonical.encode()).hexdigest(),
            )
        )
        key = ("AWS4" + secret).encode()
        for part in scope.split("/"):
            key = digest(key, part)
        return digest(key, to_sign).hex()
