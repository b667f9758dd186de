-- UPDATE: full
-- Counting nested statements.
-- RUN: tricklec compile %sql | sed -n '/before"() RETURNS/,/^REVOKE/p' | FileCheck %s
CREATE TABLE orders (id integer PRIMARY KEY, region integer, amount integer, note text);
CREATE STREAM TABLE totals IMMEDIATE AS
  SELECT region, count(*) AS n, sum(amount) AS total FROM orders GROUP BY region;

-- CHECK: CREATE FUNCTION pgtrickle_impl."public.totals/public.orders/before"() RETURNS trigger
-- CHECK-NEXT: LANGUAGE plpgsql SECURITY DEFINER
-- CHECK-NEXT: AS $function$
-- CHECK-NEXT: #variable_conflict use_column
-- CHECK-NEXT: DECLARE
-- CHECK-NEXT:   __pgt_setting pg_catalog.text;
-- CHECK-NEXT: BEGIN
-- CHECK-NEXT:   -- Enter a statement. The setting is twice the nesting depth, plus one while rows are pending.
-- CHECK-NEXT:   IF pg_catalog.current_setting('pgtrickle.depth_a9310747', true) OPERATOR(pg_catalog.<>) '' THEN
-- CHECK-NEXT:     __pgt_setting := pg_catalog.current_setting('pgtrickle.depth_a9310747', true);
-- CHECK-NEXT:     __pgt_setting := pg_catalog.set_config(
-- CHECK-NEXT:                        'pgtrickle.depth_a9310747',
-- CHECK-NEXT:                        (__pgt_setting::pg_catalog.int4 OPERATOR(pg_catalog.+) 2)::pg_catalog.text,
-- CHECK-NEXT:                        true
-- CHECK-NEXT:                      );
-- CHECK-NEXT:   ELSE
-- CHECK-NEXT:     __pgt_setting := pg_catalog.set_config('pgtrickle.depth_a9310747', '2', true);
-- CHECK-NEXT:   END IF;
-- CHECK-NEXT:   RETURN NULL;
-- CHECK-NEXT: END
-- CHECK-NEXT: $function$;
-- CHECK-NEXT: REVOKE ALL ON FUNCTION pgtrickle_impl."public.totals/public.orders/before"() FROM PUBLIC;
-- CHECK-NOT: {{.}}
