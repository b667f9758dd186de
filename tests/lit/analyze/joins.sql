-- UPDATE: full
-- Joins, the names they bring, and the columns that USING merges.
-- RUN: tricklec compile -q --emit ir %sql | FileCheck --match-full-lines %s
CREATE TABLE a (id bigint PRIMARY KEY, x integer NOT NULL, y text);
CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint NOT NULL, z integer);
CREATE TABLE c (id bigint PRIMARY KEY, b_id bigint, w numeric(10,2));

CREATE STREAM TABLE comma_list IMMEDIATE AS SELECT a.id, b.z, w FROM a, b, c;
CREATE STREAM TABLE on_condition IMMEDIATE AS SELECT a.id, b.id AS b_id FROM a JOIN b ON a.id = b.a_id AND b.z > a.x;
CREATE STREAM TABLE merged IMMEDIATE AS SELECT * FROM a JOIN b USING (id) NATURAL JOIN c;
CREATE STREAM TABLE by_alias IMMEDIATE AS SELECT j.id, j.k, u.id AS u_id FROM (a JOIN b USING (id)) AS j (id, k) JOIN c USING (id) AS u;
CREATE STREAM TABLE self_join IMMEDIATE AS SELECT a1.y, a2.y AS y2 FROM a AS a1 JOIN a AS a2 ON a1.x = a2.id;
CREATE VIEW ab AS SELECT a.id, b.z FROM a JOIN b ON a.id = b.a_id;
CREATE STREAM TABLE view_twice IMMEDIATE AS SELECT p.z, q.z AS z2 FROM ab AS p JOIN ab AS q USING (id);

-- CHECK: stream table public.comma_list
-- CHECK-NEXT: project [id#10 := id#1, z#11 := z#6, w#12 := w#9]
-- CHECK-NEXT:   cross join
-- CHECK-NEXT:     cross join
-- CHECK-NEXT:       scan public.a as a [id#1]
-- CHECK-NEXT:       scan public.b as b [z#6]
-- CHECK-NEXT:     scan public.c as c [w#9]
-- CHECK-NEXT: stream table public.on_condition
-- CHECK-NEXT: project [id#7 := id#1, b_id#8 := id#4]
-- CHECK-NEXT:   join on (id#1 = a_id#5) AND (z#6 > x#2)
-- CHECK-NEXT:     scan public.a as a [id#1, x#2]
-- CHECK-NEXT:     scan public.b as b [id#4, a_id#5, z#6]
-- CHECK-NEXT: stream table public.merged
-- CHECK-NEXT: project [id#10 := id#1, x#11 := x#2, y#12 := y#3, a_id#13 := a_id#5, z#14 := z#6, b_id#15 := b_id#8, w#16 := w#9]
-- CHECK-NEXT:   join on id#1 = id#7
-- CHECK-NEXT:     join on id#1 = id#4
-- CHECK-NEXT:       scan public.a as a [id#1, x#2, y#3]
-- CHECK-NEXT:       scan public.b as b [id#4, a_id#5, z#6]
-- CHECK-NEXT:     scan public.c as c [id#7, b_id#8, w#9]
-- CHECK-NEXT: stream table public.by_alias
-- CHECK-NEXT: project [id#10 := id#1, k#11 := x#2, u_id#12 := id#1]
-- CHECK-NEXT:   join on id#1 = id#7
-- CHECK-NEXT:     join on id#1 = id#4
-- CHECK-NEXT:       scan public.a as a [id#1, x#2]
-- CHECK-NEXT:       scan public.b as b [id#4]
-- CHECK-NEXT:     scan public.c as c [id#7]
-- CHECK-NEXT: stream table public.self_join
-- CHECK-NEXT: project [y#7 := y#3, y2#8 := y#6]
-- CHECK-NEXT:   join on x#2 = id#4
-- CHECK-NEXT:     scan public.a as a1 [x#2, y#3]
-- CHECK-NEXT:     scan public.a as a2 [id#4, y#6]
-- CHECK-NEXT: stream table public.view_twice
-- CHECK-NEXT: project [z#17 := z#6, z2#18 := z#14]
-- CHECK-NEXT:   join on id#9 = a_id#13
-- CHECK-NEXT:     join on id#1 = id#9
-- CHECK-NEXT:       join on id#1 = a_id#5
-- CHECK-NEXT:         scan public.a as a [id#1]
-- CHECK-NEXT:         scan public.b as b [a_id#5, z#6]
-- CHECK-NEXT:       scan public.a as a_2 [id#9]
-- CHECK-NEXT:     scan public.b as b_2 [a_id#13, z#14]
-- CHECK-NOT: {{.}}
