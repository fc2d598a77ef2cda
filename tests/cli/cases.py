"""Runs cases side by side and reports as TAP, as the other runners do.

A case is a sentence and a function that raises when it does not hold.  Words
on the command line choose those whose sentences hold one of them.
"""

import concurrent.futures
import os
import sys
import traceback


class Skip(Exception):
    """A case that cannot be had on this machine; says why."""


def outcome(check):
    try:
        check()
    except Skip as e:
        return True, f" # skip {e}", ""
    except Exception:  # pylint: disable=broad-exception-caught
        return False, "", traceback.format_exc()
    return True, "", ""


def run(cases, jobs=None):
    """An exit code.  Cases wait more than they work."""
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    if words:
        cases = [c for c in cases if any(word in c[0] for word in words)]
    print(f"1..{len(cases)}", flush=True)
    good = 0
    with concurrent.futures.ThreadPoolExecutor(
        jobs or 4 * (os.cpu_count() or 1)
    ) as pool:
        running = {pool.submit(outcome, check): name for name, check in cases}
        done = concurrent.futures.as_completed(running)
        for number, one in enumerate(done, 1):
            ok, note, trace = one.result()
            good += ok
            print(f"{'' if ok else 'not '}ok {number} {running[one]}{note}")
            for line in trace.splitlines():
                print(f"# {line}")
            sys.stdout.flush()
    return 0 if cases and good == len(cases) else 1
