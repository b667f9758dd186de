-- Arguments that are missing.
-- RUN: verify-diagnostics %s

-- expected-error@+1 {{ST1117: the call of `create_stream_table` lacks the argument `query`}}
SELECT pgtrickle.create_stream_table('a', schedule => '1m');
-- expected-error@+1 {{ST1117: the call of `drop_stream_table` lacks the argument `name`}}
SELECT pgtrickle.drop_stream_table(NULL);
