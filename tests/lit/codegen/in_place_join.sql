-- UPDATE: full
-- One row of a join that is found and joined as before: its values are set, nothing else is read.
-- RUN: tricklec compile %sql | sed -n '/orders.update"() RETURNS/,/IF __pgt_rows > 1/p' | FileCheck %s
CREATE TABLE customer (id integer PRIMARY KEY, name text);
CREATE TABLE orders (id integer PRIMARY KEY, customer integer NOT NULL, amount numeric, note text);
CREATE INDEX ON orders (customer);
CREATE STREAM TABLE named IMMEDIATE AS
  SELECT o.id, o.amount, o.amount * 2 AS twice, c.name FROM orders o JOIN customer c ON c.id = o.customer;

-- CHECK: CREATE FUNCTION pgtrickle_impl."public.named/public.orders/update"() RETURNS trigger
-- CHECK-NEXT: LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
-- CHECK-NEXT: AS $function$
-- CHECK-NEXT: #variable_conflict use_column
-- CHECK-NEXT: DECLARE
-- CHECK-NEXT:   __pgt_depth integer;
-- CHECK-NEXT:   __pgt_setting text;
-- CHECK-NEXT:   __pgt_rows bigint;
-- CHECK-NEXT: BEGIN
-- CHECK-NEXT:   -- Leave the statement. The setting is twice the nesting depth, plus one while rows are pending.
-- CHECK-NEXT:   IF current_setting('pgtrickle.depth_aa5fa4c2', true) = '2' THEN
-- CHECK-NEXT:     __pgt_setting := set_config('pgtrickle.depth_aa5fa4c2', '', true);
-- CHECK-NEXT:     PERFORM FROM __pgt_new AS n LIMIT 101;
-- CHECK-NEXT:     GET DIAGNOSTICS __pgt_rows = ROW_COUNT;
-- CHECK-NEXT:     IF __pgt_rows = 1 AND current_setting('transaction_isolation') = 'read committed' THEN
-- CHECK-NEXT:       -- Where it is found as it was before, only its values change: in place.
-- CHECK-NEXT:       -- Take the exclusion of the value that it is joined by; its row has the rest already.
-- CHECK-NEXT:       INSERT INTO pgtrickle_state."public.named/anchor" AS a (k, v)
-- CHECK-NEXT:       SELECT (hash_record_extended(ROW(n.customer), 0) & 65535)::integer AS k, 0 AS v
-- CHECK-NEXT:       FROM __pgt_new AS n JOIN __pgt_old AS o ON o.id = n.id AND o.customer = n.customer
-- CHECK-NEXT:       WHERE NOT ROW(o.amount)::record *= ROW(n.amount)::record
-- CHECK-NEXT:       ON CONFLICT (k) DO UPDATE
-- CHECK-NEXT:         SET v = a.v + 1;
-- CHECK-NEXT:       IF found THEN
-- CHECK-NEXT:         -- Set its values in the row of the same key.
-- CHECK-NEXT:         UPDATE public.named AS t
-- CHECK-NEXT:         SET amount = n.amount, twice = n.amount * 2
-- CHECK-NEXT:         FROM __pgt_new AS n
-- CHECK-NEXT:         WHERE t.id = n.id;
-- CHECK-NEXT:         RETURN NULL;
-- CHECK-NEXT:       END IF;
-- CHECK-NEXT:       -- Nothing of it was to be changed, unless it is found in another way now.
-- CHECK-NEXT:       PERFORM FROM __pgt_new AS n JOIN __pgt_old AS o ON o.id = n.id AND o.customer = n.customer;
-- CHECK-NEXT:       IF found THEN
-- CHECK-NEXT:         RETURN NULL;
-- CHECK-NEXT:       END IF;
-- CHECK-NEXT:     END IF;
-- CHECK-NEXT:     IF __pgt_rows > 1 THEN
-- CHECK-NOT: {{.}}
