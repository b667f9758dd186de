-- Lists without repetitions.
-- RUN: verify-diagnostics %s

-- expected-error@+1 {{ST1110: `a` is listed twice}}
CREATE STREAM TABLE x (a, "A", A) AS SELECT 1, 2, 3;
-- expected-error@+1 {{ST1110: `s.b` is listed twice}}
CREATE STREAM TABLE x GATED BY (b, s.b, S.B) AS SELECT 1;
-- expected-error@+1 {{ST1110: `fillfactor` is listed twice}}
CREATE STREAM TABLE x WITH (fillfactor = 70, FillFactor = 80) AS SELECT 1;
-- expected-error@+1 {{ST1110: `lock` is listed twice}}
CREATE STREAM TABLE x REQUIRE (lock <= key, lock <= none) AS SELECT 1;
-- expected-error@+1 {{ST1110: `a` is listed twice}}
DROP STREAM TABLE a, b, a;
-- expected-error@+1 {{ST1110: `a` is listed twice}}
UNGATE SOURCE a, a;
