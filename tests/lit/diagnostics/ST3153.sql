-- An inner aggregate and a table without a key in one refresh.
-- RUN: verify-diagnostics %s
CREATE TABLE customer (id bigint PRIMARY KEY, name varchar(40));
CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint, amount integer);
CREATE TABLE visit (customer bigint, page varchar(40));
CREATE INDEX ON visit (customer);
CREATE STREAM TABLE a DIFFERENTIAL AS
  SELECT v.page, t.total FROM visit AS v  -- expected-error {{ST3153: an inner aggregate cannot be refreshed together with `public.visit`, which has no key}}
  JOIN (SELECT customer, sum(amount) AS total FROM orders GROUP BY customer) AS t ON t.customer = v.customer;
CREATE STREAM TABLE b DIFFERENTIAL AS
  SELECT c.id, c.name, t.n FROM customer AS c
  JOIN (SELECT customer, count(*) AS n FROM visit GROUP BY customer) AS t ON t.customer = c.id;
CREATE STREAM TABLE d IMMEDIATE AS
  SELECT v.page, t.total FROM visit AS v
  JOIN (SELECT customer, sum(amount) AS total FROM orders GROUP BY customer) AS t ON t.customer = v.customer;
