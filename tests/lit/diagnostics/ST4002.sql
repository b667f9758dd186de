-- RUN: verify-diagnostics %s
CREATE TABLE customer (id bigint PRIMARY KEY, name varchar(40));
CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint, amount numeric(10,2));
CREATE STREAM TABLE totals AS
  SELECT c.name, t.total FROM customer AS c
  JOIN (SELECT customer, sum(amount) AS total FROM orders GROUP BY customer) AS t ON t.customer = c.id;  -- expected-warning {{ST4002: stream table `totals` is computed as a whole at every refresh: an inner aggregate beside other sources}}
CREATE STREAM TABLE asked FULL AS
  SELECT c.name, t.total FROM customer AS c
  JOIN (SELECT customer, sum(amount) AS total FROM orders GROUP BY customer) AS t ON t.customer = c.id;
CREATE STREAM TABLE followed AS SELECT customer, count(*) AS n FROM orders GROUP BY customer;
