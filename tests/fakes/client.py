"""What every endpoint of the fake asks of a client: a form that is written as
it should be, and the client's own name in the one way that is its.
"""

import base64
import hmac
import re
import secrets
import urllib.parse

from replies import Refused, refused_json

FORM = re.compile(r"[A-Za-z0-9._~*+%&=!'()-]*")  # what nobody has to encode
KIND = "application/x-www-form-urlencoded"


def canary(kind):
    return f"CANARY-{kind}-{secrets.token_urlsafe(24)}"


def form(text, empty=False):
    """The parameters of a query or a form, each once, or ValueError; those of
    no value as well where `empty` says so."""
    if not FORM.fullmatch(text) or re.search(r"%(?![0-9A-Fa-f]{2})", text):
        raise ValueError("the form is not encoded as it should be")
    found = {}
    for name, value in urllib.parse.parse_qsl(
        text, keep_blank_values=True, strict_parsing=bool(text), errors="strict"
    ):
        if name in found:
            raise ValueError(f"{name} is there twice")
        if not value and not empty:
            raise ValueError(f"{name} is empty")
        found[name] = value
    return found


def only(found, *known):
    for name in found:
        if name not in known:
            raise ValueError(f"{name} is unknown here")


def need(found, *names):
    for name in names:
        if name not in found:
            raise ValueError(f"{name} is missing")


def posted(request):
    """The form of a request that is a POST to an endpoint of OAuth."""
    if request.query:
        raise ValueError("a query has no place here")
    request.must_be(KIND)
    return form(request.body.decode("ascii"))


def authenticate(settings, request, asked):
    way, headers = settings.client_auth, request.all("Authorization")
    try:
        if way == "basic":
            if "client_id" in asked or "client_secret" in asked:
                raise ValueError("the client is named twice")
            if len(headers) != 1 or headers[0][:6] != "Basic ":
                raise ValueError("there is no Basic authorization")
            pair = base64.b64decode(headers[0][6:], validate=True)
            ident, _, secret = pair.decode("ascii").partition(":")
            # Both are form-urlencoded first (RFC 6749, section 2.3.1).
            for text in ident, secret:
                if not FORM.fullmatch(text) or set(text) & set("&="):
                    raise ValueError("id and secret are not encoded")
            ident = urllib.parse.unquote_plus(ident, errors="strict")
            secret = urllib.parse.unquote_plus(secret, errors="strict")
        else:
            if headers:
                raise ValueError("this client has no authorization")
            ident = asked.get("client_id", "")
            secret = asked.get("client_secret", "")
        want = settings.client_secret if way != "none" else ""
        if ident != settings.client_id:
            raise ValueError("the client is unknown")
        if not hmac.compare_digest(secret.encode(), want.encode()):
            raise ValueError("the secret is not that of this client")
    except ValueError as e:
        challenge = [("WWW-Authenticate", 'Basic realm="fake"')]
        raise refused_json(401, "invalid_client", str(e), challenge) from e


def endpoint(settings, handle):
    """What answers a POST to an endpoint of OAuth: handle(request, asked), once
    the form was read and the client is known.  A ValueError of it is an
    invalid_request."""

    def answer(request):
        try:
            try:
                asked = posted(request)
                if "grant_type" in asked:
                    request.notes["grant_type"] = asked["grant_type"]
                authenticate(settings, request, asked)
                return handle(request, asked)
            except ValueError as e:
                raise refused_json(400, "invalid_request", str(e)) from e
        except Refused as e:
            # Some servers say no in no other way than in the body.
            if settings.errors_200 and e.reply.members:
                e.reply.status = 200
            raise

    return answer


def numbers(settings, members, *names):
    """The members, with the numbers among them as this server writes them."""
    for name in names:
        if settings.string_numbers and name in members:
            members[name] = str(members[name])
    return members
