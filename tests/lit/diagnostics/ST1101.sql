-- Every clause once, every property once.
-- RUN: verify-diagnostics %s

-- expected-error@+1 {{ST1101: the refresh mode is given twice}}
CREATE STREAM TABLE a FULL FULL AS SELECT 1;
-- expected-error@+1 {{ST1101: APPEND ONLY is given twice}}
CREATE STREAM TABLE a APPEND ONLY APPEND ONLY ON (b) AS SELECT 1;
-- expected-error@+1 {{ST1101: SCHEDULE is given twice}}
CREATE STREAM TABLE a SCHEDULE '1m' SCHEDULE CALCULATED AS SELECT 1;
-- expected-error@+1 {{ST1101: the gating is given twice}}
CREATE STREAM TABLE a GATED BY ALL SOURCES NOT GATED AS SELECT 1;
-- expected-error@+1 {{ST1101: DIAMOND is given twice}}
CREATE STREAM TABLE a DIAMOND ATOMIC DIAMOND INDEPENDENT AS SELECT 1;
-- expected-error@+1 {{ST1101: CAPTURE is given twice}}
CREATE STREAM TABLE a CAPTURE ROW CAPTURE ROW AS SELECT 1;
-- expected-error@+1 {{ST1101: REQUIRE is given twice}}
CREATE STREAM TABLE a REQUIRE (key) REQUIRE (key) AS SELECT 1;
-- expected-error@+1 {{ST1101: WITH is given twice}}
CREATE STREAM TABLE a WITH (fillfactor = 70) WITH (float = exact) AS SELECT 1;
-- expected-error@+1 {{ST1101: TABLESPACE is given twice}}
CREATE STREAM TABLE a TABLESPACE x TABLESPACE y AS SELECT 1;
-- expected-error@+1 {{ST1101: SCHEDULE is given twice}}
ALTER STREAM TABLE a SET SCHEDULE '1m', RESET SCHEDULE;
-- expected-error@+1 {{ST1101: SUSPEND or RESUME is given twice}}
ALTER STREAM TABLE a SUSPEND, RESUME;
