-- UPDATE: full
-- One row that stays in its group: counts and sums change by the difference, without an aggregate.
-- RUN: tricklec compile %sql | sed -n '/orders.update"() RETURNS/,/IF __pgt_depth > 0/p' | FileCheck %s
CREATE TABLE orders (id integer PRIMARY KEY, region integer NOT NULL, amount integer NOT NULL, tax numeric, open boolean);
CREATE STREAM TABLE totals IMMEDIATE AS
  SELECT region, count(*) AS n, count(tax) AS taxed, sum(amount) AS total, sum(tax) FILTER (WHERE amount > 9) AS tax
  FROM orders WHERE open GROUP BY region;
