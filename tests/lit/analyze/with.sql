-- UPDATE: full
-- Queries of WITH stand where they are named, each time with columns of their own.
-- RUN: tricklec compile -q --emit ir %sql | FileCheck --match-full-lines %s
CREATE TABLE a (id bigint PRIMARY KEY, x integer NOT NULL, y text);
CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint NOT NULL, z integer);
CREATE TABLE c (id bigint PRIMARY KEY, b_id bigint, w numeric(10,2));

CREATE STREAM TABLE once IMMEDIATE AS WITH q (k) AS MATERIALIZED (SELECT id FROM a) SELECT k FROM q;
CREATE STREAM TABLE twice IMMEDIATE AS
  WITH totals AS (SELECT a_id, sum(z) AS total FROM b GROUP BY a_id), big AS (SELECT a_id FROM totals WHERE total > 9)
  SELECT y, total FROM a JOIN totals ON totals.a_id = a.id JOIN big ON big.a_id = a.id;
CREATE STREAM TABLE shadowed IMMEDIATE AS WITH a AS (SELECT id, x FROM a) SELECT * FROM (WITH a AS (SELECT x FROM a) SELECT x FROM a) s;

-- CHECK: stream table public.once
-- CHECK-NEXT: project [k#5 := id#1]
-- CHECK-NEXT:   scan public.a as a [id#1]
-- CHECK-NEXT: stream table public.twice
-- CHECK-NEXT: project [y#19 := y#11, total#20 := sum#15]
-- CHECK-NEXT:   join on a_id#5 = id#9
-- CHECK-NEXT:     join on a_id#16 = id#9
-- CHECK-NEXT:       scan public.a as a [id#9, y#11]
-- CHECK-NEXT:       aggregate by [a_id#16 := a_id#13] compute [sum#15 := sum(z#14)]
-- CHECK-NEXT:         scan public.b as b_2 [a_id#13, z#14]
-- CHECK-NEXT:     filter sum#4 > 9
-- CHECK-NEXT:       aggregate by [a_id#5 := a_id#2] compute [sum#4 := sum(z#3)]
-- CHECK-NEXT:         scan public.b as b [a_id#2, z#3]
-- CHECK-NEXT: stream table public.shadowed
-- CHECK-NEXT: project [x#8 := x#2]
-- CHECK-NEXT:   scan public.a as a [x#2]
-- CHECK-NOT: {{.}}
