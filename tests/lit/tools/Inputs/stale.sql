-- UPDATE: full
-- RUN: tricklec compile %sql | FileCheck %s
-- the third line

SELECT 1;

-- CHECK: 1
-- CHECK-NEXT: something else
