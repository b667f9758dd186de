-- UPDATE: full
-- REFRESH STREAM TABLE.
-- RUN: tricklec compile --emit=ast %sql | FileCheck %s
REFRESH STREAM TABLE a;
REFRESH STREAM TABLE s.a FULL;

-- CHECK: refresh stream table "a" @4:1-4:23
-- CHECK-NEXT: refresh stream table "s"."a" @5:1-5:30
-- CHECK-NEXT:   full
-- CHECK-NOT: {{.}}
