-- A group key of a type that nobody described.
-- RUN: verify-diagnostics %s
CREATE EXTENSION shapes;
CREATE TABLE parcels (id bigint PRIMARY KEY, outline shape);
CREATE STREAM TABLE a IMMEDIATE AS
  SELECT outline, count(*) AS n FROM parcels GROUP BY outline;  -- expected-error {{ST3155: groups of `outline` cannot be told apart}}
