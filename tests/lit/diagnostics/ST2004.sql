-- Columns that a table does not have.
-- RUN: verify-diagnostics %s

CREATE TABLE orders (id bigint);
-- expected-warning@+2 {{ST2004: `public.orders` has no column `idd`}}
-- expected-help@+1 {{did you mean `id`\?}}
CREATE UNIQUE INDEX ON orders (idd);
ALTER TABLE orders DROP COLUMN total;  -- expected-warning {{ST2004: `public.orders` has no column `total`}}
ALTER TABLE orders DROP COLUMN IF EXISTS total;
