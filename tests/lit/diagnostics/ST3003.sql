-- RUN: verify-diagnostics %s
CREATE TABLE orders (
  id bigint PRIMARY KEY, region text, customer integer NOT NULL, amount numeric(12,2),
  placed timestamptz, note json, tags text[]
);
CREATE TABLE parted (id bigint) PARTITION BY HASH (id);
CREATE STREAM TABLE totals IMMEDIATE AS
  SELECT id FROM parted;  -- expected-error {{ST3003: partitioned table `public\.parted` as a source is not supported yet}}
