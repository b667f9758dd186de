-- Names of hidden columns.
-- RUN: verify-diagnostics %s
CREATE TABLE orders (id bigint PRIMARY KEY, region varchar(40), amount numeric(10,2), weight double precision, entry json);
CREATE STREAM TABLE a IMMEDIATE AS
  SELECT id AS __pgt_id FROM orders;  -- expected-error {{ST3154: output column `__pgt_id` has a name that is reserved for hidden columns}}
