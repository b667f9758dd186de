"""What a refresh costs after some of the rows have changed: of a DIFFERENTIAL stream table, of a
materialized view, and of a table that is refreshed by SQL written by hand."""

import re

import rounds
import server
from contenders import Case, Databases

CASES = ("refresh_groups", "refresh_join")
# One row in so many changes between two refreshes.
EVERY = (100, 1000)
# What has to be run for the same result, each part timed. The hand-written refresh empties its log by
# itself; change buffers, which have several readers, are cleaned in a step of its own.
REFRESHES = {
    "hand": ["SELECT refresh()"],
    "tricklec": ["SELECT pgtrickle.refresh_stream_table('summary')",
                 "SELECT count(*) FROM pgtrickle.cleanup_buffers()"],
    "matview": ["REFRESH MATERIALIZED VIEW summary"],
    "concurrently": ["REFRESH MATERIALIZED VIEW CONCURRENTLY summary"],
}


def measure(options):
    for name in CASES:
        case = Case(name)
        contenders = list(REFRESHES)
        with Databases(case, options.refresh_rows, contenders, "DIFFERENTIAL") as databases:
            for every in EVERY:
                number = {contender: 0 for contender in contenders}

                def refresh(contender):
                    number[contender] += 1
                    return refresh_milliseconds(databases.name(contender), case, contender, every,
                                                number[contender])
                times = rounds.take_turns(contenders, options.refresh_rounds, refresh)
                yield compare(name, options.refresh_rows, every, times)


def refresh_milliseconds(database, case, contender, every, number):
    """Milliseconds of the change and of each part of the refresh after it."""
    server.vacuum(database)
    change = case.text("change.sql")
    statements = REFRESHES[contender]
    once = ";\n".join(statements) + ";\n"
    # In a session that has refreshed before, as a scheduler's has: after a change of a few rows.
    output = server.psql(database, f"""
        \\set round {number}
        \\set every {every * 100}
        {change}
        {once}
        \\set every {every}
        \\echo measured
        \\timing on
        BEGIN;
        {change}
        COMMIT;
        \\echo changed
        {once}""").split("measured\n")[1]
    changing, refreshing = output.split("changed\n")
    parts = milliseconds(refreshing)
    assert len(parts) == len(statements), output
    return {"change": sum(milliseconds(changing)), "refresh": parts[0], "total": sum(parts)}


def milliseconds(output):
    return [float(number) for number in re.findall(r"^Time: ([0-9.]+) ms", output, re.MULTILINE)]


def compare(name, rows, every, times):
    def of(contender, part="total"):
        return [time[part] for time in times[contender]]

    return {
        "case": name,
        "rows": rows,
        "changed_percent": 100 / every,
        "matview_ms": rounds.median(of("matview")),
        "concurrently_ms": rounds.median(of("concurrently")),
        "hand_ms": rounds.median(of("hand")),
        "refresh_ms": rounds.median(of("tricklec", "refresh")),
        "total_ms": rounds.median(of("tricklec")),
        "ratio": rounds.ratio(of("tricklec"), of("hand")),
        "faster_than_matview": rounds.ratio(of("matview"), of("tricklec")),
        "change_without_ms": rounds.median(of("matview", "change")),
        "hand_change_ms": rounds.median(of("hand", "change")),
        "change_ms": rounds.median(of("tricklec", "change")),
    }
