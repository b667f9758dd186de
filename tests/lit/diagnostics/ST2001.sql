-- A statement that cannot be read is passed over with a warning; what defines nothing, silently.
-- RUN: tricklec compile --emit catalog %s 2>&1 >/dev/null | FileCheck %s
-- CHECK: :[[@LINE+2]]:43: warning[ST2001]: this statement cannot be read: syntax error at or near "PERIODICALLY"
-- CHECK: note: what it says of `orders` is not known from here on
CREATE TABLE orders (id bigint, price int PERIODICALLY);
-- CHECK-NOT: ST2001
GRANT a TO b WITH MANY OPTIONS;
