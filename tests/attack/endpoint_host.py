#!/usr/bin/env python3
"""A page of the web that the victim's browser shows asks his endpoint, with
the token or without: it has an Origin, or a name of its own that leads to
127.0.0.1.  And another user asks, who found the token somewhere.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)) + "/lib")
from world import World, ask_raw, has_secret


def ask_all(port, requests):
    return [ask_raw(port, data) for data in requests]


def main():
    with World(sys.argv) as w:
        w.serve().allow().log_in()
        e = w.endpoint()
        w.must_work(e)

        row = w.row("page: Origin, or a name that leads to 127.0.0.1")
        pages = [{"Origin": o} for o in ("null", "http://evil.example", f"http://127.0.0.1:{e.port}")]
        for host in "evil.example", "localhost.", "127.0.0.1.evil.example", "127.1", "0":
            pages += [{"Host": host}, {"Host": f"{host}:{e.port}"}]
        requests = [e.request(**page) for page in pages]
        for page, got in zip(pages, w.victim.call(ask_all, e.port, requests)):
            row.count(leaked=has_secret(got), note=(page, got))

        row = w.row("page: a request that its browser says is of a page")
        for site in "cross-site", "same-site", "Cross-Site", "evil":
            fetched = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"}
            got = w.victim.call(ask_raw, e.port, e.request(**fetched))
            row.count(leaked=has_secret(got), note=(site, got))

        row = w.row("another user with the token")
        for got in w.attacker.call(ask_all, e.port, [e.request()] * 20):
            row.count(leaked=has_secret(got), note=got)
        row.count(lost=not w.works(e))


if __name__ == "__main__":
    main()
