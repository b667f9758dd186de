-- Columns that a table does not have.
-- RUN: tricklec compile --emit catalog %s 2>&1 >/dev/null | FileCheck %s
CREATE TABLE orders (id bigint);
-- CHECK: :[[@LINE+1]]:{{[0-9]+}}: warning[ST2004]: `public.orders` has no column `idd`
CREATE UNIQUE INDEX ON orders (idd);
-- CHECK: help: did you mean `id`?
