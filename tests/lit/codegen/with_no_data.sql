-- WITH NO DATA: triggers are made and left disabled.
-- RUN: tricklec compile %sql | FileCheck %s
CREATE TABLE orders (id integer PRIMARY KEY, region integer NOT NULL);
CREATE STREAM TABLE totals IMMEDIATE AS
  SELECT region, count(*) AS n FROM orders GROUP BY region WITH NO DATA;

-- CHECK-LABEL: DO $start$
-- CHECK-NOT: pgtrickle.populate
-- CHECK: PERFORM pgtrickle.postpone('public.totals'::regclass);
-- CHECK-NEXT: END
