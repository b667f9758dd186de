-- Expression indexes are not looked into.
-- RUN: verify-diagnostics %s
CREATE TABLE orders (id bigint PRIMARY KEY, region varchar(40), amount numeric(10,2), weight double precision, entry json);
CREATE STREAM TABLE a IMMEDIATE AS
  SELECT id % 10 AS digit, max(amount) AS amount  -- expected-note {{ST4052: recomputing a group of `public.orders` wants an index on the expression}}
  FROM orders GROUP BY id % 10;
