-- UPDATE: full
-- No key word of ours is reserved.
-- RUN: tricklec compile --emit=ast %sql | FileCheck %s
CREATE STREAM TABLE gated GATED BY ALL SOURCES AS SELECT schedule FROM immediate;
CREATE STREAM TABLE full (auto, if, exists, schedule) FULL AS SELECT 1, 2, 3, 4;
CREATE STREAM TABLE if NOT GATED AS SELECT 1;
CREATE STREAM TABLE IF NOT EXISTS if AS SELECT 1;
CREATE STREAM TABLE schedule.cron APPEND ONLY ON (only, append) TABLESPACE tablespace AS SELECT 1;
ALTER STREAM TABLE set SET SCHEDULE CALCULATED;
ALTER STREAM TABLE IF EXISTS rename RENAME TO owner;
DROP STREAM TABLE cascade, restrict CASCADE;
REFRESH STREAM TABLE full FULL;
REFRESH STREAM TABLE full;
GATE SOURCE without WITHOUT CAPTURE;
UNGATE SOURCE source;

-- CHECK: create stream table "gated" @4:1-4:81
-- CHECK-NEXT:   gating by all sources @4:27-4:47
-- CHECK-NEXT:   query @4:51-4:81
-- CHECK-NEXT:     | SELECT schedule FROM immediate
-- CHECK-NEXT: create stream table "full" @5:1-5:80
-- CHECK-NEXT:   column "auto" @5:27-5:31
-- CHECK-NEXT:   column "if" @5:33-5:35
-- CHECK-NEXT:   column "exists" @5:37-5:43
-- CHECK-NEXT:   column "schedule" @5:45-5:53
-- CHECK-NEXT:   mode full @5:55-5:59
-- CHECK-NEXT:   query @5:63-5:80
-- CHECK-NEXT:     | SELECT 1, 2, 3, 4
-- CHECK-NEXT: create stream table "if" @6:1-6:45
-- CHECK-NEXT:   gating not gated @6:24-6:33
-- CHECK-NEXT:   query @6:37-6:45
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NEXT: create stream table "if" @7:1-7:49
-- CHECK-NEXT:   if not exists
-- CHECK-NEXT:   query @7:41-7:49
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NEXT: create stream table "schedule"."cron" @8:1-8:98
-- CHECK-NEXT:   append only "only", "append" @8:35-8:64
-- CHECK-NEXT:   tablespace "tablespace" @8:65-8:86
-- CHECK-NEXT:   query @8:90-8:98
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NEXT: alter stream table "set" @9:1-9:47
-- CHECK-NEXT:   set schedule calculated @9:24-9:47
-- CHECK-NEXT: alter stream table "rename" @10:1-10:52
-- CHECK-NEXT:   if exists
-- CHECK-NEXT:   rename to "owner" @10:37-10:52
-- CHECK-NEXT: drop stream table "cascade", "restrict" @11:1-11:44
-- CHECK-NEXT:   cascade
-- CHECK-NEXT: refresh stream table "full" @12:1-12:31
-- CHECK-NEXT:   full
-- CHECK-NEXT: refresh stream table "full" @13:1-13:26
-- CHECK-NEXT: gate source "without" @14:1-14:36
-- CHECK-NEXT:   without capture
-- CHECK-NEXT: ungate source "source" @15:1-15:21
-- CHECK-NOT: {{.}}
