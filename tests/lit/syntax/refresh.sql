-- UPDATE: full
-- REFRESH STREAM TABLE.
-- RUN: tricklec compile --emit=ast %sql | FileCheck %s
REFRESH STREAM TABLE a;
REFRESH STREAM TABLE s.a FULL;
