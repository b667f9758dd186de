-- UPDATE: full
-- GATE SOURCE and UNGATE SOURCE.
-- RUN: tricklec compile --emit=ast %sql | FileCheck %s
GATE SOURCE a;
GATE SOURCE s.a, b WITHOUT CAPTURE;
UNGATE SOURCE a, s.b;

-- CHECK: gate source "a" @4:1-4:14
-- CHECK-NEXT: gate source "s"."a", "b" @5:1-5:35
-- CHECK-NEXT:   without capture
-- CHECK-NEXT: ungate source "a", "s"."b" @6:1-6:21
-- CHECK-NOT: {{.}}
