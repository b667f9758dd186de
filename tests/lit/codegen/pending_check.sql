-- UPDATE: full
-- Nothing pending may be committed.
-- RUN: tricklec compile %sql | sed -n '/pending"() RETURNS/,/^REVOKE/p' | FileCheck %s
CREATE TABLE orders (id integer PRIMARY KEY, region integer, amount integer, note text);
CREATE STREAM TABLE totals IMMEDIATE AS
  SELECT region, count(*) AS n, sum(amount) AS total FROM orders GROUP BY region;

-- CHECK: CREATE FUNCTION pgtrickle_impl."public.totals/public.orders/pending"() RETURNS trigger
-- CHECK-NEXT: LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
-- CHECK-NEXT: AS $function$
-- CHECK-NEXT: #variable_conflict use_column
-- CHECK-NEXT: BEGIN
-- CHECK-NEXT:   PERFORM
-- CHECK-NEXT:   FROM pgtrickle_changes."public.totals/public.orders" AS p
-- CHECK-NEXT:   WHERE p.__pgt_batch = new.__pgt_batch;
-- CHECK-NEXT:   IF found THEN
-- CHECK-NEXT:     RAISE object_not_in_prerequisite_state USING
-- CHECK-NEXT:       MESSAGE = 'changes of public.orders were not applied to stream table public.totals',
-- CHECK-NEXT:       HINT = 'The setting pgtrickle.depth_a9310747 was changed in this transaction; nothing may set it.';
-- CHECK-NEXT:   END IF;
-- CHECK-NEXT:   RETURN NULL;
-- CHECK-NEXT: END
-- CHECK-NEXT: $function$;
-- CHECK-NEXT: REVOKE ALL ON FUNCTION pgtrickle_impl."public.totals/public.orders/pending"() FROM PUBLIC;
-- CHECK-NOT: {{.}}
