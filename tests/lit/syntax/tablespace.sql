-- UPDATE: full
-- TABLESPACE.
-- RUN: tricklec compile --emit=ast %sql | FileCheck %s
CREATE STREAM TABLE a TABLESPACE fast AS SELECT 1;
CREATE STREAM TABLE a TABLESPACE "Very Fast" AS SELECT 1;

-- CHECK: create stream table "a" @4:1-4:50
-- CHECK-NEXT:   tablespace "fast" @4:23-4:38
-- CHECK-NEXT:   query @4:42-4:50
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NEXT: create stream table "a" @5:1-5:57
-- CHECK-NEXT:   tablespace "Very Fast" @5:23-5:45
-- CHECK-NEXT:   query @5:49-5:57
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NOT: {{.}}
