-- UPDATE: full
-- RUN: tricklec compile %sql | FileCheck %s
-- the third line

SELECT 1;

-- CHECK: 1
-- CHECK-NEXT: 2
-- CHECK-NEXT: 3	-- the third line
-- CHECK-NEXT: 4
-- CHECK-NEXT: 5	SELECT 1;
-- CHECK-NEXT: v{{\[\[}}1]] {{[{][{]}}x}}
-- CHECK-NOT: {{.}}
