-- UPDATE: full
-- DISTINCT over joins is grouping, unless every input's key is selected.
-- RUN: tricklec compile -q --emit ir %sql | FileCheck --match-full-lines %s
CREATE TABLE a (id bigint PRIMARY KEY, x integer NOT NULL, y text);
CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint NOT NULL, z integer);
CREATE TABLE c (id bigint PRIMARY KEY, b_id bigint, w numeric(10,2));

CREATE STREAM TABLE grouped IMMEDIATE AS SELECT DISTINCT a.y, b.z FROM a JOIN b ON a.id = b.a_id;
CREATE STREAM TABLE keyed IMMEDIATE AS SELECT DISTINCT a.id, b.id AS b_id FROM a JOIN b ON a.id = b.a_id;
CREATE STREAM TABLE half_keyed IMMEDIATE AS SELECT DISTINCT a.id, b.z FROM a JOIN b ON a.id = b.a_id;
CREATE STREAM TABLE below_a_join IMMEDIATE AS SELECT d.y, c.w FROM (SELECT DISTINCT y FROM a) d JOIN c ON c.w > 1 WHERE d.y > 'k';

-- CHECK: stream table public.grouped
-- CHECK-NEXT: aggregate by [y#7 := y#3, z#8 := z#6] compute []
-- CHECK-NEXT:   join on id#1 = a_id#5
-- CHECK-NEXT:     scan public.a as a [id#1, y#3]
-- CHECK-NEXT:     scan public.b as b [a_id#5, z#6]
-- CHECK-NEXT: stream table public.keyed
-- CHECK-NEXT: project [id#7 := id#1, b_id#8 := id#4]
-- CHECK-NEXT:   join on id#1 = a_id#5
-- CHECK-NEXT:     scan public.a as a [id#1]
-- CHECK-NEXT:     scan public.b as b [id#4, a_id#5]
-- CHECK-NEXT: stream table public.half_keyed
-- CHECK-NEXT: aggregate by [id#7 := id#1, z#8 := z#6] compute []
-- CHECK-NEXT:   join on id#1 = a_id#5
-- CHECK-NEXT:     scan public.a as a [id#1]
-- CHECK-NEXT:     scan public.b as b [a_id#5, z#6]
-- CHECK-NEXT: stream table public.below_a_join
-- CHECK-NEXT: project [y#8 := y#4, w#9 := w#7]
-- CHECK-NEXT:   cross join
-- CHECK-NEXT:     aggregate by [y#4 := y#3] compute []
-- CHECK-NEXT:       filter y#3 > 'k'::text
-- CHECK-NEXT:         scan public.a as a [y#3]
-- CHECK-NEXT:     filter w#7 > 1
-- CHECK-NEXT:       scan public.c as c [w#7]
-- CHECK-NOT: {{.}}
