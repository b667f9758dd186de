-- UPDATE: full
-- Only what is read is scanned and computed, through joins and branches.
-- RUN: tricklec compile -q --emit ir %sql | FileCheck --match-full-lines %s
CREATE TABLE a (id bigint PRIMARY KEY, x integer NOT NULL, y text);
CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint NOT NULL, z integer);
CREATE TABLE c (id bigint PRIMARY KEY, b_id bigint, w numeric(10,2));

CREATE STREAM TABLE joins IMMEDIATE AS SELECT s.y FROM (SELECT a.*, b.z, 1 / b.z AS unread FROM a JOIN b ON a.id = b.a_id) s;
CREATE STREAM TABLE branches IMMEDIATE AS
  SELECT u.k FROM (SELECT id AS k, y FROM a WHERE x > 1 UNION ALL SELECT a_id, count(*)::text FROM b GROUP BY a_id) u;
CREATE STREAM TABLE counted IMMEDIATE AS SELECT count(*) AS n FROM (SELECT id, y FROM a UNION ALL SELECT id, NULL FROM b) u;

-- CHECK: stream table public.joins
-- CHECK-NEXT: project [y#12 := y#3]
-- CHECK-NEXT:   join on id#1 = a_id#5
-- CHECK-NEXT:     scan public.a as a [id#1, y#3]
-- CHECK-NEXT:     scan public.b as b [a_id#5]
-- CHECK-NEXT: stream table public.branches
-- CHECK-NEXT: union all [k#19 := #20 | #21]
-- CHECK-NEXT:   project [k#20 := id#1]
-- CHECK-NEXT:     filter x#2 > 1
-- CHECK-NEXT:       scan public.a as a [id#1, x#2]
-- CHECK-NEXT:   project [k#21 := a_id#10]
-- CHECK-NEXT:     aggregate by [a_id#10 := a_id#7] compute []
-- CHECK-NEXT:       scan public.b as b [a_id#7]
-- CHECK-NEXT: stream table public.counted
-- CHECK-NEXT: project [n#18 := count#17]
-- CHECK-NEXT:   aggregate all rows compute [count#17 := count(*)]
-- CHECK-NEXT:     union all []
-- CHECK-NEXT:       project []
-- CHECK-NEXT:         scan public.a as a []
-- CHECK-NEXT:       project []
-- CHECK-NEXT:         scan public.b as b []
-- CHECK-NOT: {{.}}
