-- UPDATE: full
-- Branches of UNION ALL have the types of all; names are those of the first.
-- RUN: tricklec compile -q --emit ir %sql | FileCheck --match-full-lines %s
CREATE TABLE a (id bigint PRIMARY KEY, x integer NOT NULL, y text);
CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint NOT NULL, z integer);
CREATE TABLE c (id bigint PRIMARY KEY, b_id bigint, w numeric(10,2));

CREATE STREAM TABLE same_types IMMEDIATE AS SELECT id AS k, x FROM a UNION ALL SELECT a_id, z FROM b;
CREATE STREAM TABLE converted IMMEDIATE AS SELECT x FROM a UNION ALL SELECT id FROM b UNION ALL SELECT w FROM c;
CREATE STREAM TABLE literals IMMEDIATE AS SELECT NULL AS y, count(*) AS n FROM a UNION ALL SELECT y, count(*) FROM a GROUP BY y;

-- CHECK: stream table public.same_types
-- CHECK-NEXT: union all [k#15 := #4 | #9, x#16 := #5 | #10]
-- CHECK-NEXT:   project [k#4 := id#1, x#5 := x#2]
-- CHECK-NEXT:     scan public.a as a [id#1, x#2]
-- CHECK-NEXT:   project [a_id#9 := a_id#7, z#10 := z#8]
-- CHECK-NEXT:     scan public.b as b [a_id#7, z#8]
-- CHECK-NEXT: stream table public.converted
-- CHECK-NEXT: union all [x#18 := #19 | #20 | #17]
-- CHECK-NEXT:   project [x#19 := CAST(CAST(x#2 AS bigint) AS numeric)]
-- CHECK-NEXT:     scan public.a as a [x#2]
-- CHECK-NEXT:   project [x#20 := CAST(id#5 AS numeric)]
-- CHECK-NEXT:     scan public.b as b [id#5]
-- CHECK-NEXT:   project [w#17 := CAST(w#14 AS numeric)]
-- CHECK-NEXT:     scan public.c as c [w#14]
-- CHECK-NEXT: stream table public.literals
-- CHECK-NEXT: union all [y#18 := #14 | #12, n#19 := #15 | #13]
-- CHECK-NEXT:   project [y#14 := NULL::text, n#15 := count#4]
-- CHECK-NEXT:     aggregate all rows compute [count#4 := count(*)]
-- CHECK-NEXT:       scan public.a as a []
-- CHECK-NEXT:   project [y#12 := y#11, count#13 := count#10]
-- CHECK-NEXT:     aggregate by [y#11 := y#9] compute [count#10 := count(*)]
-- CHECK-NEXT:       scan public.a as a_2 [y#9]
-- CHECK-NOT: {{.}}
