-- A name has a schema at most.
-- RUN: verify-diagnostics %s

-- expected-error@+1 {{ST1011: `db.public.a` has more parts than schema and name}}
REFRESH STREAM TABLE db.public.a;
-- expected-error@+1 {{ST1011: `a . b.c.d` has more parts than schema and name}}
GATE SOURCE x, a . b.c.d;
