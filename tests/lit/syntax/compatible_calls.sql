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

-- CHECK: create stream table "public"."totals" @4:1-4:110
-- CHECK-NEXT:   mode differential @4:95-4:109
-- CHECK-NEXT:   schedule every '1m' (60 s) @4:89-4:93
-- CHECK-NEXT:   query @4:58-4:83
-- CHECK-NEXT:     | SELECT region FROM orders
-- CHECK-NEXT: create stream table "T x" @5:1-7:115
-- CHECK-NEXT:   append only all sources @7:87-7:91
-- CHECK-NEXT:   schedule cron '*/5 * * * *' @6:62-6:75
-- CHECK-NEXT:   diamond independent, slowest @7:26-7:32
-- CHECK-NEXT:   query @6:30-6:47
-- CHECK-NEXT:     | SELECT 'a' AS a
-- CHECK-NEXT:   with no data @6:91-6:96
-- CHECK-NEXT: create stream table "a" @8:1-8:121
-- CHECK-NEXT:   if not exists
-- CHECK-NEXT:   mode immediate @8:109-8:120
-- CHECK-NEXT:   query @8:61-8:70
-- CHECK-NEXT:     | SELECT
-- CHECK-NEXT:     | 1
-- CHECK-NEXT: create stream table "s"."a" @9:1-9:44
-- CHECK-NEXT:   mode immediate @9:1-9:44
-- CHECK-NEXT:   query @9:34-9:42
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NEXT: create stream table "a" @10:1-10:36
-- CHECK-NEXT:   mode immediate @10:1-10:36
-- CHECK-NEXT:   query @10:26-10:34
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NEXT: alter stream table "a" @11:1-11:106
-- CHECK-NEXT:   set mode full @11:76-11:82
-- CHECK-NEXT:   set schedule every '5m' (300 s) @11:54-11:58
-- CHECK-NEXT:   suspend @11:94-11:105
-- CHECK-NEXT: alter stream table "a" @12:1-12:116
-- CHECK-NEXT:   resume @12:52-12:60
-- CHECK-NEXT:   set diamond atomic @12:107-12:115
-- CHECK-NEXT:   drop append only @12:77-12:82
-- CHECK-NEXT: drop stream table "a" @13:1-13:57
-- CHECK-NEXT:   cascade
-- CHECK-NEXT: drop stream table "a" @14:1-14:40
-- CHECK-NEXT: refresh stream table "a" @15:1-15:41
-- CHECK-NEXT: gate source "s"."a" @16:1-16:54
-- CHECK-NEXT:   without capture
-- CHECK-NEXT: gate source "a" @17:1-17:40
-- CHECK-NEXT: ungate source "a" @18:1-18:36
-- CHECK-NEXT: pass through @20:1-20:27
-- CHECK-NEXT: pass through @21:1-21:43
-- CHECK-NEXT: pass through @22:1-22:53
-- CHECK-NOT: {{.}}
