-- UPDATE: full
-- SCHEDULE.
-- RUN: tricklec compile --emit=ast %sql | FileCheck %s
CREATE STREAM TABLE a SCHEDULE '1h30m' AS SELECT 1;
CREATE STREAM TABLE a SCHEDULE $$2w$$ AS SELECT 1;
CREATE STREAM TABLE a SCHEDULE CRON '*/5 0-6 * jan,feb mon' AS SELECT 1;
CREATE STREAM TABLE a SCHEDULE CRON '@daily' AS SELECT 1;
CREATE STREAM TABLE a SCHEDULE CALCULATED AS SELECT 1;

-- CHECK: create stream table "a" @4:1-4:51
-- CHECK-NEXT:   schedule every '1h30m' (5400 s) @4:23-4:39
-- CHECK-NEXT:   query @4:43-4:51
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NEXT: create stream table "a" @5:1-5:50
-- CHECK-NEXT:   schedule every '2w' (1209600 s) @5:23-5:38
-- CHECK-NEXT:   query @5:42-5:50
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NEXT: create stream table "a" @6:1-6:72
-- CHECK-NEXT:   schedule cron '*/5 0-6 * jan,feb mon' @6:23-6:60
-- CHECK-NEXT:   query @6:64-6:72
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NEXT: create stream table "a" @7:1-7:57
-- CHECK-NEXT:   schedule cron '@daily' @7:23-7:45
-- CHECK-NEXT:   query @7:49-7:57
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NEXT: create stream table "a" @8:1-8:54
-- CHECK-NEXT:   schedule calculated @8:23-8:42
-- CHECK-NEXT:   query @8:46-8:54
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NOT: {{.}}
