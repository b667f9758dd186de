-- ALTER and DROP of what no statement defines.
-- RUN: verify-diagnostics %s

CREATE TABLE orders (id bigint);
-- expected-warning@+2 {{ST2003: there is no table `ordrs` here}}
-- expected-help@+1 {{did you mean `orders`\?}}
ALTER TABLE ordrs ADD COLUMN total numeric;
DROP VIEW recent;  -- expected-warning {{ST2003: there is no view `recent` here}}
ALTER TYPE mood ADD VALUE 'ok';  -- expected-warning {{ST2003: there is no type `mood` here}}
ALTER TABLE IF EXISTS ordrs ADD COLUMN total numeric;
ALTER TABLE ordrs OWNER TO somebody;
