-- UPDATE: full
-- Outer joins: whose columns can be NULL, what USING merges, the two branches of a full join.
-- RUN: tricklec compile -q --emit ir %sql | FileCheck --match-full-lines %s
CREATE TABLE a (id bigint PRIMARY KEY, x integer NOT NULL, y text);
CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint NOT NULL, z integer);
CREATE TABLE c (id integer PRIMARY KEY, b_id bigint, w numeric(10,2));
CREATE INDEX ON b (a_id);

CREATE STREAM TABLE to_the_left IMMEDIATE AS SELECT a.id, b.id AS b_id FROM a LEFT JOIN b ON a.id = b.a_id AND b.z > 1 AND a.x > 1;
CREATE STREAM TABLE to_the_right IMMEDIATE AS SELECT a.y, b.id FROM a RIGHT JOIN b ON a.id = b.a_id WHERE b.z > 1 AND a.x > 1;
CREATE STREAM TABLE on_both_sides IMMEDIATE AS SELECT a.id, b.id AS b_id FROM a FULL JOIN b ON a.id = b.a_id AND b.z > 1;
CREATE STREAM TABLE merged IMMEDIATE AS SELECT id, w FROM a LEFT JOIN b USING (id) RIGHT JOIN c USING (id);
CREATE STREAM TABLE merged_from_both IMMEDIATE AS SELECT id, w FROM a FULL JOIN c USING (id);
CREATE STREAM TABLE computed IMMEDIATE AS SELECT a.id, s.one FROM a LEFT JOIN (SELECT a_id, 1 AS one FROM b) AS s ON s.a_id = a.id;
CREATE STREAM TABLE nested IMMEDIATE AS SELECT a.id, w FROM a LEFT JOIN (b JOIN c ON c.b_id = b.id) ON b.a_id = a.id;

-- CHECK: stream table public.to_the_left
-- CHECK-NEXT: project [id#7 := id#1, b_id#8 := id#4]
-- CHECK-NEXT:   left join on (id#1 = a_id#5) AND (x#2 > 1)
-- CHECK-NEXT:     scan public.a as a [id#1, x#2]
-- CHECK-NEXT:     filter z#6 > 1
-- CHECK-NEXT:       scan public.b as b [id#4, a_id#5, z#6]
-- CHECK-NEXT: stream table public.to_the_right
-- CHECK-NEXT: project [y#7 := y#3, id#8 := id#4]
-- CHECK-NEXT:   join on id#1 = a_id#5
-- CHECK-NEXT:     filter z#6 > 1
-- CHECK-NEXT:       scan public.b as b [id#4, a_id#5, z#6]
-- CHECK-NEXT:     filter x#2 > 1
-- CHECK-NEXT:       scan public.a as a [id#1, x#2, y#3]
-- CHECK-NEXT: stream table public.on_both_sides
-- CHECK-NEXT: union all [id#32 := #34 | #36, b_id#33 := #35 | #37]
-- CHECK-NEXT:   project [id#34 := id#1, b_id#35 := id#4]
-- CHECK-NEXT:     left join on id#1 = a_id#5
-- CHECK-NEXT:       scan public.a as a [id#1]
-- CHECK-NEXT:       filter z#6 > 1
-- CHECK-NEXT:         scan public.b as b [id#4, a_id#5, z#6]
-- CHECK-NEXT:   project [id#36 := NULL::bigint, b_id#37 := id#10]
-- CHECK-NEXT:     filter has_partner#13 IS NULL
-- CHECK-NEXT:       left join on (id#7 = a_id#11) AND (z#12 > 1)
-- CHECK-NEXT:         scan public.b as b_2 [id#10, a_id#11, z#12]
-- CHECK-NEXT:         project [id#7, has_partner#13 := true]
-- CHECK-NEXT:           scan public.a as a_2 [id#7]
-- CHECK-NEXT: stream table public.merged
-- CHECK-NEXT: project [id#10 := CAST(id#7 AS bigint), w#11 := w#9]
-- CHECK-NEXT:   left join on id#1 = id#7
-- CHECK-NEXT:     scan public.c as c [id#7, w#9]
-- CHECK-NEXT:     left join on id#1 = id#4
-- CHECK-NEXT:       scan public.a as a [id#1]
-- CHECK-NEXT:       scan public.b as b [id#4]
-- CHECK-NEXT: stream table public.merged_from_both
-- CHECK-NEXT: union all [id#32 := #34 | #36, w#33 := #35 | #37]
-- CHECK-NEXT:   project [id#34 := COALESCE(id#1, CAST(id#4 AS bigint)), w#35 := w#6]
-- CHECK-NEXT:     left join on id#1 = id#4
-- CHECK-NEXT:       scan public.a as a [id#1]
-- CHECK-NEXT:       scan public.c as c [id#4, w#6]
-- CHECK-NEXT:   project [id#36 := COALESCE(NULL::bigint, CAST(id#10 AS bigint)), w#37 := w#12]
-- CHECK-NEXT:     filter has_partner#13 IS NULL
-- CHECK-NEXT:       left join on id#7 = id#10
-- CHECK-NEXT:         scan public.c as c_2 [id#10, w#12]
-- CHECK-NEXT:         project [id#7, has_partner#13 := true]
-- CHECK-NEXT:           scan public.a as a_2 [id#7]
-- CHECK-NEXT: stream table public.computed
-- CHECK-NEXT: project [id#9 := id#1, one#10 := one#8]
-- CHECK-NEXT:   left join on a_id#7 = id#1
-- CHECK-NEXT:     scan public.a as a [id#1]
-- CHECK-NEXT:     project [a_id#7 := a_id#5, one#8 := 1]
-- CHECK-NEXT:       scan public.b as b [a_id#5]
-- CHECK-NEXT: stream table public.nested
-- CHECK-NEXT: project [id#10 := id#1, w#11 := w#9]
-- CHECK-NEXT:   left join on a_id#5 = id#1
-- CHECK-NEXT:     scan public.a as a [id#1]
-- CHECK-NEXT:     join on b_id#8 = id#4
-- CHECK-NEXT:       scan public.b as b [id#4, a_id#5]
-- CHECK-NEXT:       scan public.c as c [b_id#8, w#9]
-- CHECK-NOT: {{.}}
