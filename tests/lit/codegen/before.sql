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
-- CHECK-NEXT:   __pgt_setting text;
-- CHECK-NEXT: BEGIN
-- CHECK-NEXT:   -- Enter a statement. The setting is twice the nesting depth, plus one while rows are pending.
-- CHECK-NEXT:   IF current_setting('pgtrickle.depth_a9310747', true) <> '' THEN
-- CHECK-NEXT:     __pgt_setting := current_setting('pgtrickle.depth_a9310747', true);
-- CHECK-NEXT:     __pgt_setting := set_config(
-- CHECK-NEXT:                        'pgtrickle.depth_a9310747',
-- CHECK-NEXT:                        (__pgt_setting::integer + 2)::text,
-- CHECK-NEXT:                        true
-- CHECK-NEXT:                      );
-- CHECK-NEXT:   ELSE
-- CHECK-NEXT:     __pgt_setting := set_config('pgtrickle.depth_a9310747', '2', true);
-- CHECK-NEXT:   END IF;
-- CHECK-NEXT:   RETURN NULL;
-- CHECK-NEXT: END
-- CHECK-NEXT: $function$;
-- CHECK-NEXT: REVOKE ALL ON FUNCTION pgtrickle_impl."public.totals/public.orders/before"() FROM PUBLIC;
-- CHECK-NOT: {{.}}
