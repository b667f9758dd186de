-- RUN: verify-diagnostics %s
CREATE TABLE orders (
  id bigint PRIMARY KEY, region text, customer integer NOT NULL, amount numeric(12,2),
  placed timestamptz, note json, tags text[]
);
CREATE VIEW circle AS SELECT id FROM orders;
CREATE OR REPLACE VIEW circle AS SELECT id FROM circle;  -- expected-error {{ST2111: view `public\.circle` reads itself}}
CREATE STREAM TABLE totals IMMEDIATE AS
  SELECT id FROM circle;
