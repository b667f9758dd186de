-- Name reserved for hidden columns.
-- RUN: verify-diagnostics %s

CREATE TABLE o (r integer PRIMARY KEY, a integer);
-- expected-error@+1 {{ST3154}}
CREATE STREAM TABLE s IMMEDIATE AS SELECT r AS __pgt_r FROM o;
