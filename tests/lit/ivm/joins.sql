-- UPDATE: full
-- Joined tables: which keys tell rows apart, which terms a change has, which indexes are needed.
-- RUN: tricklec compile -q --emit program %sql | FileCheck --match-full-lines %s
CREATE TABLE customer (id integer PRIMARY KEY, name varchar(20) NOT NULL);
CREATE TABLE orders (id integer PRIMARY KEY, customer integer NOT NULL, amount integer);
CREATE TABLE log (orders integer, body text);
CREATE STREAM TABLE named IMMEDIATE AS
  SELECT c.name, o.amount FROM orders o JOIN customer c ON c.id = o.customer;
CREATE STREAM TABLE logged IMMEDIATE AS
  SELECT o.customer, count(*) AS n FROM orders o JOIN log l ON l.orders = o.id WHERE l.body <> '' GROUP BY o.customer;
CREATE STREAM TABLE pairs IMMEDIATE AS
  SELECT a.id, b.id AS other FROM orders a JOIN orders b USING (customer);
CREATE STREAM TABLE both_tables IMMEDIATE AS
  SELECT id FROM orders UNION ALL SELECT id FROM customer;
