-- Two ways to treat what exists.
-- RUN: verify-diagnostics %s

-- expected-error@+1 {{ST1102: OR REPLACE and IF NOT EXISTS exclude each other}}
CREATE OR REPLACE STREAM TABLE IF NOT EXISTS a AS SELECT 1;
