-- What the grammar expected, in our words; one error a statement, all statements of the file.
-- RUN: verify-diagnostics %s

-- expected-error@+1 {{ST1004: expected a clause, `AS` or `\(`, found the end of the statement}}
CREATE STREAM TABLE a;
-- expected-error@+1 {{ST1004: expected a clause or `AS`, found `SHEDULE`}}
CREATE STREAM TABLE a IMMEDIATE SHEDULE '1m' AS SELECT 1;
-- expected-help@-1 {{did you mean `SCHEDULE`\?}}
-- expected-error@+1 {{ST1004: expected a query, found `SELEC`}}
CREATE STREAM TABLE a AS SELEC 1;
-- expected-error@+1 {{ST1004: expected a query, found the end of the statement}}
CREATE STREAM TABLE a AS;
-- expected-error@+1 {{ST1004: expected a query, found `WITH`}}
CREATE STREAM TABLE a AS WITH NO DATA;
-- expected-error@+1 {{ST1004: expected `TABLE`, found `a`}}
CREATE STREAM a AS SELECT 1;
-- expected-error@+1 {{ST1004: expected `\)` or `,`, found `AS`}}
CREATE STREAM TABLE a (b, c AS SELECT 1;
-- expected-error@+1 {{ST1004: expected a name, found `as`}}
CREATE STREAM TABLE a (b, as) AS SELECT 1;
-- expected-error@+1 {{ST1004: expected a string, `CALCULATED` or `CRON`, found `5`}}
CREATE STREAM TABLE a SCHEDULE 5 AS SELECT 1;
-- expected-error@+1 {{ST1004: expected `ROW` or `STATEMENT`, found `ROWS`}}
CREATE STREAM TABLE a CAPTURE ROWS AS SELECT 1;
-- expected-help@-1 {{did you mean `ROW`\?}}
-- expected-error@+1 {{ST1004: expected `ATOMIC` or `INDEPENDENT`, found `FASTEST`}}
CREATE STREAM TABLE a DIAMOND FASTEST AS SELECT 1;
-- expected-error@+1 {{ST1004: expected `,` or the end of the statement, found `SET`}}
ALTER STREAM TABLE a SET AUTO SET FULL;
-- expected-error@+1 {{ST1004: expected the end of the statement, found `,`}}
ALTER STREAM TABLE a RENAME TO b, SUSPEND;
-- expected-error@+1 {{ST1004: expected an action, found the end of the statement}}
ALTER STREAM TABLE a.b;
-- expected-error@+1 {{ST1004: expected a name or `IF`, found the end of the statement}}
DROP STREAM TABLE;
-- expected-error@+1 {{ST1004: expected `FULL` or the end of the statement, found `b`}}
REFRESH STREAM TABLE a b;
-- expected-error@+1 {{ST1004: expected `SOURCE`, found `a`}}
GATE a;
