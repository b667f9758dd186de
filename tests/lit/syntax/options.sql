-- UPDATE: full
-- WITH options and storage parameters.
-- RUN: tricklec compile --emit=ast %sql | FileCheck %s
CREATE STREAM TABLE a WITH (hidden_columns = inline, auxiliary = auto, full_threshold = .5, facts = trusted,
                            float = tolerant) AS SELECT 1;
CREATE STREAM TABLE a WITH (hidden_columns = 'side', auxiliary = none, full_threshold = 1, facts = enforced,
                            float = exact) AS SELECT 1;
CREATE STREAM TABLE a WITH (auxiliary = all, fillfactor = 70, toast.autovacuum_enabled = off, autovacuum_enabled,
                            vacuum_truncate = ON, log_autovacuum_min_duration = -1) AS SELECT 1;

-- CHECK: create stream table "a" @4:1-5:58
-- CHECK-NEXT:   option hidden_columns = inline @4:29-4:52
-- CHECK-NEXT:   option auxiliary = auto @4:54-4:70
-- CHECK-NEXT:   option full_threshold = 0.5 @4:72-4:91
-- CHECK-NEXT:   option facts = trusted @4:93-4:108
-- CHECK-NEXT:   option float = tolerant @5:29-5:45
-- CHECK-NEXT:   query @5:50-5:58
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NEXT: create stream table "a" @6:1-7:55
-- CHECK-NEXT:   option hidden_columns = side @6:29-6:52
-- CHECK-NEXT:   option auxiliary = none @6:54-6:70
-- CHECK-NEXT:   option full_threshold = 1 @6:72-6:90
-- CHECK-NEXT:   option facts = enforced @6:92-6:108
-- CHECK-NEXT:   option float = exact @7:29-7:42
-- CHECK-NEXT:   query @7:47-7:55
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NEXT: create stream table "a" @8:1-9:96
-- CHECK-NEXT:   option auxiliary = all @8:29-8:44
-- CHECK-NEXT:   storage fillfactor = 70 @8:46-8:61
-- CHECK-NEXT:   storage toast.autovacuum_enabled = off @8:63-8:93
-- CHECK-NEXT:   storage autovacuum_enabled @8:95-8:113
-- CHECK-NEXT:   storage vacuum_truncate = on @9:29-9:49
-- CHECK-NEXT:   storage log_autovacuum_min_duration = -1 @9:51-9:83
-- CHECK-NEXT:   query @9:88-9:96
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NOT: {{.}}
