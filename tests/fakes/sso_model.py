"""The service models of IAM Identity Center, as AWS publishes them with its
SDKs: what a request may hold, and what an answer or an error looks like.

They are looked for in $SSO_MODELS, in ../shared/aws/models beside this tree,
and in botocore.  A botocore from before the authorization code grant lacks
what ADDED has.
"""

import glob
import gzip
import importlib.util
import json
import os
import re
import secrets
import urllib.parse

from replies import Refused, json_reply

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SERVICES = ("sso-oidc", "sso")
DEBIAN = "/usr/lib/python3/dist-packages/botocore/data"
NAMESPACE = {
    "sso-oidc": "com.amazonaws.sso.oidc",
    "sso": "com.amazonaws.switchboard.portal",
}
# RFC 6749, section 5.2, and RFC 8628, section 3.5; the model names only the
# type of each, and `error` is written like this in all of them.
SERVER_ERROR = {"InternalServerException": "server_error"}
# Headers that SDKs send, besides those that the model names.
HEADERS = {
    "host",
    "user-agent",
    "accept",
    "accept-encoding",
    "connection",
    "date",
    "x-amz-user-agent",
    "x-amzn-trace-id",
    "amz-sdk-invocation-id",
    "amz-sdk-request",
}
QUERY = re.compile(r"[A-Za-z0-9._~*%&=!'(),:@/?;$-]*")  # '+' is ambiguous

STRING, STRINGS = {"type": "string"}, {"type": "list", "member": {"shape": "X"}}
ADDED = {
    "RegisterClientRequest": {
        "redirectUris": STRINGS,
        "grantTypes": STRINGS,
        "issuerUrl": STRING,
        "entitledApplicationArn": STRING,
    },
    "CreateTokenRequest": {"codeVerifier": STRING},
}
ADDED_ERRORS = {
    "RegisterClient": {
        "InvalidRedirectUriException": 400,
        "UnsupportedGrantTypeException": 400,
        "SlowDownException": 400,
    }
}


def known_places():
    """Where models of any service may be, the best place first."""
    found = [os.path.join(os.path.dirname(ROOT), "shared", "aws", "models")]
    spec = importlib.util.find_spec("botocore")
    if spec and spec.origin:
        found.append(os.path.join(os.path.dirname(spec.origin), "data"))
    return [*found, DEBIAN]


def places():
    if os.environ.get("SSO_MODELS"):
        return [os.environ["SSO_MODELS"]]
    return known_places()


def read(place, service):
    """The model of a service below that place, or None."""
    for middle in "", "*/":
        name = f"{place}/{service}/{middle}service-2.json"
        for path in sorted(glob.glob(name) + glob.glob(name + ".gz")):
            opener = gzip.open if path.endswith(".gz") else open
            with opener(path, "rt", encoding="utf-8") as f:
                return json.load(f)
    return None


def find():
    """The models of both services by name, or ValueError."""
    for place in places():
        found = {name: read(place, name) for name in SERVICES}
        if all(found.values()):
            return {name: extended(model) for name, model in found.items()}
    raise ValueError(
        "there are no service models of sso and sso-oidc in any of "
        + ", ".join(places())
        + ". Install python3-botocore, or set SSO_MODELS to a directory with "
        "sso/service-2.json and sso-oidc/service-2.json"
    )


def extended(model):
    shapes = model["shapes"]
    shapes.setdefault("X", STRING)
    for name, members in ADDED.items():
        known = shapes.get(name, {}).get("members", members)
        for member, shape in members.items():
            if member not in known:
                shapes[f"{name}.{member}"] = shape
                known[member] = {"shape": f"{name}.{member}"}
    for name, errors in ADDED_ERRORS.items():
        listed = model["operations"].get(name, {}).get("errors", [])
        for error, status in errors.items() if listed else ():
            like = {**shapes["InvalidRequestException"]}
            like["error"] = {"httpStatusCode": status}
            shapes.setdefault(error, like)
            if {"shape": error} not in listed:
                listed.append({"shape": error})
    return model


def unlike(pairs):
    """The members of a JSON object, none of them twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member is there twice")
    return found


def checked(shapes, name, value, at):
    """Fails with ValueError unless the value is of that shape."""
    shape = shapes[name]
    kind = shape["type"]
    types = {
        "string": str,
        "list": list,
        "structure": dict,
        "boolean": bool,
        "integer": int,
        "long": int,
    }
    if not isinstance(value, types[kind]) or (
        isinstance(value, bool) and kind != "boolean"
    ):
        raise ValueError(f"{at} is no {kind}")
    size = value if kind in ("integer", "long") else None
    if kind in ("string", "list"):
        size = len(value)
    if size is not None and not (
        shape.get("min", size) <= size <= shape.get("max", size)
    ):
        raise ValueError(f"{at} is out of its bounds")
    if kind == "string":
        if "pattern" in shape and not re.fullmatch(shape["pattern"], value):
            raise ValueError(f"{at} is not of its pattern")
        if value not in shape.get("enum", [value]):
            raise ValueError(f"{at} is none of its values")
    elif kind == "list":
        for one in value:
            checked(shapes, shape["member"]["shape"], one, f"{at}[]")
    elif kind == "structure":
        for member, inner in value.items():
            if member not in shape["members"]:
                raise ValueError(f"{at} has no {member}")
            # The services do say null where there is nothing.
            if inner is not None:
                into = shape["members"][member]["shape"]
                checked(shapes, into, inner, f"{at}.{member}")


class Operation:
    """One operation of a service, with what its requests have to be."""

    def __init__(self, service, name):
        model = service.model["operations"][name]
        self.service, self.shapes = service, service.model["shapes"]
        self.name = name
        self.method = model["http"]["method"]
        self.path = model["http"]["requestUri"].lstrip("/")
        self.input = self.shapes[model["input"]["shape"]]
        self.output = model.get("output", {}).get("shape")
        self.errors = {e["shape"] for e in model["errors"]}

    def located(self, where):
        """The members that are sent there, by their names on the wire."""
        return {
            m.get("locationName", name): name
            for name, m in self.input["members"].items()
            if m.get("location", "body") == where
        }

    def headers(self, request, has_body):
        named = {name.lower(): m for name, m in self.located("header").items()}
        known = HEADERS | set(named)
        if has_body:
            known |= {"content-type", "content-length"}
        elif self.method == "POST":
            known |= {"content-length"}
        seen = set()
        for name in request.headers.keys():
            if name.lower() in seen:
                raise ValueError(f"the header {name} is there twice")
            if name.lower() not in known:
                raise ValueError(f"the header {name} has no place here")
            seen.add(name.lower())
        return {
            member: request.headers[name]
            for name, member in named.items()
            if name in seen
        }

    def query(self, request):
        named, found = self.located("querystring"), {}
        text = request.query
        if not QUERY.fullmatch(text) or re.search(r"%(?![0-9A-Fa-f]{2})", text):
            raise ValueError("the query is not encoded as it should be")
        for pair in text.split("&") if text else ():
            name, _, value = pair.partition("=")
            if name not in named:
                raise ValueError(f"{name} is unknown here")
            member = named[name]
            if member in found or not value:
                raise ValueError(f"{name} is empty, or there twice")
            value = urllib.parse.unquote(value, errors="strict")
            shape = self.shapes[self.input["members"][member]["shape"]]
            if shape["type"] == "integer":
                if not re.fullmatch(r"[1-9][0-9]{0,8}|0", value):
                    raise ValueError(f"{name} is no number")
                value = int(value)
            found[member] = value
        return found

    def body(self, request):
        request.must_be("application/json")
        found = json.loads(
            request.body.decode("utf-8"), object_pairs_hook=unlike
        )
        if not isinstance(found, dict):
            raise ValueError("the body is no object")
        for name in set(found) - set(self.located("body")):
            raise ValueError(f"{name} is unknown here")
        for name, value in found.items():
            if value is None:
                raise ValueError(f"{name} is null")
        return found

    def read(self, request):
        """The members of a request, or Refused."""
        try:
            has_body = bool(self.located("body"))
            found = self.headers(request, has_body)
            found.update(self.query(request))
            if has_body:
                found.update(self.body(request))
            elif request.body:
                raise ValueError("a body has no place here")
            for name, value in found.items():
                into = self.input["members"][name]["shape"]
                checked(self.shapes, into, value, name)
            for name in self.input.get("required", ()):
                # Who is unknown is told that, and not what a request is.
                if name not in found and name != "accessToken":
                    raise ValueError(f"{name} is missing")
        except ValueError as e:
            raise self.refused("InvalidRequestException", str(e)) from e
        return found

    def reply(self, members=None):
        """A right answer; what the model does not know is not said."""
        reply = json_reply(200, {})
        if self.output:
            checked(self.shapes, self.output, members, self.name)
            reply.members = members
        else:
            reply.members = None
        self.service.stamp(reply)
        return reply

    def refused(self, error, text="", why="", **more):
        """What refuses a request: of the operation's errors, unless the
        service itself answers one that its model does not have."""
        if error not in self.errors and error not in self.service.unmodelled:
            raise AssertionError(f"{self.name} has no {error}")
        reply = self.service.error(error, text, **more)
        return Refused(reply, f"{error}: {why or text}")


class Service:
    def __init__(self, name, model, settings):
        self.name, self.model, self.settings = name, model, settings
        self.unmodelled = {"ForbiddenException": 403} if name == "sso" else {}

    def operation(self, name):
        return Operation(self, name)

    def status(self, error):
        """The status of an error by name, or KeyError."""
        if error in self.unmodelled:
            return self.unmodelled[error]
        return self.model["shapes"][error]["error"]["httpStatusCode"]

    def stamp(self, reply):
        reply.headers.append(("x-amzn-RequestId", request_id()))

    def error(self, error, text="", **more):
        """Its form on the wire.  Where it says what it is depends on the
        settings: clients have to look at both places."""
        style, space = self.settings.error_type, NAMESPACE[self.name]
        if self.name == "sso-oidc":
            short = re.sub(r"(?<!^)(?=[A-Z])", "_", error).lower()
            short = short.removesuffix("_exception")
            short = SERVER_ERROR.get(error, short)
            members = {"error": short, "error_description": text, **more}
        else:
            members = {"message": text, **more}
            if style != "header":
                members["__type"] = f"{space}#{error}"
        reply = json_reply(self.status(error), members)
        if style != "body":
            kind = f"{error}:http://internal.amazon.com/coral/{space}/"
            reply.headers.append(("x-amzn-ErrorType", kind))
        self.stamp(reply)
        return reply


def request_id():
    h = secrets.token_hex(16)
    return "-".join((h[:8], h[8:12], h[12:16], h[16:20], h[20:]))
