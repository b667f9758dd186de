"""What one-row updates cost the writer: with one client and with four, against the bare statement
and against triggers written by hand."""

import rounds
import server
from contenders import Case, Databases

CASES = ("groups", "join")


def measure(options):
    for name in CASES:
        case = Case(name)
        hands = case.hand_written()
        contenders = ["bare", *hands, "tricklec"]
        with Databases(case, options.rows, contenders) as databases:
            for clients in (1, 4):
                def load(contender):
                    database = databases.name(contender)
                    server.vacuum(database)
                    return server.pgbench(database, case.path("one_row.sql"), clients,
                                          options.length, {"rows": options.rows})
                loads = rounds.take_turns(contenders, options.rounds, load)
                for hand in hands:
                    yield compare(name, clients, hand, loads)


def compare(name, clients, hand, loads):
    def of(contender, quantity):
        return [getattr(load, quantity) for load in loads[contender]]

    def added(contender, quantity):
        return rounds.added(of(contender, quantity), of("bare", quantity))

    return {
        "case": name,
        "clients": clients,
        "against": hand,
        "bare_us": rounds.median(of("bare", "latency")),
        "hand_added_us": rounds.median(added(hand, "latency")),
        "added_us": rounds.median(added("tricklec", "latency")),
        "added_ratio": rounds.ratio(added("tricklec", "latency"), added(hand, "latency")),
        "throughput_ratio": rounds.ratio(of("tricklec", "throughput"), of(hand, "throughput")),
        "hand_added_cpu_us": rounds.median(added(hand, "cpu")),
        "added_cpu_us": rounds.median(added("tricklec", "cpu")),
        "added_cpu_ratio": rounds.ratio(added("tricklec", "cpu"), added(hand, "cpu")),
    }
