-- UPDATE: full
-- DROP and REFRESH are calls of the runtime; what stands around them passes through.
-- RUN: tricklec compile %sql | FileCheck %s
DROP STREAM TABLE a, "S"."b c" CASCADE;
DROP STREAM TABLE IF EXISTS a;
/* kept */ SELECT  1 ;
REFRESH STREAM TABLE app.totals;

-- CHECK: -- DROP and REFRESH are calls of the runtime; what stands around them passes through.
-- CHECK-EMPTY:
-- CHECK-NEXT: SELECT pgtrickle.drop_stream_table('public.a', true);
-- CHECK-NEXT: SELECT pgtrickle.drop_stream_table('"S"."b c"', true);
-- CHECK-NEXT: DO $drop$
-- CHECK-NEXT: BEGIN
-- CHECK-NEXT:   IF to_regclass('public.a') IS NULL THEN
-- CHECK-NEXT:     RAISE NOTICE USING MESSAGE = 'stream table public.a does not exist, skipping';
-- CHECK-NEXT:   ELSE
-- CHECK-NEXT:     PERFORM pgtrickle.drop_stream_table('public.a');
-- CHECK-NEXT:   END IF;
-- CHECK-NEXT: END
-- CHECK-NEXT: $drop$;
-- CHECK-NEXT: /* kept */ SELECT  1 ;
-- CHECK-NEXT: SELECT pgtrickle.refresh_stream_table('app.totals');
-- CHECK-NOT: {{.}}
