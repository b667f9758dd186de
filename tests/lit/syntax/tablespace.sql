-- UPDATE: full
-- TABLESPACE.
-- RUN: tricklec compile --emit=ast %sql | FileCheck %s
CREATE STREAM TABLE a TABLESPACE fast AS SELECT 1;
CREATE STREAM TABLE a TABLESPACE "Very Fast" AS SELECT 1;
