-- UPDATE: full
-- Refresh modes.
-- RUN: tricklec compile --emit=ast %sql | FileCheck %s
CREATE STREAM TABLE a AUTO AS SELECT 1;
CREATE STREAM TABLE a IMMEDIATE AS SELECT 1;
CREATE STREAM TABLE a DIFFERENTIAL AS SELECT 1;
CREATE STREAM TABLE a FULL AS SELECT 1;

-- CHECK: create stream table "a" @4:1-4:39
-- CHECK-NEXT:   mode auto @4:23-4:27
-- CHECK-NEXT:   query @4:31-4:39
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NEXT: create stream table "a" @5:1-5:44
-- CHECK-NEXT:   mode immediate @5:23-5:32
-- CHECK-NEXT:   query @5:36-5:44
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NEXT: create stream table "a" @6:1-6:47
-- CHECK-NEXT:   mode differential @6:23-6:35
-- CHECK-NEXT:   query @6:39-6:47
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NEXT: create stream table "a" @7:1-7:39
-- CHECK-NEXT:   mode full @7:23-7:27
-- CHECK-NEXT:   query @7:31-7:39
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NOT: {{.}}
