-- RUN: verify-diagnostics %s
CREATE TABLE visit (customer bigint, page varchar(40));
CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint, amount numeric(10,2));
CREATE INDEX ON visit (customer);
CREATE STREAM TABLE totals AS
  SELECT v.page, t.total FROM visit AS v  -- expected-warning {{ST4002: stream table `totals` is computed as a whole at every refresh: an inner aggregate cannot be refreshed together with `public.visit`}}
  JOIN (SELECT customer, sum(amount) AS total FROM orders GROUP BY customer) AS t ON t.customer = v.customer;
CREATE STREAM TABLE asked FULL AS
  SELECT v.page, t.total FROM visit AS v
  JOIN (SELECT customer, sum(amount) AS total FROM orders GROUP BY customer) AS t ON t.customer = v.customer;
CREATE STREAM TABLE followed AS SELECT customer, count(*) AS n FROM orders GROUP BY customer;
