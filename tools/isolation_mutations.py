"""Edits that take one lock or guard out of the SQL of a stream table.

A spec of tests/isolation names, for each lock it is about, a schedule that goes wrong without it
(`# mutation: NAME, LEVEL: PERMUTATION`); `run-isolation --mutate` makes the edit and sees it go wrong.
What is left is right as long as sessions take turns, so that it is the interleaving that finds it.
"""

import re


class MutationError(Exception):
    pass


def _replace(script, pattern, replacement):
    edited, count = re.subn(pattern, replacement, script, flags=re.DOTALL)
    if count == 0:
        raise MutationError(f"nothing matches {pattern}")
    return edited


def probe(script):
    """REPEATABLE READ: the look at the affected groups, which raises 40001 for one that is gone."""
    return _replace(script, r"PERFORM\s+FROM (?:(?!PERFORM).)*?FOR NO KEY UPDATE OF \w+;", "NULL;")


def version(script):
    """The check that the stream table is not younger than the snapshot."""
    return _replace(script, r"PERFORM FROM pgtrickle_state\.version AS v WHERE v\.id = '[^']*';\s+"
                    r"IF NOT found THEN.*?END IF;", "NULL;")


def version_write(script):
    """Class table: the version row that every writer updates before its statement."""
    return _replace(script, r"UPDATE pgtrickle_state\.version AS v.*?END IF;\s+END IF;", "NULL;")


def anchors(script):
    """The anchor rows of the affected groups, written before anything is read. Whether there are any is what
    a row that is changed in place is asked by, too."""
    script = re.sub(r"INSERT INTO pgtrickle_state\.\"[^\"]*/anchor\" AS a \(k, v\)\s+SELECT [^;]*?"
                    r"(FROM __pgt_new AS n JOIN __pgt_old[^;]*?)ON CONFLICT[^;]*;", r"PERFORM \1;", script)
    script = _replace(script, r"EXECUTE \$large\$\s+INSERT INTO pgtrickle_state\.\"[^\"]*/anchor\""
                      r".*?\$large\$;", "NULL;")
    return _replace(script, r"INSERT INTO pgtrickle_state\.\"[^\"]*/anchor\"[^;]*;", "NULL;")


def write_first(script):
    """Small changes: groups are recomputed without having been written by an earlier statement, found
    by the keys of the old rows."""
    key = re.search(r"ON CONFLICT \((\w+)\) DO UPDATE", script).group(1)
    large, upsert = r"EXECUTE \$large\$.*?\$large\$", r"\bWITH (?:(?!\bWITH\b)[^;])*?INSERT INTO[^;]*;"
    script = re.sub(f"({large})|{upsert}", lambda found: found.group(1) or "NULL;", script, flags=re.DOTALL)
    script = _replace(script, r"IF __pgt_(kept|lost) IS NOT NULL THEN", "IF true THEN")
    return _replace(script, r"t\.ctid = ANY \(__pgt_(kept|lost)\)",
                    f"EXISTS (SELECT FROM __pgt_old AS o WHERE o.{key} IS NOT DISTINCT FROM t.{key})")


def write_first_single(script):
    """The same for an aggregate without GROUP BY, whose whole row is recomputed then."""
    script = _replace(script, r"(m AS \(\s+)UPDATE (\S+) AS t\s+SET [^;]*?(FROM d\s+)?RETURNING "
                      r"(t\.ctid AS __pgt_row, t\.high)", r"\1SELECT \4 FROM \2 AS t")
    script = _replace(script, r"IF __pgt_lost IS NOT NULL THEN", "IF true THEN")
    script = _replace(script, r"SET high = \(SELECT max\(sale\.amount\) AS high",
                      "SET (n, total, high) = (SELECT count(*), sum(sale.amount), max(sale.amount)")
    return _replace(script, r"WHERE t\.ctid = ANY \(__pgt_lost\)", "")


def copies(script):
    """Bags: the row locks that make two sessions choose different copies, and the check of their
    number, which would turn the loss into an error."""
    script = _replace(script, r"\s+FOR UPDATE SKIP LOCKED", "")
    return _replace(script, r"IF __pgt_short <> 0 THEN.*?END IF;", "")


def depth(script):
    """The count of nested statements: each trigger maintains its own change at once."""
    return _replace(script, r"IF current_setting\('pgtrickle\.depth_\w+', true\) = '2' THEN", "IF true THEN")


def in_flight(script):
    """Refreshes: what was consumed is a matter of the snapshot; the numbers of changes are not in the
    order of commits."""
    return _replace(script, r"AND NOT CASE\s+WHEN b\.__pgt_xid = __pgt_own THEN (b\.__pgt_change) <= "
                    r"(__pgt_last)\s+ELSE pg_visible_in_snapshot.*?\s+END", r"AND \1 > \2")


def consumed_at_once(script):
    """Refreshes: the frontier that the statement writes is of the snapshot that it reads."""
    frontier = re.search(r"UPDATE pgtrickle\.pgt_frontiers AS f\s+SET snap = .*?WHERE f\.pgt_id = \$1", script,
                         re.DOTALL).group(0)
    script = _replace(script, r", advanced AS \(\s+UPDATE pgtrickle\.pgt_frontiers AS f.*?\n  \)", "")
    return _replace(script, r"(INTO __pgt_counts;)", lambda found: f"{found.group(1)}\n  {frontier};")


def frontier(runtime):
    """Refreshes: the lock that lets one of two wait for the other."""
    return _replace(runtime, r"(WHERE f\.pgt_id = lock_frontier\.pgt_id) FOR UPDATE;", r"\1;")


def sources(runtime):
    """Refreshes: the lock that keeps TRUNCATE away from the look for one until the changes are read."""
    return _replace(runtime, r"EXECUTE format\('SELECT FROM %s LIMIT 0', _source\);", "NULL;")


def rewritten(runtime):
    """Refreshes: the look for a TRUNCATE that a snapshot does not show, but whose effect it does."""
    return _replace(runtime, r"IF (current_setting\('transaction_isolation'\) <> 'read committed') THEN"
                    r"(\s+-- The snapshot is older than the locks)", r"IF false AND \1 THEN\2")


def filled_first(script):
    """Creation: the triggers, which wait for writers, come before the content."""
    return _replace(script, r"((?:PERFORM pgtrickle\.attach_immediate\([^;]*;\s+)+)"
                    r"(PERFORM pgtrickle\.populate\([^;]*;)", r"\2\n  \1")


def captured_late(script):
    """Creation of a refreshed one: the capture of its sources, which waits for writers, comes before the content."""
    fill = re.search(r"'(pgtrickle_impl\.\"[^']*/fill\"\(\))'::regprocedure", script).group(1)
    table = re.search(r"PERFORM pgtrickle\.populate\(([^)]*)\);", script).group(1)
    script = _replace(script, r"(-- Keep the changes of the sources)",
                      f"SELECT set_config('pgtrickle.maintenance', 'on', true), {fill};\n\n\\1")
    entry = f"pgtrickle.stream_table_id({table})"
    return _replace(script, r"PERFORM pgtrickle\.populate\([^;]*;",
                    f"PERFORM pgtrickle.lock_frontier({entry}); PERFORM pgtrickle.advance_frontier({entry});\n"
                    f"  UPDATE pgtrickle.pgt_stream_tables SET is_populated = true, status = 'ACTIVE' WHERE pgt_id = {entry};")


def content_first(runtime):
    """Creation over captured sources: content and frontier come from one statement where nobody is kept out."""
    return _replace(runtime, r"AND NOT \(SELECT bool_and\(pgtrickle\.holds_off_writers\(n\.id\)\)"
                    r".*? n\(id\)\)", "AND false")


def clean_up(runtime):
    """Clean-up: the lock that it shares with those who make a first frontier."""
    return _replace(runtime, r"UPDATE pgtrickle\.pgt_change_tracking k SET tracked_by = k\.tracked_by\s+"
                    r"WHERE k\.source_relid = \(SELECT x\.source_relid (FROM [^)]*?) FOR UPDATE SKIP LOCKED\)\s+"
                    r"RETURNING k\.source_relid INTO _source;", r"SELECT x.source_relid INTO _source \1;")


def armed(runtime):
    """Recomputing an IMMEDIATE stream table: its triggers are made again first, which waits for writers."""
    return _replace(runtime, r"PERFORM pgtrickle\.arm_triggers\(refresh_immediate\.pgt_id\);", "NULL;")


SCRIPTS = {f.__name__: f for f in (
    probe, version, version_write, anchors, write_first, write_first_single, copies, depth, in_flight,
    consumed_at_once, filled_first, captured_late)}
RUNTIME = {f.__name__: f for f in (frontier, sources, rewritten, content_first, clean_up, armed)}
NAMES = {*SCRIPTS, *RUNTIME}

# Wrong results without them need no second session.
NO_LOCKS = {"depth"}
