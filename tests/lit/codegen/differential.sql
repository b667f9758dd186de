-- UPDATE: full
-- Refreshes: rows by key, groups with state that is added and an extreme that is read again, a bag.
-- RUN: tricklec compile -q %sql | sed -n '/differential"(pgt_id bigint)/,/^REVOKE/p; /frequent\/full"(pgt_id bigint)/,/^REVOKE/p; /totals\/full"(pgt_id bigint)/,/^REVOKE/p; /ensure_capture/p; /attach_refresh/p' | FileCheck %s
CREATE TABLE customer (id integer PRIMARY KEY, name varchar(20) NOT NULL);
CREATE TABLE orders (id integer PRIMARY KEY, customer integer NOT NULL, amount integer);
CREATE TABLE visit (page varchar(20), seconds integer);
CREATE INDEX ON orders (customer);
CREATE STREAM TABLE named DIFFERENTIAL AS
  SELECT o.id, c.name, o.amount FROM orders o JOIN customer c ON c.id = o.customer;
CREATE STREAM TABLE totals DIFFERENTIAL AS
  SELECT customer, sum(amount) AS total, max(amount) AS highest FROM orders GROUP BY customer;
CREATE STREAM TABLE long_visits DIFFERENTIAL AS
  SELECT page, seconds FROM visit WHERE seconds > 60;
CREATE STREAM TABLE frequent FULL AS
  SELECT page, count(*) AS n FROM visit GROUP BY page HAVING count(*) > 10;
