-- UPDATE: full
-- APPEND ONLY.
-- RUN: tricklec compile --emit=ast %sql | FileCheck %s
CREATE STREAM TABLE a APPEND ONLY AS SELECT 1;
CREATE STREAM TABLE a DIFFERENTIAL APPEND ONLY ON (b, s."C") AS SELECT 1;

-- CHECK: create stream table "a" @4:1-4:46
-- CHECK-NEXT:   append only all sources @4:23-4:34
-- CHECK-NEXT:   query @4:38-4:46
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NEXT: create stream table "a" @5:1-5:73
-- CHECK-NEXT:   mode differential @5:23-5:35
-- CHECK-NEXT:   append only "b", "s"."C" @5:36-5:61
-- CHECK-NEXT:   query @5:65-5:73
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NOT: {{.}}
