"""What can be wrong with an answer, by name.

A fault is written AT:DO[,NAME=VALUE]... or as a JSON object of the same
names.  AT is what is asked: authorize, login, device, verify, token, revoke,
metadata, assume-role, roles, sts; or callback, which is wherever a browser is
sent back to the client.  Of sso_server it is register, authorize, callback,
device, verify, token, accounts, account-roles, credentials, logout, vanity,
sts.
`times` says how often it happens (without it: until it is cleared).  DO:

  hang                    no answer, ever
  hold                    no answer until {"release": true}, then the right one
  slow,seconds=N          the right one, later
  drip,seconds=N          the right one, byte by byte
  close                   closes without a byte
  reset                   half of the answer, then a reset
  half                    half of the answer, then the end
  chunked                 the right one, in chunks
  huge,size=N             a JSON object of so many bytes (50 MB)
  truncated               only the first half of the JSON text
  garbage                 an HTML page with status 200
  empty                   nothing, with status 200
  types                   numbers where strings belong, and the reverse
  missing,member=M        without that member
  set,member=M,value=V    with that value instead
  expired                 an Expiration of a minute ago
  zone                    the right Expiration in another zone
  no-zone                 the right Expiration, with no zone at all
  type,type=T             with that Content-Type
  date,seconds=N          a Date that is off by so much
  status,status=N         that status, with body=TEXT and retry_after=N, and
                          headers, a list of pairs
  redirect,to=URL         to another place
Of the callback:

  denied                  sends the browser back with access_denied
  error,error=E,text=T    ... with that error, and that description
  wrong-state, no-state   ... with a state that is not ours, or none
  no-code, two-codes      ... without a code, or with two
  iss,iss=URL             ... with that issuer (RFC 9207)
"""

import datetime
import email.utils
import json
import threading
import time
import urllib.parse

from replies import Reply, page, redirect

PLACES = ("authorize", "login", "callback", "token", "assume-role", "roles")
PLACES += ("device", "verify", "revoke", "metadata", "sts")
BROKEN_TRANSFER = ("hang", "hold", "slow", "drip", "close", "reset", "half")
IN_PLACE = ("status", "redirect")  # the request is not even looked at
CALLBACK = ("denied", "error", "wrong-state", "no-state", "no-code")
ANSWER = ("chunked", "huge", "truncated", "garbage", "empty", "types")
MEMBER = ("missing", "set", "expired", "zone", "no-zone")
KNOWN = {*BROKEN_TRANSFER, *IN_PLACE, *CALLBACK, *ANSWER, *MEMBER}
KNOWN |= {"type", "date", "two-codes", "iss"}
NEEDS = {
    "slow": ("seconds",),
    "drip": ("seconds",),
    "missing": ("member",),
    "set": ("member", "value"),
    "type": ("type",),
    "date": ("seconds",),
    "status": ("status",),
    "redirect": ("to",),
    "error": ("error",),
    "iss": ("iss",),
}


def parse(text, places=PLACES):
    """A fault from either of its forms, or ValueError."""
    if isinstance(text, str):
        at, _, rest = text.partition(":")
        do, *pairs = rest.split(",")
        fault = {"at": at, "do": do}
        for pair in pairs:
            name, _, value = pair.partition("=")
            try:
                fault[name] = json.loads(value)
            except ValueError:
                fault[name] = value
    else:
        fault = dict(text)
    if fault.get("at") not in places:
        raise ValueError(f"a fault is at one of {', '.join(places)}")
    if fault.get("do") not in KNOWN:
        raise ValueError(f"no such fault: {fault.get('do')}")
    for name in NEEDS.get(fault["do"], ()):
        if name not in fault:
            raise ValueError(f"{fault['do']} needs {name}")
    return fault


class Faults:
    """Those that are due, in the order in which they were given."""

    def __init__(self, texts=(), places=PLACES):
        self.lock = threading.Lock()
        self.places = places
        self.due = [parse(t, places) for t in texts]

    def add(self, text):
        fault = parse(text, self.places)
        with self.lock:
            self.due.append(fault)

    def clear(self):
        with self.lock:
            self.due.clear()

    def take(self, at):
        """The fault of this request, or None."""
        with self.lock:
            for fault in self.due:
                if fault["at"] != at:
                    continue
                if "times" in fault:
                    fault["times"] -= 1
                    if fault["times"] <= 0:
                        self.due.remove(fault)
                return dict(fault)
        return None


def instead(fault):
    """The answer of a fault that looks at no request, else None."""
    if fault["do"] == "status":
        text = fault.get("body", f"the fake answers {fault['status']}\n")
        reply = Reply(fault["status"], text, fault.get("type", "text/plain"))
        if "retry_after" in fault:
            reply.headers.append(("Retry-After", str(fault["retry_after"])))
        reply.headers += fault.get("headers", ())
        return reply
    if fault["do"] == "redirect":
        return redirect(fault.get("status", 302), fault["to"])
    return None


def iso(seconds, zone=datetime.timezone.utc):
    return datetime.datetime.fromtimestamp(int(seconds), zone).isoformat()


def seconds_of(text):
    return datetime.datetime.fromisoformat(
        text.replace("Z", "+00:00")
    ).timestamp()


def wrong_type(value):
    if isinstance(value, str):
        return 17
    return str(value) if isinstance(value, (int, float)) else [value]


def spoil_members(fault, members):
    do = fault["do"]
    if do == "types":
        for name in members:
            members[name] = wrong_type(members[name])
    elif do == "missing":
        members.pop(fault["member"], None)
    elif do == "set":
        members[fault["member"]] = fault["value"]
    elif do == "expired":
        members["Expiration"] = iso(time.time() - 60).replace("+00:00", "Z")
    elif do == "zone":
        zone = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
        members["Expiration"] = iso(seconds_of(members["Expiration"]), zone)
    elif do == "no-zone":
        members["Expiration"] = members["Expiration"].rstrip("Z")


def spoil_callback(fault, uri, members):
    """Where the browser is sent in the end."""
    do, pairs = fault.get("do"), list(members.items())
    if do in ("denied", "error"):
        pairs = [("error", fault.get("error", "access_denied"))]
        if "text" in fault:
            pairs.append(("error_description", fault["text"]))
        pairs.append(("state", members.get("state", "")))
    elif do == "wrong-state":
        pairs = list({**members, "state": "A" * 43}.items())
    elif do in ("no-state", "no-code"):
        pairs = [p for p in pairs if p[0] != do[3:]]
    elif do == "two-codes":
        pairs.append(("code", "another"))
    elif do == "iss":
        pairs = list({**members, "iss": fault["iss"]}.items())
    return f"{uri}?{urllib.parse.urlencode(pairs)}"


def spoil(fault, reply):
    """Changes a right answer as the fault says; returns it."""
    callback = getattr(reply, "callback", None)
    if callback:
        to = spoil_callback(fault or {}, *callback)
        reply.headers[0] = ("Location", to)
    if not fault:
        return reply
    do = fault["do"]
    if reply.members is not None and reply.status == 200:
        spoil_members(fault, reply.members)
    if do == "garbage":
        return page(200, "Welcome", "<p>This is no JSON.")
    if do == "empty":
        return Reply(200, kind="application/json")
    if do == "huge":
        size = fault.get("size", 50_000_000)
        whole = json.dumps({**(reply.members or {}), "Filler": ""}).encode()
        filler = b"x" * max(size - len(whole), 0)
        return Reply(200, whole[:-2] + filler + whole[-2:], "application/json")
    if do == "truncated":
        text = reply.encoded()
        return Reply(200, text[: len(text) // 2], "application/json")
    if do == "type":
        reply.kind = fault["type"]
    if do == "date":
        when = time.time() + fault["seconds"]
        reply.headers.append(("Date", email.utils.formatdate(when, usegmt=True)))
    return reply
