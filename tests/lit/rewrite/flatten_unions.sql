-- UPDATE: full
-- One UNION ALL, whose branches compute its columns.
-- RUN: tricklec compile -q --emit ir %sql | FileCheck --match-full-lines %s
CREATE TABLE a (id bigint PRIMARY KEY, x integer NOT NULL, y text);
CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint NOT NULL, z integer);
CREATE TABLE c (id bigint PRIMARY KEY, b_id bigint, w numeric(10,2));

CREATE STREAM TABLE nested IMMEDIATE AS
  SELECT id FROM a UNION ALL (SELECT id FROM b UNION ALL (SELECT id FROM c UNION ALL SELECT x FROM a));
CREATE STREAM TABLE computed IMMEDIATE AS
  SELECT u.k * 2 AS k, 'all' AS name FROM (SELECT id AS k, y FROM a UNION ALL SELECT a_id, NULL FROM b) u;
CREATE STREAM TABLE joined IMMEDIATE AS
  SELECT u.k + c.id AS k FROM (SELECT id AS k FROM a UNION ALL SELECT id FROM b) u JOIN c ON c.b_id = u.k;
CREATE STREAM TABLE grouped IMMEDIATE AS
  SELECT k, sum(n) AS n FROM (SELECT x AS k, count(*) AS n FROM a GROUP BY x UNION ALL SELECT z, 1 FROM b) u GROUP BY k;

-- CHECK: stream table public.nested
-- CHECK-NEXT: union all [id#25 := #4 | #8 | #12 | #18]
-- CHECK-NEXT:   project [id#4 := id#1]
-- CHECK-NEXT:     scan public.a as a [id#1]
-- CHECK-NEXT:   project [id#8 := id#5]
-- CHECK-NEXT:     scan public.b as b [id#5]
-- CHECK-NEXT:   project [id#12 := id#9]
-- CHECK-NEXT:     scan public.c as c [id#9]
-- CHECK-NEXT:   project [x#18 := CAST(x#14 AS bigint)]
-- CHECK-NEXT:     scan public.a as a_2 [x#14]
-- CHECK-NEXT: stream table public.computed
-- CHECK-NEXT: union all [k#17 := #19 | #21, name#18 := #20 | #22]
-- CHECK-NEXT:   project [k#19 := id#1 * 2, name#20 := 'all'::text]
-- CHECK-NEXT:     scan public.a as a [id#1]
-- CHECK-NEXT:   project [k#21 := a_id#7 * 2, name#22 := 'all'::text]
-- CHECK-NEXT:     scan public.b as b [a_id#7]
-- CHECK-NEXT: stream table public.joined
-- CHECK-NEXT: project [k#15 := k#11 + id#12]
-- CHECK-NEXT:   join on b_id#13 = k#11
-- CHECK-NEXT:     union all [k#11 := #4 | #8]
-- CHECK-NEXT:       project [k#4 := id#1]
-- CHECK-NEXT:         scan public.a as a [id#1]
-- CHECK-NEXT:       project [id#8 := id#5]
-- CHECK-NEXT:         scan public.b as b [id#5]
-- CHECK-NEXT:     scan public.c as c [id#12, b_id#13]
-- CHECK-NEXT: stream table public.grouped
-- CHECK-NEXT: project [k#21 := k#20, n#22 := sum#19]
-- CHECK-NEXT:   aggregate by [k#20 := k#17] compute [sum#19 := sum(n#18)]
-- CHECK-NEXT:     union all [k#17 := #6 | #15, n#18 := #7 | #16]
-- CHECK-NEXT:       project [k#6 := x#5, n#7 := count#4]
-- CHECK-NEXT:         aggregate by [x#5 := x#2] compute [count#4 := count(*)]
-- CHECK-NEXT:           scan public.a as a [x#2]
-- CHECK-NEXT:       project [z#15 := z#10, ?column?#16 := CAST(1 AS bigint)]
-- CHECK-NEXT:         scan public.b as b [z#10]
-- CHECK-NOT: {{.}}
