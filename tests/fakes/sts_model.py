"""The service model of AWS STS: what a form of the Query protocol may hold.

It is looked for in $MAIRU_AWS, in ../shared/aws/models beside this tree, and
in botocore.
"""

import os
import re

import sso_model

VERSION = "2011-06-15"
MAX_LIST = 200  # members: more is nobody's

# What Python's expressions have no name for.
CLASSES = ((r"\p{L}", r"\w"), (r"\p{N}", r"\w"), (r"\p{Z}", r"\s"))


class Invalid(ValueError):
    """A value that the model does not allow."""


def find():
    """The model, or ValueError."""
    if os.environ.get("MAIRU_AWS"):
        tried = [os.environ["MAIRU_AWS"]]
    else:
        tried = sso_model.known_places()
    for place in tried:
        model = sso_model.read(place, "sts")
        if model:
            return model
    raise ValueError(
        "there is no service model of sts in any of "
        + ", ".join(tried)
        + ". Install python3-botocore, or set MAIRU_AWS to a directory with "
        "sts/service-2.json"
    )


def lower(path):
    return ".".join(p[:1].lower() + p[1:] for p in path.split("."))


class Form:
    """Reads what was sent for one operation; nothing may be left over."""

    def __init__(self, model, operation):
        self.shapes = model["shapes"]
        self.input = model["operations"][operation]["input"]["shape"]

    def read(self, found):
        rest = dict(found)
        value = self.take(self.input, "", rest)
        for name in rest:
            raise Invalid(f"{name} is unknown here")
        return value or {}

    def take(self, name, at, rest):
        """The value of that shape below `at`, or None; takes it from rest."""
        shape = self.shapes[name]
        kind = shape["type"]
        if kind == "structure":
            return self.structure(shape, at, rest)
        if kind == "list":
            return self.list(shape, at, rest)
        if at not in rest:
            return None
        return self.scalar(shape, at, rest.pop(at))

    def structure(self, shape, at, rest):
        dot = f"{at}." if at else ""
        found = {}
        for member, into in shape["members"].items():
            value = self.take(into["shape"], dot + member, rest)
            if value is not None:
                found[member] = value
        if at and not found:
            return None
        for member in shape.get("required", ()):
            if member not in found:
                self.fail(None, dot + member, "Member must not be null")
        return found

    def list(self, shape, at, rest):
        found = []
        for i in range(1, MAX_LIST):
            value = self.take(shape["member"]["shape"], f"{at}.member.{i}", rest)
            if value is None:
                break
            found.append(value)
        if not found:
            return None
        self.bounds(shape, at, found, len(found))
        return found

    def scalar(self, shape, at, value):
        if shape["type"] == "integer":
            if not re.fullmatch(r"[0-9]{1,9}", value):
                raise Invalid(f"{value} is no number")
            self.bounds(shape, at, value, int(value), "value")
            return int(value)
        self.bounds(shape, at, value, len(value))
        pattern = shape.get("pattern")
        for known, ours in CLASSES if pattern else ():
            pattern = pattern.replace(known, ours)
        if pattern and not re.fullmatch(pattern, value, re.ASCII | re.DOTALL):
            # Letters of any script are meant only where \p says so.
            if r"\p{" not in shape["pattern"] or not re.fullmatch(pattern, value):
                self.fail(
                    value,
                    at,
                    "Member must satisfy regular expression pattern: "
                    + shape["pattern"],
                )
        return value

    def bounds(self, shape, at, value, size, what="length"):
        for edge, word in ("min", "greater"), ("max", "less"):
            if edge not in shape:
                continue
            limit = shape[edge]
            if size < limit if edge == "min" else size > limit:
                words = f"{word} than or equal to {limit}"
                self.fail(value, at, f"Member must have {what} {words}")

    def fail(self, value, at, why):
        shown = "null" if value is None else f"'{value}'"
        raise Invalid(
            f"1 validation error detected: Value {shown} at '{lower(at)}' "
            f"failed to satisfy constraint: {why}"
        )
