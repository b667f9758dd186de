-- UPDATE: full
-- Clauses stand in any order.
-- RUN: tricklec compile --emit=ast %sql | FileCheck %s
CREATE STREAM TABLE a TABLESPACE fast WITH (fillfactor = 70) REQUIRE (key) CAPTURE ROW DIAMOND ATOMIC NOT GATED
  SCHEDULE '1m' APPEND ONLY DIFFERENTIAL AS SELECT 1;
CREATE STREAM TABLE a DIFFERENTIAL APPEND ONLY SCHEDULE '1m' NOT GATED DIAMOND ATOMIC CAPTURE ROW REQUIRE (key)
  WITH (fillfactor = 70) TABLESPACE fast AS SELECT 1;

-- CHECK: create stream table "a" @4:1-5:53
-- CHECK-NEXT:   mode differential @5:29-5:41
-- CHECK-NEXT:   append only all sources @5:17-5:28
-- CHECK-NEXT:   schedule every '1m' (60 s) @5:3-5:16
-- CHECK-NEXT:   gating not gated @4:103-4:112
-- CHECK-NEXT:   diamond atomic @4:88-4:102
-- CHECK-NEXT:   capture row @4:76-4:87
-- CHECK-NEXT:   require key @4:71-4:74
-- CHECK-NEXT:   storage fillfactor = 70 @4:45-4:60
-- CHECK-NEXT:   tablespace "fast" @4:23-4:38
-- CHECK-NEXT:   query @5:45-5:53
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NEXT: create stream table "a" @6:1-7:53
-- CHECK-NEXT:   mode differential @6:23-6:35
-- CHECK-NEXT:   append only all sources @6:36-6:47
-- CHECK-NEXT:   schedule every '1m' (60 s) @6:48-6:61
-- CHECK-NEXT:   gating not gated @6:62-6:71
-- CHECK-NEXT:   diamond atomic @6:72-6:86
-- CHECK-NEXT:   capture row @6:87-6:98
-- CHECK-NEXT:   require key @6:108-6:111
-- CHECK-NEXT:   storage fillfactor = 70 @7:9-7:24
-- CHECK-NEXT:   tablespace "fast" @7:26-7:41
-- CHECK-NEXT:   query @7:45-7:53
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NOT: {{.}}
