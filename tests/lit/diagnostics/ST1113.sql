-- A gated stream table is not filled at creation.
-- RUN: verify-diagnostics %s

-- expected-error@+1 {{ST1113: INITIALLY GATED and WITH DATA exclude each other}}
CREATE STREAM TABLE a GATED BY ALL SOURCES INITIALLY GATED AS SELECT 1 WITH DATA;
CREATE TABLE t (a integer);
-- Allowed, though not compiled yet.
-- expected-error@+1 {{ST1130}}
CREATE STREAM TABLE b IMMEDIATE GATED BY ALL SOURCES INITIALLY GATED AS SELECT a FROM t WITH NO DATA;
