-- UPDATE: full
-- Counting nested statements.
-- RUN: tricklec compile %sql | sed -n '/before"() RETURNS/,/^REVOKE/p' | FileCheck %s
CREATE TABLE orders (id integer PRIMARY KEY, region integer, amount integer, note text);
CREATE STREAM TABLE totals IMMEDIATE AS
  SELECT region, count(*) AS n, sum(amount) AS total FROM orders GROUP BY region;

-- CHECK: CREATE FUNCTION pgtrickle_impl."public.totals/public.orders/before"() RETURNS trigger
-- CHECK-NEXT: LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
-- CHECK-NEXT: AS $function$
-- CHECK-NEXT: #variable_conflict use_column
-- CHECK-NEXT: DECLARE
-- CHECK-NEXT:   __pgt_depth integer;
-- CHECK-NEXT: BEGIN
-- CHECK-NEXT:   -- Enter a statement. The setting is twice the nesting depth, plus one while rows are pending.
-- CHECK-NEXT:   __pgt_depth := coalesce(
-- CHECK-NEXT:                    nullif(current_setting('pgtrickle.depth_a9310747', true), ''),
-- CHECK-NEXT:                    '0'
-- CHECK-NEXT:                  )::integer
-- CHECK-NEXT:                    + 2;
-- CHECK-NEXT:   __pgt_depth := set_config('pgtrickle.depth_a9310747', __pgt_depth::text, true)::integer;
-- CHECK-NEXT:   RETURN NULL;
-- CHECK-NEXT: END
-- CHECK-NEXT: $function$;
-- CHECK-NEXT: REVOKE ALL ON FUNCTION pgtrickle_impl."public.totals/public.orders/before"() FROM PUBLIC;
-- CHECK-NOT: {{.}}
