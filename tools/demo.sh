#!/usr/bin/env bash
# The demo: pgbench's own tables and load on a throwaway server, with stream tables over them.
# TRICKLEC_DEMO_SECONDS sets how long the load runs (default 10). Nothing is left running.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
program=${TRICKLEC_PROGRAM:-build/tricklec}
bin=/usr/lib/postgresql/15/bin
seconds=${TRICKLEC_DEMO_SECONDS:-10}
work=build/demo

if [ "${1-}" != --inside ]; then
  echo "== a throwaway PostgreSQL 15"
  exec tools/pg-server exec -c autovacuum=on -c shared_buffers=256MB 15 "$0" --inside
fi

step() { printf '\n== %s\n' "$*"; }
database_url() { echo "postgresql:///$1?host=$PGHOST&port=$PGPORT&user=$PGUSER"; }
psql() { "$bin/psql" -XqAt -v ON_ERROR_STOP=1 "$@"; }

reader=''
trap '[ -z "$reader" ] || kill "$reader" 2>/dev/null || true' EXIT

rm -rf "$work"
mkdir -p "$work"

step "the schema: pgbench -i -s 5, read back with pg_dump -s"
"$bin/createdb" bank
"$bin/pgbench" -i -q -s 5 bank >"$work/pgbench-init.log" 2>&1 ||
  { cat "$work/pgbench-init.log"; exit 1; }
"$bin/pg_dump" -s --no-owner bank >"$work/schema.sql"
psql -d bank -c "SELECT relname || ': ' || reltuples || ' rows' FROM pg_class
                 WHERE relname LIKE 'pgbench%' AND relkind = 'r' ORDER BY 1"
# A copy without stream tables, to compare with.
"$bin/createdb" -T bank plain

step "compile: examples/pgbench/*.sql against that schema"
"$program" compile --schema "$work/schema.sql" examples/pgbench/*.sql -o "$work/compiled.sql"
"$program" compile -q --schema "$work/schema.sql" examples/pgbench/*.sql -o "$work/again.sql"
cmp "$work/compiled.sql" "$work/again.sql"
echo "$work/compiled.sql: $(wc -l <"$work/compiled.sql") lines of SQL, the same bytes when compiled twice"
"$program" inspect --schema "$work/schema.sql" examples/pgbench/*.sql

step "apply"
"$program" apply -q --db "$(database_url bank)" --schema "$work/schema.sql" examples/pgbench/*.sql

step "load: pgbench, 4 clients, TPC-B for $seconds s; branch_totals once a second"
"$bin/pgbench" -c 4 -j 2 -T "$seconds" bank >"$work/load.log" 2>&1 &
load=$!
(
  for ((second = 1; second <= seconds; second++)); do
    sleep 1
    psql -d bank -c "SELECT '  after $second s: ' || string_agg(format('branch %s: %s in %s accounts (%s to %s)',
        bid, balance, accounts, lowest, highest), '; ' ORDER BY bid) FROM branch_totals WHERE bid <= 2" \
      -c "SELECT '             ' || count(*) || ' accounts in debt, together ' || coalesce(sum(debt), 0)
          FROM accounts_in_debt" \
      -c "SELECT '             busiest teller: ' || format('%s (%s transactions, average %s)', tid,
          transactions, round(average_amount, 2)) FROM teller_activity
          ORDER BY transactions DESC, tid LIMIT 1" \
      -c "SELECT '             ' || count(*) || ' large movements, the largest by teller '
              || (array_agg(tid ORDER BY abs(delta) DESC, tid))[1] || ': ' || max(abs(delta))
          FROM large_movements" \
      -c "DO 'BEGIN PERFORM pgtrickle.refresh_stream_table(''branch_activity''); END'" \
      -c "SELECT '             refreshed branch_activity: ' || (SELECT sum(transactions) FROM branch_activity)
              || ' transactions (' || h.action || ', ' || h.rows_inserted + h.rows_updated || ' rows written in '
              || round(h.duration_ms) || ' ms)'
          FROM pgtrickle.get_refresh_history('branch_activity', 1) AS h"
  done
) &
reader=$!
wait "$load" || { cat "$work/load.log"; exit 1; }
wait "$reader"
reader=''
grep -E 'number of transactions actually|number of failed|tps' "$work/load.log"

step "verify: every stream table against its query, after a last refresh of the one that is refreshed"
refresh() { psql -d bank -c "SELECT pgtrickle.refresh_stream_table('branch_activity')" >/dev/null; }
refresh
"$program" verify --db "$(database_url bank)"

step "throughput with and without stream tables: pairs of 5 s, durability off, so all of it is CPU"
tps() {
  "$bin/pgbench" -n -c 4 -j 2 -T 5 "$1" 2>>"$work/throughput.log" | sed -n 's/^tps = \([0-9]*\).*/\1/p'
}
with=() without=()
printf '  %-8s %12s %12s\n' pair without with
for pair in 1 2 3; do
  without+=("$(tps plain)")
  with+=("$(tps bank)")
  printf '  %-8s %8s tps %8s tps\n' "$pair" "${without[-1]}" "${with[-1]}"
done
median() { printf '%s\n' "$@" | sort -n | sed -n 2p; }
plain=$(median "${without[@]}")
live=$(median "${with[@]}")
printf '  %-8s %8s tps %8s tps   five stream tables cost %s %%\n' median "$plain" "$live" \
  $(((plain - live) * 100 / plain))
refresh
"$program" verify --db "$(database_url bank)"

printf '\nThe generated SQL is in %s. The server is gone with this line.\n' "$work/compiled.sql"
