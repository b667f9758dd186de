-- UPDATE: full
-- REQUIRE.
-- RUN: tricklec compile --emit=ast %sql | FileCheck %s
CREATE STREAM TABLE a REQUIRE (strategy <= linear) AS SELECT 1;
CREATE STREAM TABLE a REQUIRE (STRATEGY<=Algebraic, lock <= none, no full_scan, NO hidden_columns, key) AS SELECT 1;
CREATE STREAM TABLE a REQUIRE (strategy <= keyed, lock <= key) AS SELECT 1;
CREATE STREAM TABLE a REQUIRE (strategy <= whole, lock <= "table") AS SELECT 1;

-- CHECK: create stream table "a" @4:1-4:63
-- CHECK-NEXT:   require strategy <= linear @4:32-4:50
-- CHECK-NEXT:   query @4:55-4:63
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NEXT: create stream table "a" @5:1-5:116
-- CHECK-NEXT:   require strategy <= algebraic @5:32-5:51
-- CHECK-NEXT:   require lock <= none @5:53-5:65
-- CHECK-NEXT:   require no full_scan @5:67-5:79
-- CHECK-NEXT:   require no hidden_columns @5:81-5:98
-- CHECK-NEXT:   require key @5:100-5:103
-- CHECK-NEXT:   query @5:108-5:116
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NEXT: create stream table "a" @6:1-6:75
-- CHECK-NEXT:   require strategy <= keyed @6:32-6:49
-- CHECK-NEXT:   require lock <= key @6:51-6:62
-- CHECK-NEXT:   query @6:67-6:75
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NEXT: create stream table "a" @7:1-7:79
-- CHECK-NEXT:   require strategy <= whole @7:32-7:49
-- CHECK-NEXT:   require lock <= table @7:51-7:66
-- CHECK-NEXT:   query @7:71-7:79
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NOT: {{.}}
