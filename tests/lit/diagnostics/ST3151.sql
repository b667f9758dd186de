-- Only IMMEDIATE for now.
-- RUN: verify-diagnostics %s
CREATE TABLE orders (id bigint PRIMARY KEY, region varchar(40), amount numeric(10,2), weight double precision, entry json);
-- expected-error@+1 {{ST3151: mode AUTO is not supported yet}}
CREATE STREAM TABLE a AS SELECT id FROM orders;
-- expected-error@+1 {{ST3151: mode DIFFERENTIAL is not supported yet}}
CREATE STREAM TABLE b DIFFERENTIAL AS SELECT id FROM orders;
-- expected-error@+1 {{ST3151: mode FULL is not supported yet}}
CREATE STREAM TABLE c FULL AS SELECT id FROM orders;
CREATE STREAM TABLE d IMMEDIATE AS SELECT id FROM orders;
