-- UPDATE: full
-- Two joined tables: the version row, one term for a changed side, old states for pending rows.
-- RUN: tricklec compile -q %sql | sed -n '/customer\/before"() RETURNS/,/^REVOKE/p; /customer\/update"() RETURNS/,/^REVOKE/p; /named\/apply"() RETURNS/,/^REVOKE/p' | FileCheck %s
CREATE TABLE customer (id integer PRIMARY KEY, name varchar(20) NOT NULL);
CREATE TABLE orders (id integer PRIMARY KEY, customer integer NOT NULL, amount integer);
CREATE INDEX ON orders (customer);
CREATE STREAM TABLE named IMMEDIATE AS
  SELECT o.id, c.name, o.amount FROM orders o JOIN customer c ON c.id = o.customer;
