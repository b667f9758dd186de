-- UPDATE: full
-- DIAMOND.
-- RUN: tricklec compile --emit=ast %sql | FileCheck %s
CREATE STREAM TABLE a DIAMOND ATOMIC AS SELECT 1;
CREATE STREAM TABLE a DIAMOND ATOMIC FASTEST AS SELECT 1;
CREATE STREAM TABLE a DIAMOND INDEPENDENT SLOWEST AS SELECT 1;

-- CHECK: create stream table "a" @4:1-4:49
-- CHECK-NEXT:   diamond atomic @4:23-4:37
-- CHECK-NEXT:   query @4:41-4:49
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NEXT: create stream table "a" @5:1-5:57
-- CHECK-NEXT:   diamond atomic, fastest @5:23-5:45
-- CHECK-NEXT:   query @5:49-5:57
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NEXT: create stream table "a" @6:1-6:62
-- CHECK-NEXT:   diamond independent, slowest @6:23-6:50
-- CHECK-NEXT:   query @6:54-6:62
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NOT: {{.}}
