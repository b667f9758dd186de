-- psql commands cannot be passed on, alone on a line or after a statement.
-- RUN: verify-diagnostics %s

\i other.sql
-- expected-error@-1 {{ST1005: psql command `\\i` cannot be compiled}}
SELECT 1 \gset
-- expected-error@-1 {{ST1005: psql command `\\gset` cannot be compiled}}
