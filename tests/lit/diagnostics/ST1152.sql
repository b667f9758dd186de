-- DROP STREAM TABLE of something else.
-- RUN: verify-diagnostics %s

CREATE TABLE orders (id integer PRIMARY KEY, region integer);
-- expected-error@+1 {{ST1152: `public.orders` is not a stream table}}
DROP STREAM TABLE orders;
