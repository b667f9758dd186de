-- UPDATE: full
-- GATED BY and NOT GATED.
-- RUN: tricklec compile --emit=ast %sql | FileCheck %s
CREATE STREAM TABLE a GATED BY ALL SOURCES AS SELECT 1;
CREATE STREAM TABLE a GATED BY (b, s.c) INITIALLY GATED AS SELECT 1;
CREATE STREAM TABLE a NOT GATED AS SELECT 1;

-- CHECK: create stream table "a" @4:1-4:55
-- CHECK-NEXT:   gating by all sources @4:23-4:43
-- CHECK-NEXT:   query @4:47-4:55
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NEXT: create stream table "a" @5:1-5:68
-- CHECK-NEXT:   gating by "b", "s"."c", initially gated @5:23-5:56
-- CHECK-NEXT:   query @5:60-5:68
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NEXT: create stream table "a" @6:1-6:44
-- CHECK-NEXT:   gating not gated @6:23-6:32
-- CHECK-NEXT:   query @6:36-6:44
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NOT: {{.}}
