-- A statement that cannot be read is passed over with a warning; what defines nothing, silently.
-- RUN: verify-diagnostics %s

-- expected-warning@+2 {{ST2001: this statement cannot be read: syntax error at or near "PERIODICALLY"}}
-- expected-note@+1 {{what it says of `orders` is not known from here on}}
CREATE TABLE orders (id bigint, price int PERIODICALLY);
GRANT a TO b WITH MANY OPTIONS;
ALTER TABLE orders ADD COLUMN total numeric;
