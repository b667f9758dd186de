-- Literals, names and comments that do not end. One case a file: the rest of it is swallowed.
-- RUN: verify-diagnostics %s

CREATE TABLE t (a int);
-- expected-error@+1 {{ST1003: unterminated dollar-quoted string}}
SELECT $body$ it's $$ ; SELECT 2 $bod$;
-- expected-help@-1 {{close it with `\$body\$`}}
