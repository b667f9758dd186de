"""The ways to keep a table equal to a query that are measured against each other.

A case is a folder of bench/cases:

  schema.sql   tables
  data.sql     their rows; :rows says how many
  query.sql    the query that the table `summary` is kept equal to
  hand.sql     keeps it without tricklec, as well as an expert can; the view `definition` has the
               query; hand_<name>.sql is another way to do so
  matview.sql  makes it a materialized view

Every contender is a database of its own, a copy of the one with the sources.
"""

import dataclasses
import pathlib
import subprocess

from server import ROOT, PROGRAM, drop_database, make_database, psql, tricklec

CASES = ROOT / "bench" / "cases"
# Contenders that differ in what is run later, not in what is made.
SCRIPTS = {"concurrently": "matview.sql"}


class WrongResult(Exception):
    """A contender's table is not what its query yields. A fast wrong answer is no result."""


@dataclasses.dataclass(frozen=True)
class Case:
    """A folder of bench/cases."""
    name: str

    def path(self, file):
        return CASES / self.name / file

    def text(self, file):
        return self.path(file).read_text(encoding="utf-8")

    @property
    def query(self):
        return self.text("query.sql").rstrip()

    def hand_written(self):
        """Names of the contenders that hand*.sql make."""
        return [path.stem for path in sorted((CASES / self.name).glob("hand*.sql"))]

    def stream_table(self, mode):
        return f"CREATE STREAM TABLE summary {mode} AS\n{self.query};\n"

    def make_sources(self, database, rows):
        make_database(database)
        psql(database, self.text("schema.sql") + self.text("data.sql") + "VACUUM ANALYZE;\n",
             rows=rows)

    def make(self, contender, database, sources, mode="IMMEDIATE"):
        """A copy of the database with the sources in which a contender keeps the table."""
        make_database(database, sources)
        if contender == "tricklec":
            tricklec("apply", "-q", "--db", f"dbname={database}", "--schema",
                     str(self.path("schema.sql")), "-", input=self.stream_table(mode))
        elif contender != "bare":
            script = self.text(SCRIPTS.get(contender, contender + ".sql"))
            psql(database, f"CREATE VIEW definition AS\n{self.query};\n{script}ANALYZE summary;\n")

    def verify(self, contender, database):
        """Raises WrongResult unless the contender's table holds what its query yields."""
        if contender == "bare":
            return
        if contender == "tricklec":
            found = subprocess.run([PROGRAM, "verify", "--db", f"dbname={database}", "summary"],
                                   capture_output=True, text=True, check=False)
            if found.returncode != 0:
                raise WrongResult(f"{self.name}, {contender}: {found.stdout}{found.stderr}")
            return
        differences = psql(database, """
            SELECT count(*) FROM (
              (TABLE definition EXCEPT ALL TABLE summary) UNION ALL
              (TABLE summary EXCEPT ALL TABLE definition)) AS d;""").strip()
        if differences != "0":
            raise WrongResult(f"{self.name}, {contender}: {differences} rows differ from the query")


@dataclasses.dataclass
class Databases:
    """The contenders of one case over the same sources; verifies them when it is left."""
    case: Case
    rows: int
    contenders: list
    mode: str = "IMMEDIATE"
    prefix: str = "bench"

    def __enter__(self):
        sources = self.prefix + "_sources"
        self.case.make_sources(sources, self.rows)
        for contender in self.contenders:
            self.case.make(contender, self.name(contender), sources, self.mode)
        drop_database(sources)
        return self

    def __exit__(self, kind, value, trace):
        if kind is None:
            for contender in self.contenders:
                self.case.verify(contender, self.name(contender))
        for contender in self.contenders:
            drop_database(self.name(contender))

    def name(self, contender):
        return f"{self.prefix}_{contender}"
