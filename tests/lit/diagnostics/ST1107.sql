-- Cron expressions.
-- RUN: verify-diagnostics %s

-- expected-error@+1 {{ST1107: `0 25 \* \* \*` is not a cron expression: hour `25` is not in 0 to 23}}
CREATE STREAM TABLE a SCHEDULE CRON '0 25 * * *' AS SELECT 1;
-- expected-error@+1 {{ST1107: .*: it has 1 field instead of 5, or 6 with seconds}}
CREATE STREAM TABLE a SCHEDULE CRON 'daily' AS SELECT 1;
-- expected-error@+1 {{ST1107: .*: only `@hourly`, `@daily`, `@weekly` and `@monthly` are known}}
CREATE STREAM TABLE a SCHEDULE CRON '@yearly' AS SELECT 1;
-- expected-error@+1 {{ST1107: .*: the range `5-1` is backwards}}
CREATE STREAM TABLE a SCHEDULE CRON '5-1 * * * *' AS SELECT 1;
