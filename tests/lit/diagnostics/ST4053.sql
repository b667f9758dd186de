-- One row for the whole table, recomputed.
-- RUN: verify-diagnostics %s
CREATE TABLE orders (id bigint PRIMARY KEY, region varchar(40), amount numeric(10,2), weight double precision, entry json);
CREATE STREAM TABLE a IMMEDIATE AS
  SELECT sum(weight) AS weight  -- expected-warning {{ST4053: changes can make the whole of `public.orders` be read again}}
  FROM orders;
