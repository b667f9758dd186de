-- An inner aggregate and another source in one refresh.
-- RUN: verify-diagnostics %s
CREATE TABLE customer (id bigint PRIMARY KEY, name varchar(40));
CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint, amount integer);
CREATE STREAM TABLE a DIFFERENTIAL AS
  SELECT c.id, c.name, t.total FROM customer AS c
  JOIN (SELECT customer, sum(amount) AS total FROM orders GROUP BY customer) AS t ON t.customer = c.id;  -- expected-error {{ST3153: an inner aggregate beside other sources cannot be refreshed by its changes yet}}
CREATE STREAM TABLE b DIFFERENTIAL AS
  SELECT max(n) AS n FROM (SELECT customer, count(*) AS n FROM orders GROUP BY customer) AS c;
CREATE STREAM TABLE d IMMEDIATE AS
  SELECT c.id, c.name, t.total FROM customer AS c
  JOIN (SELECT customer, sum(amount) AS total FROM orders GROUP BY customer) AS t ON t.customer = c.id;
