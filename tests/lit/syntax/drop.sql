-- UPDATE: full
-- DROP STREAM TABLE.
-- RUN: tricklec compile --emit=ast %sql | FileCheck %s
DROP STREAM TABLE a;
DROP STREAM TABLE IF EXISTS a, s.b;
DROP STREAM TABLE a CASCADE;
DROP STREAM TABLE a, b RESTRICT;

-- CHECK: drop stream table "a" @4:1-4:20
-- CHECK-NEXT: drop stream table "a", "s"."b" @5:1-5:35
-- CHECK-NEXT:   if exists
-- CHECK-NEXT: drop stream table "a" @6:1-6:28
-- CHECK-NEXT:   cascade
-- CHECK-NEXT: drop stream table "a", "b" @7:1-7:32
-- CHECK-NOT: {{.}}
