"""Whether a large statement makes the small ones after it slower, in the same session: a plan that
was made for one size and is kept for all others would."""

import statistics

import rounds
import server
from contenders import Case, Databases

CASES = ("groups", "join")
CONTENDERS = ["bare", "hand", "tricklec"]
# Statements before and after the large one, of which the first ones make plans and fill caches; and
# after it where it is the first of the session: fewer, since each may take as long as the large one.
SMALL = 300
FIRST = 50
AFTER_FIRST = 40


def measure(options):
    for name in CASES:
        case = Case(name)
        with Databases(case, options.large_rows, CONTENDERS) as databases:
            def session(contender):
                database = databases.name(contender)
                server.vacuum(database)
                between = latencies(database, case, options.large_rows, large=SMALL + 1,
                                    count=2 * SMALL + 1)
                server.vacuum(database)
                first = latencies(database, case, options.large_rows, large=1,
                                  count=AFTER_FIRST + 1)
                return {
                    "before": statistics.median(between[FIRST:SMALL]),
                    "large": between[SMALL],
                    "after": statistics.median(between[SMALL + 1:]),
                    "after_first": statistics.median(first[2:]),
                }
            times = rounds.take_turns(CONTENDERS, options.session_rounds, session)
            for contender in CONTENDERS:
                yield compare(name, options.large_rows, contender, times[contender])


def latencies(database, case, rows, large, count):
    return server.pgbench_latencies(database, case.path("session.sql"), count,
                                    {"rows": rows, "large": large, "statement": 0})


def compare(name, rows, contender, times):
    def of(part):
        return [time[part] for time in times]

    return {
        "case": name,
        "large_rows": rows,
        "contender": contender,
        "large_ms": rounds.median(of("large")) / 1000,
        "before_us": rounds.median(of("before")),
        "after_us": rounds.median(of("after")),
        "after_first_us": rounds.median(of("after_first")),
        "after_ratio": rounds.ratio(of("after"), of("before")),
        "after_first_ratio": rounds.ratio(of("after_first"), of("before")),
    }
