-- Durations.
-- RUN: verify-diagnostics %s

-- expected-error@+1 {{ST1106: `90 minutes` is not a duration}}
CREATE STREAM TABLE a SCHEDULE '90 minutes' AS SELECT 1;
-- expected-error@+1 {{ST1106: `0s` is not a duration}}
ALTER STREAM TABLE a SET SCHEDULE '0s';
-- expected-error@+1 {{ST1106}}
CREATE STREAM TABLE a SCHEDULE '*/5 * * * *' AS SELECT 1;
-- expected-help@-1 {{a cron expression is written after `CRON`}}
