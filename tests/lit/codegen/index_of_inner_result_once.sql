-- An inner result that several readers find by the same column has one index for it.
-- RUN: tricklec compile -q %sql | FileCheck %s
CREATE TABLE customer (id int PRIMARY KEY, region int);
CREATE TABLE person (id int PRIMARY KEY, v int);
CREATE STREAM TABLE made DIFFERENTIAL AS
  WITH q AS (SELECT DISTINCT a.id * 1.50 AS x, a.id, a.region FROM customer a WHERE a.id IN (SELECT p.v FROM person p))
  SELECT two.x, count(*) AS n FROM q one JOIN q two ON one.x = two.x FULL JOIN customer c ON two.region = c.id
  GROUP BY two.x;

-- CHECK: CREATE INDEX "public.made/groups[[N:[0-9]+]]_pgt_x"
-- CHECK-NOT: CREATE INDEX "public.made/groups[[N]]_pgt_x"
