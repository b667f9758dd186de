-- Reserved words of PostgreSQL, wherever a name stands.
-- RUN: verify-diagnostics %s

-- expected-error@+1 {{ST1012: `User` is a reserved word of PostgreSQL}}
CREATE STREAM TABLE User (a, "group") AS SELECT 1, 2;
-- expected-error@+1 {{ST1012: `end` is a reserved word of PostgreSQL}}
CREATE STREAM TABLE a (end) AS SELECT 1;
-- A role, not a name.
-- expected-error@+1 {{ST1151}}
ALTER STREAM TABLE a OWNER TO CURRENT_USER;
