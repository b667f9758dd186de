-- ALTER and DROP of what no statement defines.
-- RUN: tricklec compile --emit catalog %s 2>&1 >/dev/null | FileCheck %s
CREATE TABLE orders (id bigint);
-- CHECK: :[[@LINE+1]]:13: warning[ST2003]: there is no table `ordrs` here
ALTER TABLE ordrs ADD COLUMN total numeric;
-- CHECK: help: did you mean `orders`?
ALTER TABLE IF EXISTS ordrs ADD COLUMN total numeric;
ALTER TABLE ordrs OWNER TO somebody;
-- CHECK-NOT: ST2003
