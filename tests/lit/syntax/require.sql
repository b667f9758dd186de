-- UPDATE: full
-- REQUIRE.
-- RUN: tricklec compile --emit=ast %sql | FileCheck %s
CREATE STREAM TABLE a REQUIRE (strategy <= linear) AS SELECT 1;
CREATE STREAM TABLE a REQUIRE (STRATEGY<=Algebraic, lock <= none, no full_scan, NO hidden_columns, key) AS SELECT 1;
CREATE STREAM TABLE a REQUIRE (strategy <= keyed, lock <= key) AS SELECT 1;
CREATE STREAM TABLE a REQUIRE (strategy <= whole, lock <= "table") AS SELECT 1;
