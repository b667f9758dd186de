-- Arguments that a function does not have.
-- RUN: verify-diagnostics %s

-- expected-error@+1 {{ST1116: `create_stream_table` has no argument `shedule`}}
SELECT pgtrickle.create_stream_table('a', 'SELECT 1', shedule => '1m');
-- expected-help@-1 {{did you mean `schedule`\?}}
