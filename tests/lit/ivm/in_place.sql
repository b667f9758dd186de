-- Which rows can be changed in place.
-- RUN: tricklec compile --emit=program %sql | FileCheck %s
CREATE TABLE customer (id integer PRIMARY KEY, name text, region integer);
CREATE TABLE orders (id integer PRIMARY KEY, customer integer NOT NULL, amount integer, open boolean);
CREATE INDEX ON orders (customer);
CREATE STREAM TABLE joined IMMEDIATE AS
  SELECT o.id, o.amount, c.name FROM orders o JOIN customer c ON c.id = o.customer WHERE o.open;
-- CHECK-LABEL: program public.joined
-- CHECK: source public.orders
-- CHECK: one row with other (amount) and the same (id, customer, open): set amount in place
-- CHECK: source public.customer
-- CHECK-NOT: in place
CREATE STREAM TABLE mixed IMMEDIATE AS
  SELECT o.id, o.amount + c.region AS a FROM orders o JOIN customer c ON c.id = o.customer;
-- CHECK-LABEL: program public.mixed
-- CHECK-NOT: in place
CREATE STREAM TABLE totals IMMEDIATE AS
  SELECT customer, count(*) AS n, sum(amount) AS total FROM orders WHERE open GROUP BY customer;
-- CHECK-LABEL: program public.totals
-- CHECK: one row with other (amount) and the same (customer, open): set total
CREATE STREAM TABLE highest IMMEDIATE AS SELECT customer, max(amount) AS m FROM orders GROUP BY customer;
-- CHECK-LABEL: program public.highest
-- CHECK-NOT: in place
CREATE STREAM TABLE either IMMEDIATE AS
  SELECT id, amount FROM orders UNION ALL SELECT id, region FROM customer;
-- CHECK-LABEL: program public.either
-- CHECK-NOT: in place
CREATE STREAM TABLE pairs IMMEDIATE AS
  SELECT a.id, b.id AS other, a.amount FROM orders a JOIN orders b ON a.customer = b.customer;
-- CHECK-LABEL: program public.pairs
-- CHECK-NOT: in place
