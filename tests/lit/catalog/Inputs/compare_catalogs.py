#!/usr/bin/env python3
"""Compares two outputs of --emit=catalog: what the DDL says and what pg_dump makes of it.

Order is free, and so is how an expression is written: a server prints it in its own way. Everything
else must be the same. Prints the differences; exit code 1 if there are any.
"""

import json
import sys

FREE_TEXT = {"expression", "default", "predicate", "query", "query_search_path", "bound",
             "column_names"}


def normal(value):
    if isinstance(value, dict):
        return {k: True if k in FREE_TEXT else normal(v) for k, v in sorted(value.items())
                # A view's names are in the query of a dump; keys of a serial column are sequences.
                if k not in ("column_names",)}
    if isinstance(value, list):
        return [normal(v) for v in value]
    return value


def by_name(items, *keys):
    return {tuple(json.dumps(item.get(k)) for k in keys): normal(item) for item in items}


def compare(what, left, right, differences):
    for key in sorted(left.keys() | right.keys()):
        a, b = left.get(key), right.get(key)
        if what.startswith("relations") and a and b:
            for part in ("constraints", "indexes"):
                compare(f"{key} {part}", by_name(a.pop(part, []), "name"),
                        by_name(b.pop(part, []), "name"), differences)
            for relation in (a, b):
                relation.get("children", []).sort()
        if a != b:
            differences.append(f"{what} {key}:\n  - {a}\n  + {b}")


def main():
    left, right = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:3])
    differences = []
    for section in ("types", "functions", "operators", "extensions", "collations"):
        compare(section, by_name(left.get(section, []), "name", "args"),
                by_name(right.get(section, []), "name", "args"), differences)
    relations = [by_name([r for r in c["relations"] if r["kind"] != "sequence"], "name")
                 for c in (left, right)]
    compare("relations", *relations, differences)
    print("\n".join(differences) or "no differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
