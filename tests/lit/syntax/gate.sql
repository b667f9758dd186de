-- UPDATE: full
-- GATE SOURCE and UNGATE SOURCE.
-- RUN: tricklec compile --emit=ast %sql | FileCheck %s
GATE SOURCE a;
GATE SOURCE s.a, b WITHOUT CAPTURE;
UNGATE SOURCE a, s.b;
