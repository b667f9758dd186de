-- UPDATE: full
-- CAPTURE.
-- RUN: tricklec compile --emit=ast %sql | FileCheck %s
CREATE STREAM TABLE a CAPTURE STATEMENT AS SELECT 1;
CREATE STREAM TABLE a CAPTURE ROW AS SELECT 1;

-- CHECK: create stream table "a" @4:1-4:52
-- CHECK-NEXT:   capture statement @4:23-4:40
-- CHECK-NEXT:   query @4:44-4:52
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NEXT: create stream table "a" @5:1-5:46
-- CHECK-NEXT:   capture row @5:23-5:34
-- CHECK-NEXT:   query @5:38-5:46
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NOT: {{.}}
