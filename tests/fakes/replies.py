"""What a server answers, and what it says when it refuses."""

import json


class Reply:
    """An answer.  `members` is its JSON object while faults may still change
    it; `body` is made of it at the end."""

    def __init__(self, status, body=b"", kind="text/plain", headers=()):
        self.status = status
        self.members = None
        self.body = body.encode() if isinstance(body, str) else body
        self.kind = kind
        self.headers = list(headers)

    def encoded(self):
        if self.members is not None:
            return json.dumps(self.members).encode()
        return self.body


def json_reply(status, members, headers=()):
    reply = Reply(status, kind="application/json", headers=headers)
    reply.members = members
    return reply


def page(status, title, text="", headers=()):
    html = (
        "<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n"
        f"<title>{title}</title>\n<h1>{title}</h1>\n{text}\n"
    )
    return Reply(status, html, "text/html; charset=utf-8", headers)


def redirect(status, to, headers=()):
    return Reply(status, headers=[("Location", to), *headers])


class Refused(Exception):
    """A request that a server turns down; `why` is for the journal."""

    def __init__(self, reply, why):
        super().__init__(why)
        self.reply = reply
        self.why = why


def refused_json(status, error, why, headers=()):
    """As /token does (RFC 6749, section 5.2)."""
    members = {"error": error, "error_description": why}
    return Refused(json_reply(status, members, headers), f"{error}: {why}")


def refused_page(why):
    return Refused(page(400, "This request is wrong", f"<p>{why}.</p>"), why)


def refused_text(status, why, headers=()):
    return Refused(Reply(status, why + "\n", headers=headers), why)
