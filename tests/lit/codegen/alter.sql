-- UPDATE: full
-- ALTER STREAM TABLE is a call of the runtime, and so is the call that says the same.
-- RUN: tricklec compile %sql | FileCheck %s
ALTER STREAM TABLE app."B c" SET SCHEDULE '1h', SUSPEND;
ALTER STREAM TABLE a RESUME;
ALTER STREAM TABLE a RESET SCHEDULE, SET DIAMOND ATOMIC FASTEST, SET (full_threshold = 0.05), RESUME;
ALTER STREAM TABLE IF EXISTS a SET SCHEDULE CRON '0 3 * * sun', RESET (full_threshold);
SELECT pgtrickle.alter_stream_table('a', schedule => '2d', status => 'suspended', diamond_consistency => 'none', full_threshold => 0.5);

-- CHECK: -- ALTER STREAM TABLE is a call of the runtime, and so is the call that says the same.
-- CHECK-EMPTY:
-- CHECK-NEXT: SELECT pgtrickle.alter_stream_table('app."B c"', schedule => '1h', status => 'SUSPENDED');
-- CHECK-NEXT: SELECT pgtrickle.resume_stream_table('public.a');
-- CHECK-NEXT: SELECT pgtrickle.alter_stream_table(
-- CHECK-NEXT:          'public.a',
-- CHECK-NEXT:          schedule => 'calculated',
-- CHECK-NEXT:          status => 'ACTIVE',
-- CHECK-NEXT:          diamond_consistency => 'atomic',
-- CHECK-NEXT:          diamond_schedule_policy => 'fastest',
-- CHECK-NEXT:          full_threshold => 0.05
-- CHECK-NEXT:        );
-- CHECK-NEXT: DO $alter$
-- CHECK-NEXT: BEGIN
-- CHECK-NEXT:   IF to_regclass('public.a') IS NULL THEN
-- CHECK-NEXT:     RAISE NOTICE USING MESSAGE = 'stream table public.a does not exist, skipping';
-- CHECK-NEXT:   ELSE
-- CHECK-NEXT:     PERFORM pgtrickle.alter_stream_table(
-- CHECK-NEXT:               'public.a',
-- CHECK-NEXT:               schedule => '0 3 * * sun',
-- CHECK-NEXT:               full_threshold => -1
-- CHECK-NEXT:             );
-- CHECK-NEXT:   END IF;
-- CHECK-NEXT: END
-- CHECK-NEXT: $alter$;
-- CHECK-NEXT: SELECT pgtrickle.alter_stream_table(
-- CHECK-NEXT:          'public.a',
-- CHECK-NEXT:          schedule => '2d',
-- CHECK-NEXT:          status => 'SUSPENDED',
-- CHECK-NEXT:          diamond_consistency => 'none',
-- CHECK-NEXT:          full_threshold => 0.5
-- CHECK-NEXT:        );
-- CHECK-NOT: {{.}}
