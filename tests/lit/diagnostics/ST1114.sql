-- INITIALLY is about creation.
-- RUN: verify-diagnostics %s

-- expected-error@+1 {{ST1114: INITIALLY GATED belongs to CREATE STREAM TABLE}}
ALTER STREAM TABLE a SET GATED BY (b) INITIALLY GATED;
