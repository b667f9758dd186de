-- IF NOT EXISTS is one block around everything: a notice, and nothing touched.
-- RUN: tricklec compile %sql | FileCheck %s
CREATE TABLE orders (id integer PRIMARY KEY, region integer NOT NULL);
CREATE STREAM TABLE IF NOT EXISTS totals IMMEDIATE AS
  SELECT region, count(*) AS n FROM orders GROUP BY region;

-- CHECK-LABEL: DO $create$
-- CHECK: PERFORM FROM pgtrickle.pgt_stream_tables AS s WHERE s.pgt_relid = to_regclass('public.totals');
-- CHECK-NEXT: IF found THEN
-- CHECK-NEXT:   RAISE NOTICE USING MESSAGE = 'stream table public.totals already exists, skipping';
-- CHECK-NEXT:   RETURN;
-- CHECK-NEXT: END IF;
-- CHECK-NEXT: IF to_regclass('public.totals') IS NOT NULL THEN
-- CHECK-NEXT:   RAISE duplicate_table USING MESSAGE = 'relation public.totals already exists';
-- CHECK: CREATE VIEW pgtrickle_state."public.totals" AS
-- CHECK: AS $function$
-- CHECK: $function$;
-- CHECK: PERFORM pgtrickle.populate('public.totals'::regclass);
-- CHECK-NEXT: END
-- CHECK-NEXT: $create$;
