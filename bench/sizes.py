"""Whether a one-row update costs more where the tables are larger."""

import contextlib

import rounds
import server
from contenders import Case, Databases

CASES = ("groups", "join")
CONTENDERS = ["bare", "tricklec"]


def measure(options):
    for name in CASES:
        case = Case(name)
        with contextlib.ExitStack() as stack:
            databases = {rows: stack.enter_context(Databases(case, rows, CONTENDERS,
                                                             prefix=f"bench_{rows}"))
                         for rows in options.sizes}

            def load(key):
                rows, contender = key
                database = databases[rows].name(contender)
                server.vacuum(database)
                return server.pgbench(database, case.path("one_row.sql"), 1, options.length,
                                      {"rows": rows})
            keys = [(rows, contender) for rows in options.sizes for contender in CONTENDERS]
            loads = rounds.take_turns(keys, options.size_rounds, load)
            yield compare(name, options.sizes, loads)


def compare(name, sizes, loads):
    def of(size, contender, quantity):
        return [getattr(load, quantity) for load in loads[size, contender]]

    def added(size, quantity):
        return rounds.added(of(size, "tricklec", quantity), of(size, "bare", quantity))

    small, large = sizes[0], sizes[-1]
    return {
        "case": name,
        "small_rows": small,
        "large_rows": large,
        "small_added_us": rounds.median(added(small, "latency")),
        "large_added_us": rounds.median(added(large, "latency")),
        "added_ratio": rounds.ratio(added(large, "latency"), added(small, "latency")),
        "small_added_cpu_us": rounds.median(added(small, "cpu")),
        "large_added_cpu_us": rounds.median(added(large, "cpu")),
        "added_cpu_ratio": rounds.ratio(added(large, "cpu"), added(small, "cpu")),
    }
