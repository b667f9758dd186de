-- RUN: verify-diagnostics %s
CREATE TABLE orders (
  id bigint PRIMARY KEY, region text, customer integer NOT NULL, amount numeric(12,2),
  placed timestamptz, note json, tags text[]
);
CREATE STREAM TABLE totals IMMEDIATE AS
  SELECT id FROM orders FOR UPDATE;  -- expected-error {{ST3006: FOR UPDATE cannot be part of}}
CREATE STREAM TABLE pairs IMMEDIATE AS
  SELECT o.id, p.id AS p_id FROM orders o FULL JOIN orders p ON o.customer < p.customer;  -- expected-error {{ST3006: a FULL JOIN without an equality of its two sides cannot be part of}}
