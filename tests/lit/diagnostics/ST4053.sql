-- Changes can make the whole source be read again.
-- RUN: verify-diagnostics %s

CREATE TABLE o (r integer PRIMARY KEY, a text);
-- expected-warning@+1 {{ST4053}}
CREATE STREAM TABLE s IMMEDIATE AS SELECT string_agg(a, ',' ORDER BY r) AS a FROM o;
