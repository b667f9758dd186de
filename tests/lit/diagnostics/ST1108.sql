-- Options that are none.
-- RUN: verify-diagnostics %s

-- expected-error@+1 {{ST1108: unknown option `hiden_columns`}}
CREATE STREAM TABLE a WITH (hiden_columns = side) AS SELECT 1;
-- expected-help@-1 {{did you mean `hidden_columns`\?}}
-- expected-error@+1 {{ST1108: unknown option `toast.fillfactor`}}
CREATE STREAM TABLE a WITH (toast.fillfactor = 70) AS SELECT 1;
-- expected-error@+1 {{ST1108: unknown option `speed`}}
ALTER STREAM TABLE a SET (speed = 'high');
-- expected-error@+1 {{ST1108: unknown option `fact`}}
ALTER STREAM TABLE a RESET (fact, fillfactor);
