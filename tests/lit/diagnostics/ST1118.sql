-- Values that an argument cannot have.
-- RUN: verify-diagnostics %s

-- expected-error@+1 {{ST1118: argument `full_threshold` cannot be `1.5`}}
SELECT pgtrickle.alter_stream_table('a', full_threshold => 1.5);
-- expected-error@+1 {{ST1118: argument `schedule` cannot be `30`}}
SELECT pgtrickle.alter_stream_table('a', schedule => 30);
-- expected-error@+1 {{ST1118: argument `cdc_mode` cannot be `'wal'`}}
SELECT pgtrickle.create_stream_table('a', 'SELECT 1', cdc_mode => 'wal');
-- expected-note@-1 {{reading the WAL needs an extension}}
-- expected-error@+1 {{ST1118: argument `refresh_mode` cannot be `'FAST'`}}
SELECT pgtrickle.create_stream_table('a', 'SELECT 1', refresh_mode => 'FAST');
-- expected-error@+1 {{ST1118: argument `initialize` cannot be `'maybe'`}}
SELECT pgtrickle.create_stream_table('a', 'SELECT 1', initialize => 'maybe');
-- expected-error@+1 {{ST1118: argument `name` cannot be `'a b'`}}
SELECT pgtrickle.refresh_stream_table('a b');
