-- Groups cannot be told apart.
-- RUN: verify-diagnostics %s

CREATE EXTENSION postgis;
CREATE TABLE o (r integer PRIMARY KEY, outline geometry);
-- expected-error@+1 {{ST3155}}
CREATE STREAM TABLE s IMMEDIATE AS SELECT outline, count(*) AS n FROM o GROUP BY outline;
