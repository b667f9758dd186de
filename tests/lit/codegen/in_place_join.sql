-- UPDATE: full
-- One row of a join that is found and joined as before: its values are set, nothing else is read.
-- RUN: tricklec compile %sql | sed -n '/orders.update"() RETURNS/,/IF __pgt_rows > 1/p' | FileCheck %s
CREATE TABLE customer (id integer PRIMARY KEY, name text);
CREATE TABLE orders (id integer PRIMARY KEY, customer integer NOT NULL, amount numeric, note text);
CREATE INDEX ON orders (customer);
CREATE STREAM TABLE named IMMEDIATE AS
  SELECT o.id, o.amount, o.amount * 2 AS twice, c.name FROM orders o JOIN customer c ON c.id = o.customer;
