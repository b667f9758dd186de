-- Limits of requirements.
-- RUN: verify-diagnostics %s

-- expected-error@+1 {{ST1112: `keyd` is not a limit of `strategy`}}
CREATE STREAM TABLE a REQUIRE (strategy <= keyd) AS SELECT 1;
-- expected-help@-1 {{did you mean `keyed`\?}}
-- expected-error@+1 {{ST1112: `row` is not a limit of `lock`}}
CREATE STREAM TABLE a REQUIRE (lock <= row) AS SELECT 1;
