-- UPDATE: full
-- ALTER STREAM TABLE, every action.
-- RUN: tricklec compile --emit=ast %sql | FileCheck %s
ALTER STREAM TABLE a SET AUTO;
ALTER STREAM TABLE a SET IMMEDIATE;
ALTER STREAM TABLE a SET DIFFERENTIAL;
ALTER STREAM TABLE IF EXISTS s.a SET FULL;
ALTER STREAM TABLE a SET SCHEDULE '1m', SET APPEND ONLY ON (b), SET GATED BY (c), SET DIAMOND ATOMIC SLOWEST,
  SET CAPTURE ROW, SET REQUIRE (lock <= key, key), SET (float = exact, fillfactor = 90), RESET (facts, toast.vacuum_truncate),
  SET TABLESPACE fast, SUSPEND;
ALTER STREAM TABLE a RESET SCHEDULE, DROP APPEND ONLY, SET NOT GATED, DROP REQUIRE, RESUME;
ALTER STREAM TABLE a SET GATED BY ALL SOURCES, SET SCHEDULE CRON '@hourly', SET APPEND ONLY;
ALTER STREAM TABLE a AS SELECT 1;
ALTER STREAM TABLE a RENAME TO "B";
ALTER STREAM TABLE a SET SCHEMA s;
ALTER STREAM TABLE a OWNER TO somebody;
ALTER STREAM TABLE a OWNER TO CURRENT_ROLE;
ALTER STREAM TABLE a OWNER TO current_user;
ALTER STREAM TABLE a OWNER TO Session_User;
ALTER STREAM TABLE a OWNER TO "current_user";

-- CHECK: alter stream table "a" @4:1-4:30
-- CHECK-NEXT:   set mode auto @4:22-4:30
-- CHECK-NEXT: alter stream table "a" @5:1-5:35
-- CHECK-NEXT:   set mode immediate @5:22-5:35
-- CHECK-NEXT: alter stream table "a" @6:1-6:38
-- CHECK-NEXT:   set mode differential @6:22-6:38
-- CHECK-NEXT: alter stream table "s"."a" @7:1-7:42
-- CHECK-NEXT:   if exists
-- CHECK-NEXT:   set mode full @7:34-7:42
-- CHECK-NEXT: alter stream table "a" @8:1-10:31
-- CHECK-NEXT:   set schedule every '1m' (60 s) @8:22-8:39
-- CHECK-NEXT:   set append only "b" @8:41-8:63
-- CHECK-NEXT:   set gating by "c" @8:65-8:81
-- CHECK-NEXT:   set diamond atomic, slowest @8:83-8:109
-- CHECK-NEXT:   set capture row @9:3-9:18
-- CHECK-NEXT:   require lock <= key @9:33-9:44
-- CHECK-NEXT:   require key @9:46-9:49
-- CHECK-NEXT:   option float = exact @9:57-9:70
-- CHECK-NEXT:   storage fillfactor = 90 @9:72-9:87
-- CHECK-NEXT:   reset option facts @9:97-9:102
-- CHECK-NEXT:   reset option toast.vacuum_truncate @9:104-9:125
-- CHECK-NEXT:   set tablespace "fast" @10:3-10:22
-- CHECK-NEXT:   suspend @10:24-10:31
-- CHECK-NEXT: alter stream table "a" @11:1-11:91
-- CHECK-NEXT:   reset schedule @11:22-11:36
-- CHECK-NEXT:   drop append only @11:38-11:54
-- CHECK-NEXT:   set gating not gated @11:56-11:69
-- CHECK-NEXT:   drop require @11:71-11:83
-- CHECK-NEXT:   resume @11:85-11:91
-- CHECK-NEXT: alter stream table "a" @12:1-12:92
-- CHECK-NEXT:   set gating by all sources @12:22-12:46
-- CHECK-NEXT:   set schedule cron '@hourly' @12:48-12:75
-- CHECK-NEXT:   set append only all sources @12:77-12:92
-- CHECK-NEXT: alter stream table "a" @13:1-13:33
-- CHECK-NEXT:   query @13:25-13:33
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NEXT: alter stream table "a" @14:1-14:35
-- CHECK-NEXT:   rename to "B" @14:22-14:35
-- CHECK-NEXT: alter stream table "a" @15:1-15:34
-- CHECK-NEXT:   set schema "s" @15:22-15:34
-- CHECK-NEXT: alter stream table "a" @16:1-16:39
-- CHECK-NEXT:   owner to "somebody" @16:22-16:39
-- CHECK-NEXT: alter stream table "a" @17:1-17:43
-- CHECK-NEXT:   owner to current_role @17:22-17:43
-- CHECK-NEXT: alter stream table "a" @18:1-18:43
-- CHECK-NEXT:   owner to current_user @18:22-18:43
-- CHECK-NEXT: alter stream table "a" @19:1-19:43
-- CHECK-NEXT:   owner to session_user @19:22-19:43
-- CHECK-NEXT: alter stream table "a" @20:1-20:45
-- CHECK-NEXT:   owner to "current_user" @20:22-20:45
-- CHECK-NOT: {{.}}
