-- UPDATE: full
-- WITH options and storage parameters.
-- RUN: tricklec compile --emit=ast %sql | FileCheck %s
CREATE STREAM TABLE a WITH (hidden_columns = inline, auxiliary = auto, full_threshold = .5, facts = trusted,
                            float = tolerant) AS SELECT 1;
CREATE STREAM TABLE a WITH (hidden_columns = 'side', auxiliary = none, full_threshold = 1, facts = enforced,
                            float = exact) AS SELECT 1;
CREATE STREAM TABLE a WITH (auxiliary = all, fillfactor = 70, toast.autovacuum_enabled = off, autovacuum_enabled,
                            vacuum_truncate = ON, log_autovacuum_min_duration = -1) AS SELECT 1;
