-- RUN: verify-diagnostics %s
CREATE TABLE orders (
  id bigint PRIMARY KEY, region text, customer integer NOT NULL, amount numeric(12,2),
  placed timestamptz, note json, tags text[]
);
CREATE SCHEMA old;
CREATE TABLE old.orders (id bigint);
CREATE STREAM TABLE pairs IMMEDIATE AS
  SELECT count(*) AS pairs FROM orders JOIN orders ON true;  -- expected-error {{ST2112: several items of FROM are called `orders`}}
CREATE STREAM TABLE of_both IMMEDIATE AS
  SELECT orders.id FROM orders, old.orders;  -- expected-error {{ST2112: several items of FROM are called `orders`}}
