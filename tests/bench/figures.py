"""Medians, spreads, budgets, and how they are printed."""

import statistics


def quantile(values, q):
    ordered = sorted(values)
    at = q * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


class Series:
    """What one program took, a value for each round, in microseconds."""

    def __init__(self, name, values):
        self.name = name
        self.values = values

    @property
    def median(self):
        return statistics.median(self.values)

    @property
    def p90(self):
        return quantile(self.values, 0.9)

    def over(self, other):
        """This one to another, round by round: neighbours in time, so that
        what slows the machine down slows both."""
        return Ratio([a / b for a, b in zip(self.values, other.values)])

    def above(self, other):
        pairs = zip(self.values, other.values)
        return statistics.median([a - b for a, b in pairs])


class Ratio:
    def __init__(self, values):
        self.median = statistics.median(values)
        self.low = quantile(values, 0.1)
        self.high = quantile(values, 0.9)

    def __str__(self):
        return "%.2f (%.2f-%.2f)" % (self.median, self.low, self.high)

    def inverse(self):
        """As "1/12.3"; the spread the same way round."""
        return "1/%.1f (%.1f-%.1f)" % (1 / self.median, 1 / self.high, 1 / self.low)


class Budgets:
    """Each budget holds at several places, and is met when all of them are
    below the limit."""

    def __init__(self, widen):
        self.widen = widen
        self.found = {}

    def add(self, budget, limit, where, value, shown):
        entry = self.found.setdefault(budget, [])
        entry.append((value <= limit * self.widen, value / limit, where, shown))

    def show(self):
        """Prints a line for each budget; True when all are met."""
        good = True
        for budget, entries in self.found.items():
            missed = [e for e in entries if not e[0]]
            good = good and not missed
            worst = max(entries, key=lambda e: e[1])
            line = "%-4s %s: " % ("miss" if missed else "ok", budget)
            if missed:
                missed.sort(key=lambda e: -e[1])
                line += ", ".join("%s %s" % (e[2], e[3]) for e in missed)
            else:
                line += "worst %s (%s)" % (worst[3], worst[2])
            print(line)
        return good


def table(title, rows, references):
    """A table of series; references are (heading, function from a row to what
    is printed below the heading)."""
    print("\n" + title)
    head = "  %-16s %9s %9s" % ("", "median", "p90")
    print((head + "".join("  %-20s" % r[0] for r in references)).rstrip())
    for s in rows:
        line = "  %-16s %9.0f %9.0f" % (s.name, s.median, s.p90)
        line += "".join("  %-20s" % r[1](s) for r in references)
        print(line.rstrip())
