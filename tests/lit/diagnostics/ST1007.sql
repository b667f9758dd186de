-- A quoted name needs a character.
-- RUN: verify-diagnostics %s

-- expected-error@+1 {{ST1007: a quoted name must not be empty}}
DROP STREAM TABLE a."";
