-- SCHEDULE, DIAMOND and full_threshold are one call at registration; what says the default is not there.
-- RUN: tricklec compile %sql | FileCheck %s
CREATE TABLE orders (id integer PRIMARY KEY, region integer NOT NULL);
CREATE STREAM TABLE a SCHEDULE CRON '*/5 9-17 * * mon-fri' DIAMOND INDEPENDENT SLOWEST
  WITH (full_threshold = 0.25, fillfactor = 70) AS SELECT region FROM orders;
CREATE STREAM TABLE b SCHEDULE '1h30m' DIAMOND ATOMIC SLOWEST DIFFERENTIAL AS SELECT region FROM orders;
CREATE STREAM TABLE c SCHEDULE CALCULATED DIAMOND ATOMIC FASTEST AS SELECT region FROM orders;
CREATE STREAM TABLE IF NOT EXISTS d SCHEDULE '1m' FULL AS SELECT region FROM orders;
SELECT pgtrickle.create_stream_table('e', 'SELECT region FROM orders', schedule => '@hourly',
  diamond_consistency => 'none', diamond_schedule_policy => 'fastest');

-- CHECK-LABEL: Stream table public.a
-- CHECK: -- When and how it is refreshed; ALTER STREAM TABLE changes it.
-- CHECK-NEXT: SELECT pgtrickle.alter_stream_table(
-- CHECK-NEXT: 'public.a',
-- CHECK-NEXT: schedule => '*/5 9-17 * * mon-fri',
-- CHECK-NEXT: diamond_consistency => 'none',
-- CHECK-NEXT: diamond_schedule_policy => 'slowest',
-- CHECK-NEXT: full_threshold => 0.25
-- CHECK-NEXT: );
-- CHECK: pgtrickle.populate
-- CHECK-LABEL: Stream table public.b
-- CHECK: SELECT pgtrickle.alter_stream_table(
-- CHECK-NEXT: 'public.b',
-- CHECK-NEXT: schedule => '1h30m',
-- CHECK-NEXT: diamond_schedule_policy => 'slowest'
-- CHECK-NEXT: );
-- CHECK-LABEL: Stream table public.c
-- CHECK-NOT: alter_stream_table
-- CHECK-LABEL: Stream table public.d
-- CHECK: PERFORM pgtrickle.alter_stream_table('public.d', schedule => '1m');
-- CHECK-LABEL: Stream table public.e
-- CHECK: SELECT pgtrickle.alter_stream_table(
-- CHECK-NEXT: 'public.e',
-- CHECK-NEXT: schedule => '@hourly',
-- CHECK-NEXT: diamond_consistency => 'none'
-- CHECK-NEXT: );
