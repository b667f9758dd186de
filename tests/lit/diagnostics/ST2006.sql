-- DROP without CASCADE of what something else needs.
-- RUN: verify-diagnostics %s

CREATE TYPE mood AS ENUM ('ok');
CREATE TABLE orders (id bigint PRIMARY KEY, m mood);
CREATE VIEW recent AS SELECT id FROM orders;
-- expected-error@+1 {{ST2006: relation `public.orders` cannot be dropped: view `public.recent` depends on it}}
DROP TABLE orders;
-- expected-error@+1 {{ST2006: type `public.mood` cannot be dropped: column `m` of `public.orders` depends on it}}
DROP TYPE mood;
DROP TABLE orders CASCADE;
DROP TYPE mood;
