-- UPDATE: full
-- Conditions stand as deep as they may; what may raise an error stays above joins; joins are one left-deep tree.
-- RUN: tricklec compile -q --emit ir %sql | FileCheck --match-full-lines %s
CREATE TABLE a (id bigint PRIMARY KEY, x integer NOT NULL, y text);
CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint NOT NULL, z integer);
CREATE TABLE c (id bigint PRIMARY KEY, b_id bigint, w numeric(10,2));

CREATE STREAM TABLE sides IMMEDIATE AS
  SELECT a.id FROM a, b, c WHERE c.b_id = b.id AND a.x > 1 AND b.a_id = a.id AND b.z = 2 AND c.w > a.x;
CREATE STREAM TABLE right_deep IMMEDIATE AS
  SELECT a.id FROM a JOIN (b JOIN c ON c.b_id = b.id) ON a.id = b.a_id AND a.x = c.b_id WHERE true;
CREATE STREAM TABLE raising IMMEDIATE AS
  SELECT a.id FROM a JOIN b ON 10 / b.z > a.x AND a.id = b.a_id WHERE 10 / a.x > 1 AND a.x <> 0;
CREATE STREAM TABLE subquery IMMEDIATE AS
  SELECT s.id FROM (SELECT a.id, b.z FROM a JOIN b ON a.id = b.a_id WHERE 10 / b.z > 1) s JOIN c ON c.b_id = s.id WHERE s.z > 0;
CREATE STREAM TABLE groups IMMEDIATE AS
  SELECT g.a_id, g.n, a.y FROM (SELECT a_id, count(*) AS n FROM b GROUP BY a_id HAVING sum(z) > 9) g JOIN a ON a.id = g.a_id
  WHERE g.a_id > 5 AND g.n > 1 AND a.y = 'k';
CREATE STREAM TABLE raising_group_condition IMMEDIATE AS
  SELECT z, count(*) AS n FROM b GROUP BY z HAVING count(*) > 1 AND 10 / z > 1 AND z <> 0;
CREATE STREAM TABLE branches IMMEDIATE AS
  SELECT k FROM (SELECT id AS k FROM a UNION ALL SELECT b.id + 1 FROM b JOIN c ON c.b_id = b.id) u WHERE k > 7;
CREATE STREAM TABLE never IMMEDIATE AS SELECT a.id FROM a, b WHERE false;

-- CHECK: stream table public.sides
-- CHECK-NEXT: project [id#10 := id#1]
-- CHECK-NEXT:   join on (b_id#8 = id#4) AND (w#9 > x#2)
-- CHECK-NEXT:     join on a_id#5 = id#1
-- CHECK-NEXT:       filter x#2 > 1
-- CHECK-NEXT:         scan public.a as a [id#1, x#2]
-- CHECK-NEXT:       filter z#6 = 2
-- CHECK-NEXT:         scan public.b as b [id#4, a_id#5, z#6]
-- CHECK-NEXT:     scan public.c as c [b_id#8, w#9]
-- CHECK-NEXT: stream table public.right_deep
-- CHECK-NEXT: project [id#10 := id#1]
-- CHECK-NEXT:   join on (b_id#8 = id#4) AND (x#2 = b_id#8)
-- CHECK-NEXT:     join on id#1 = a_id#5
-- CHECK-NEXT:       scan public.a as a [id#1, x#2]
-- CHECK-NEXT:       scan public.b as b [id#4, a_id#5]
-- CHECK-NEXT:     scan public.c as c [b_id#8]
-- CHECK-NEXT: stream table public.raising
-- CHECK-NEXT: project [id#7 := id#1]
-- CHECK-NEXT:   filter ((10 / z#6) > x#2) AND ((10 / x#2) > 1)
-- CHECK-NEXT:     join on id#1 = a_id#5
-- CHECK-NEXT:       filter x#2 <> 0
-- CHECK-NEXT:         scan public.a as a [id#1, x#2]
-- CHECK-NEXT:       scan public.b as b [a_id#5, z#6]
-- CHECK-NEXT: stream table public.subquery
-- CHECK-NEXT: project [id#12 := id#1]
-- CHECK-NEXT:   filter (10 / z#6) > 1
-- CHECK-NEXT:     join on b_id#10 = id#1
-- CHECK-NEXT:       join on id#1 = a_id#5
-- CHECK-NEXT:         scan public.a as a [id#1]
-- CHECK-NEXT:         filter z#6 > 0
-- CHECK-NEXT:           scan public.b as b [a_id#5, z#6]
-- CHECK-NEXT:       scan public.c as c [b_id#10]
-- CHECK-NEXT: stream table public.groups
-- CHECK-NEXT: project [a_id#12 := a_id#5, n#13 := count#4, y#14 := y#11]
-- CHECK-NEXT:   join on id#9 = a_id#5
-- CHECK-NEXT:     filter (sum#6 > 9) AND (count#4 > 1)
-- CHECK-NEXT:       aggregate by [a_id#5 := a_id#2] compute [count#4 := count(*), sum#6 := sum(z#3)]
-- CHECK-NEXT:         filter a_id#2 > 5
-- CHECK-NEXT:           scan public.b as b [a_id#2, z#3]
-- CHECK-NEXT:     filter y#11 = 'k'::text
-- CHECK-NEXT:       scan public.a as a [id#9, y#11]
-- CHECK-NEXT: stream table public.raising_group_condition
-- CHECK-NEXT: project [z#6 := z#5, n#7 := count#4]
-- CHECK-NEXT:   filter (count#4 > 1) AND ((10 / z#5) > 1)
-- CHECK-NEXT:     aggregate by [z#5 := z#3] compute [count#4 := count(*)]
-- CHECK-NEXT:       filter z#3 <> 0
-- CHECK-NEXT:         scan public.b as b [z#3]
-- CHECK-NEXT: stream table public.branches
-- CHECK-NEXT: union all [k#15 := #16 | #17]
-- CHECK-NEXT:   project [k#16 := id#1]
-- CHECK-NEXT:     filter id#1 > 7
-- CHECK-NEXT:       scan public.a as a [id#1]
-- CHECK-NEXT:   project [k#17 := id#5 + 1]
-- CHECK-NEXT:     filter (id#5 + 1) > 7
-- CHECK-NEXT:       join on b_id#9 = id#5
-- CHECK-NEXT:         scan public.b as b [id#5]
-- CHECK-NEXT:         scan public.c as c [b_id#9]
-- CHECK-NEXT: stream table public.never
-- CHECK-NEXT: project [id#7 := id#1]
-- CHECK-NEXT:   cross join
-- CHECK-NEXT:     filter false
-- CHECK-NEXT:       scan public.a as a [id#1]
-- CHECK-NEXT:     scan public.b as b []
-- CHECK-NOT: {{.}}
