"""Runs the tests of a module and reports as TAP, as the other runners do."""

import sys
import unittest


class Tap(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.said = 0

    def tell(self, ok, test, trace="", note=""):
        self.said += 1
        name = test.id().split(".", 1)[1].replace("_", " ")
        print(f"{'' if ok else 'not '}ok {self.said} {name}{note}")
        for line in trace.splitlines():
            print(f"# {line}")
        sys.stdout.flush()

    def addSuccess(self, test):
        self.tell(True, test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.tell(False, test, self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self.tell(False, test, self.errors[-1][1])

    def addSkip(self, test, reason):
        self.tell(True, test, note=f" # skip {reason}")


def main(module="__main__"):
    suite = unittest.defaultTestLoader.loadTestsFromName(module)
    print(f"1..{suite.countTestCases()}", flush=True)
    result = Tap()
    suite.run(result)
    return 0 if result.wasSuccessful() and result.said else 1
