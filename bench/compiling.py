"""How long the compiler takes."""

import statistics
import time

import server
from contenders import Case

CASES = (("groups", "IMMEDIATE"), ("join", "IMMEDIATE"), ("refresh_join", "DIFFERENTIAL"))


def measure(options):
    for name, mode in CASES:
        case = Case(name)
        times = []
        for _ in range(3 * options.rounds):
            start = time.perf_counter()
            script = server.tricklec("compile", "--schema", str(case.path("schema.sql")), "-",
                                     input=case.stream_table(mode))
            times.append(1000 * (time.perf_counter() - start))
        yield {"case": name, "mode": mode, "compile_ms": statistics.median(times),
               "lines": script.count("\n")}
