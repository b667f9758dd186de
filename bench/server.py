"""The throwaway server: databases, psql, pgbench, and what sessions cost it in CPU time."""

import dataclasses
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = str(ROOT / "build" / "tricklec")
BIN = pathlib.Path("/usr/lib/postgresql/15/bin")
# No checkpoint in between, no statement slower because its neighbour spilled to disk; everything is
# in memory, which the planner is told.
SETTINGS = ("random_page_cost=1.1", "shared_buffers=1GB", "work_mem=64MB", "max_wal_size=16GB",
            "checkpoint_timeout=1d", "bgwriter_lru_maxpages=0")


@dataclasses.dataclass(frozen=True)
class Load:
    """What pgbench measured: microseconds a statement takes its client and its server."""
    latency: float
    throughput: float
    cpu: float


def ensure():
    """Runs this program again inside a server of its own, which stops when the program ends."""
    if "TRICKLEC_BENCH_SERVER" in os.environ:
        return
    os.environ["TRICKLEC_BENCH_SERVER"] = "1"
    settings = [part for setting in SETTINGS for part in ("-c", setting)]
    os.execv(str(ROOT / "tools" / "pg-server"),
             ["pg-server", "exec", *settings, "15", sys.executable, *sys.argv])


def psql(database, script, **variables):
    """Runs a script and returns what it prints."""
    options = [part for name, value in variables.items() for part in ("-v", f"{name}={value}")]
    return subprocess.run([str(BIN / "psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", database,
                           *options], input=script, check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def tricklec(*arguments, **options):
    return subprocess.run([PROGRAM, *arguments], check=True, text=True, capture_output=True,
                          **options).stdout


def make_database(name, template="template0"):
    psql("postgres", f"SET client_min_messages = warning; DROP DATABASE IF EXISTS {name};\n"
                     f"CREATE DATABASE {name} TEMPLATE {template};\n")


def drop_database(name):
    psql("postgres", f"DROP DATABASE {name};\n")


def vacuum(database):
    """What autovacuum, which would come at any time, does between two measurements."""
    psql(database, "VACUUM;\n")


def settle():
    """Waits until no session is left."""
    while psql("postgres", "SELECT count(*) FROM pg_stat_activity WHERE backend_type = "
                           "'client backend' AND pid <> pg_backend_pid();\n").strip() != "0":
        time.sleep(0.02)
    time.sleep(0.05)


def ended_sessions_cpu():
    """Microseconds of CPU time of all sessions that have ended, by the accounts of the kernel."""
    pid = psql("postgres", "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1);\n").strip()
    line = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    fields = line.rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) * 1e6 / os.sysconf("SC_CLK_TCK")


def pgbench(database, script, clients, length, variables):
    """Repeats a script with pgbench; its length is -T seconds or -t runs of each client."""
    settle()
    before = ended_sessions_cpu()
    output = run_pgbench(database, script, "-c", str(clients), "-j", str(min(clients, 2)),
                         *length, variables=variables)
    settle()
    throughput = float(re.search(r"^tps = ([0-9.]+)", output, re.MULTILINE).group(1))
    count = int(re.search(r"actually processed: ([0-9]+)", output).group(1))
    return Load(latency=clients * 1e6 / throughput, throughput=throughput,
                cpu=(ended_sessions_cpu() - before) / count)


def pgbench_latencies(database, script, count, variables):
    """Runs a script some times in one session; microseconds of each run, in order."""
    with tempfile.TemporaryDirectory() as folder:
        prefix = os.path.join(folder, "log")
        run_pgbench(database, script, "-t", str(count), "--log", "--log-prefix", prefix,
                    variables=variables)
        lines = [line for file in sorted(pathlib.Path(folder).iterdir())
                 for line in file.read_text(encoding="ascii").splitlines()]
    # client, number of the transaction, microseconds, …
    return [int(line.split()[2]) for line in lines]


def run_pgbench(database, script, *options, variables):
    defined = [part for name, value in variables.items() for part in ("-D", f"{name}={value}")]
    return subprocess.run([str(BIN / "pgbench"), "-n", "-M", "prepared", "-f", str(script),
                           *defined, *options, database], check=True, capture_output=True,
                          text=True).stdout
