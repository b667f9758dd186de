-- UPDATE: full
-- Functions of other systems, compiled like the statements they stand for.
-- RUN: tricklec compile --emit=ast %sql | FileCheck %s
SELECT pgtrickle.create_stream_table('public.totals', $$ SELECT region FROM orders; $$, '1m', 'DIFFERENTIAL');
SELECT * FROM pgtrickle.create_stream_table(
  name => '"T x"', query => 'SELECT ''a'' AS a', schedule => '*/5 * * * *', initialize => false,
  diamond_consistency => 'none', diamond_schedule_policy => 'slowest', append_only => true, cdc_mode => NULL) AS t;
select "pgtrickle".create_stream_table_if_not_exists('a', E'SELECT\n1'::text, 'calculated', refresh_mode := 'immediate');
SELECT pgivm.create_immv('s.a', 'SELECT 1');
SELECT create_immv('a', 'SELECT 1');
SELECT pgtrickle.alter_stream_table('a', schedule => '5m', refresh_mode => 'FULL', status => 'SUSPENDED');
SELECT pgtrickle.alter_stream_table('a', status => 'ACTIVE', append_only => false, diamond_consistency => 'atomic');
SELECT pgtrickle.drop_stream_table('a', cascade => true);
SELECT pgtrickle.drop_stream_table('a');
CALL pgtrickle.refresh_stream_table('a');
SELECT pgtrickle.gate_source('s.a', capture => false);
SELECT pgtrickle.gate_source('a', true);
SELECT pgtrickle.ungate_source('a');
-- Not ours, or not at the top:
SELECT pgtrickle.version();
SELECT other.create_stream_table('a', 'b');
CREATE VIEW v AS SELECT pgtrickle.ungate_source('a');
