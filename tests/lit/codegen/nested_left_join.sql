-- UPDATE: full
-- Left joins of left joins: queries as they are printed, with what the null side computes below its join.
-- RUN: tricklec compile -q %sql | sed -n '/^CREATE VIEW/,/;$/p' | FileCheck %s
CREATE TABLE p (id integer PRIMARY KEY, boss integer, v integer);
CREATE TABLE c (id integer PRIMARY KEY, p_id integer, q_id integer, v integer);
CREATE TABLE q (id integer PRIMARY KEY, label text);
CREATE INDEX ON p (boss); CREATE INDEX ON c (p_id); CREATE INDEX ON c (q_id);
CREATE STREAM TABLE chain IMMEDIATE AS
  SELECT p.id, c.id AS c_id, q.label FROM p LEFT JOIN c ON c.p_id = p.id LEFT JOIN q ON q.id = c.q_id;
CREATE STREAM TABLE of_join IMMEDIATE AS
  SELECT p.id, c.id AS c_id, q.label FROM p LEFT JOIN (c JOIN q ON q.id = c.q_id) ON c.p_id = p.id AND c.v > 0;
CREATE STREAM TABLE of_left_join IMMEDIATE AS
  SELECT p.id, x.a, x.b FROM p LEFT JOIN (SELECT c.p_id, c.v + 1 AS a, coalesce(q.label, '-') AS b
    FROM c LEFT JOIN q ON q.id = c.q_id WHERE c.v > 0) AS x ON x.p_id = p.id AND x.a > 3;
CREATE STREAM TABLE self IMMEDIATE AS
  SELECT p.id, b.v FROM p LEFT JOIN p AS b ON b.id = p.boss WHERE b.id IS NULL OR b.v > p.v;

-- CHECK: CREATE VIEW pgtrickle_state."pgtrickle_state.public.chain/matches" AS
-- CHECK-NEXT: SELECT c_2.p_id FROM public.c AS c_2 GROUP BY c_2.p_id;
-- CHECK-NEXT: CREATE VIEW pgtrickle_state."public.chain" AS
-- CHECK-NEXT: SELECT p.id, c.id AS c_id, q.label
-- CHECK-NEXT: FROM public.p AS p LEFT JOIN public.c AS c ON c.p_id = p.id LEFT JOIN public.q AS q ON q.id = c.q_id;
-- CHECK-NEXT: CREATE VIEW pgtrickle_state."pgtrickle_state.public.of_join/matches" AS
-- CHECK-NEXT: SELECT c_2.p_id
-- CHECK-NEXT: FROM public.c AS c_2 JOIN public.q AS q_2 ON q_2.id = c_2.q_id
-- CHECK-NEXT: WHERE c_2.v > 0
-- CHECK-NEXT: GROUP BY c_2.p_id;
-- CHECK-NEXT: CREATE VIEW pgtrickle_state."public.of_join" AS
-- CHECK-NEXT: SELECT p.id, q1.id AS c_id, q1.label
-- CHECK-NEXT: FROM public.p AS p
-- CHECK-NEXT:   LEFT JOIN (
-- CHECK-NEXT:     SELECT c.id, c.p_id, c.q_id, c.v, q.id AS id_2, q.label
-- CHECK-NEXT:     FROM public.c AS c JOIN public.q AS q ON q.id = c.q_id
-- CHECK-NEXT:     WHERE c.v > 0
-- CHECK-NEXT:   ) AS q1 ON q1.p_id = p.id;
-- CHECK-NEXT: CREATE VIEW pgtrickle_state."pgtrickle_state.public.of_left_join/matches" AS
-- CHECK-NEXT: SELECT c_2.p_id
-- CHECK-NEXT: FROM public.c AS c_2 LEFT JOIN public.q AS q_3 ON q_3.id = c_2.q_id
-- CHECK-NEXT: WHERE c_2.v > 0 AND c_2.v + 1 > 3
-- CHECK-NEXT: GROUP BY c_2.p_id;
-- CHECK-NEXT: CREATE VIEW pgtrickle_state."public.of_left_join" AS
-- CHECK-NEXT: SELECT p.id, q1.a, q1.b
-- CHECK-NEXT: FROM public.p AS p
-- CHECK-NEXT:   LEFT JOIN (
-- CHECK-NEXT:     SELECT c.p_id, c.v + 1 AS a, COALESCE(q.label, ('-'::text)) AS b
-- CHECK-NEXT:     FROM public.c AS c LEFT JOIN public.q AS q ON q.id = c.q_id
-- CHECK-NEXT:     WHERE c.v > 0 AND c.v + 1 > 3
-- CHECK-NEXT:   ) AS q1 ON q1.p_id = p.id;
-- CHECK-NEXT: CREATE VIEW pgtrickle_state."public.self" AS
-- CHECK-NEXT: SELECT p.id, b.v
-- CHECK-NEXT: FROM public.p AS p LEFT JOIN public.p AS b ON b.id = p.boss
-- CHECK-NEXT: WHERE b.id IS NULL OR b.v > p.v;
-- CHECK-NOT: {{.}}
