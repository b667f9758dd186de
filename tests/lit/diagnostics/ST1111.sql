-- Requirements that are none.
-- RUN: verify-diagnostics %s

-- expected-error@+1 {{ST1111: unknown requirement `no fullscan`}}
CREATE STREAM TABLE a REQUIRE (no fullscan) AS SELECT 1;
-- expected-help@-1 {{did you mean `no full_scan`\?}}
-- expected-error@+1 {{ST1111: unknown requirement `speed <= high`}}
CREATE STREAM TABLE a REQUIRE (key, speed <= high) AS SELECT 1;
-- expected-error@+1 {{ST1111: unknown requirement `lock`}}
CREATE STREAM TABLE a REQUIRE (lock) AS SELECT 1;
-- expected-help@-1 {{write `lock <=` and one of `none`, `key`, `table`}}
-- expected-error@+1 {{ST1111: unknown requirement `no key`}}
ALTER STREAM TABLE a SET REQUIRE (no key);
