"""What STS writes: answers and errors of the Query protocol, plainly or in an
odd form that is the same to a reader of XML."""

import email.utils
import secrets
import time
from xml.sax.saxutils import escape

from replies import Refused, Reply
from sso_model import request_id

NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
# The status of each error that STS is known to answer.
STATUS = {
    "AccessDenied": 403,
    "ExpiredToken": 403,
    "ExpiredTokenException": 400,
    "InvalidClientTokenId": 403,
    "SignatureDoesNotMatch": 403,
    "MissingAuthenticationToken": 403,
    "IncompleteSignature": 400,
    "RequestExpired": 400,
    "ValidationError": 400,
    "MalformedPolicyDocument": 400,
    "PackedPolicyTooLarge": 400,
    "InvalidIdentityToken": 400,
    "IDPRejectedClaim": 403,
    "RegionDisabledException": 403,
    "IDPCommunicationError": 400,
    "Throttling": 400,
    "ThrottlingException": 400,
    "RequestLimitExceeded": 400,
    "InternalFailure": 500,
    "ServiceUnavailable": 503,
    "InvalidAction": 400,
    "InvalidParameterValue": 400,
    "MalformedInput": 400,
    "MissingAction": 400,
    "MissingParameter": 400,
}


def odd(text):
    """The same text, in references wherever there is a sign."""
    return "".join(
        c if c.isalnum() and c not in "AZ" else f"&#x{ord(c):x};" for c in text
    )


def element(name, value, form):
    if isinstance(value, dict):
        inner = [element(n, v, form) for n, v in value.items()]
        if form != "plain":
            inner.reverse()
            inner.append("<!-- and --><Unheard><Of>it</Of></Unheard>\n")
        # Blanks without a newline are text to the SDK for JavaScript.
        inner = "\n  ".join(["", *inner])
        return f"<{name}>{inner}\n</{name}>"
    text = escape(value) if form == "plain" else odd(value)
    if form == "blank":
        text = f"\n\t{text} "
    return f"<{name}>{text}</{name}>"


def reply(status, text, now, form="plain"):
    if form != "plain":
        text = '\ufeff<?xml version="1.0" encoding="UTF-8"?>\n' + text
    answer = Reply(status, text, "text/xml")
    answer.headers.append(("x-amzn-RequestId", request_id()))
    # By its own clock, which clients set theirs by.
    answer.headers.append(("Date", email.utils.formatdate(now, usegmt=True)))
    return answer


def answer(action, members, now, form="plain"):
    whole = {
        f"{action}Result": members,
        "ResponseMetadata": {"RequestId": request_id()},
    }
    text = element(f"{action}Response", whole, form)
    opened = f'<{action}Response xmlns="{NAMESPACE}">'
    return reply(
        200, text.replace(f"<{action}Response>", opened, 1), now, form
    )


def error(code, why, now, status=None):
    status = status or STATUS[code]
    side = "Receiver" if status >= 500 else "Sender"
    text = (
        f'<ErrorResponse xmlns="{NAMESPACE}"><Error><Type>{side}</Type>'
        f"<Code>{code}</Code><Message>{escape(why)}</Message></Error>"
        f"<RequestId>{request_id()}</RequestId></ErrorResponse>"
    )
    return reply(status, text, now)


def refused(code, why, now, status=None):
    return Refused(error(code, why, now, status), f"{code}: {why}")


def when(seconds, form="plain"):
    """An Expiration; some write it as no other service does."""
    zone = "Z" if form == "plain" else ".000+00:00"
    return time.strftime("%Y-%m-%dT%H:%M:%S" + zone, time.gmtime(seconds))


def identifier(prefix):
    """Of a role or a user: 21 characters."""
    return prefix + secrets.token_hex(9)[:17].upper()
