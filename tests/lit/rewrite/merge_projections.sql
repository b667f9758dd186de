-- UPDATE: full
-- Expressions of subqueries stand above the joins that their rows go through.
-- RUN: tricklec compile -q --emit ir %sql | FileCheck --match-full-lines %s
CREATE TABLE a (id bigint PRIMARY KEY, x integer NOT NULL, y text);
CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint NOT NULL, z integer);
CREATE TABLE c (id bigint PRIMARY KEY, b_id bigint, w numeric(10,2));

CREATE STREAM TABLE expressions IMMEDIATE AS
  SELECT s.k + u.k AS k FROM (SELECT id, x * 2 AS k FROM a) s JOIN (SELECT a_id, z / 2 AS k FROM b) u ON s.id = u.a_id WHERE s.k > 1;
CREATE STREAM TABLE conditions IMMEDIATE AS
  SELECT s.id FROM (SELECT id, 10 / x AS k FROM a) s JOIN b ON s.k = b.z WHERE s.id > 5;
CREATE STREAM TABLE groups IMMEDIATE AS
  SELECT s.k, count(*) AS n FROM (SELECT a.x + b.z AS k FROM a, b) s GROUP BY s.k;

-- CHECK: stream table public.expressions
-- CHECK-NEXT: project [k#11 := (x#2 * 2) + (z#8 / 2)]
-- CHECK-NEXT:   filter (x#2 * 2) > 1
-- CHECK-NEXT:     join on id#1 = a_id#7
-- CHECK-NEXT:       scan public.a as a [id#1, x#2]
-- CHECK-NEXT:       scan public.b as b [a_id#7, z#8]
-- CHECK-NEXT: stream table public.conditions
-- CHECK-NEXT: project [id#9 := id#1]
-- CHECK-NEXT:   filter (10 / x#2) = z#8
-- CHECK-NEXT:     cross join
-- CHECK-NEXT:       filter id#1 > 5
-- CHECK-NEXT:         scan public.a as a [id#1, x#2]
-- CHECK-NEXT:       scan public.b as b [z#8]
-- CHECK-NEXT: stream table public.groups
-- CHECK-NEXT: project [k#10 := k#9, n#11 := count#8]
-- CHECK-NEXT:   aggregate by [k#9 := x#2 + z#6] compute [count#8 := count(*)]
-- CHECK-NEXT:     cross join
-- CHECK-NEXT:       scan public.a as a [x#2]
-- CHECK-NEXT:       scan public.b as b [z#6]
-- CHECK-NOT: {{.}}
