-- Calls that cannot be compiled.
-- RUN: verify-diagnostics %s

-- expected-error@+1 {{ST1115: this call of `create_stream_table` cannot be compiled}}
SELECT pgtrickle.create_stream_table('a', 'SELECT ' || '1');
-- expected-help@-1 {{write `CREATE STREAM TABLE name … AS query`}}
-- expected-error@+1 {{ST1115: this call of `create_immv` cannot be compiled}}
SELECT create_immv(current_user, 'SELECT 1');
-- expected-error@+1 {{ST1115: this call of `refresh_stream_table` cannot be compiled}}
SELECT pgtrickle.refresh_stream_table('a'), 1;
-- expected-error@+1 {{ST1115: this call of `drop_stream_table` cannot be compiled}}
SELECT pgtrickle.drop_stream_table('a', false, true);
-- expected-error@+1 {{ST1115: this call of `alter_stream_table` cannot be compiled}}
SELECT pgtrickle.alter_stream_table('a', '1m');
-- expected-error@+1 {{ST1115: this call of `gate_source` cannot be compiled}}
SELECT pgtrickle.gate_source('a'
;
