-- The tables of `pgbench -i`, with a few rows.
CREATE TABLE pgbench_branches (bid integer NOT NULL PRIMARY KEY, bbalance integer, filler character(88));
CREATE TABLE pgbench_tellers (
  tid integer NOT NULL PRIMARY KEY, bid integer, tbalance integer, filler character(84));
CREATE TABLE pgbench_accounts (
  aid integer NOT NULL PRIMARY KEY, bid integer, abalance integer, filler character(84));
CREATE TABLE pgbench_history (
  tid integer, bid integer, aid integer, delta integer, mtime timestamp, filler character(22));
INSERT INTO pgbench_branches SELECT g, 0, '' FROM generate_series(1, 2) AS g;
INSERT INTO pgbench_tellers SELECT g, 1 + g % 2, 0, '' FROM generate_series(1, 6) AS g;
INSERT INTO pgbench_accounts SELECT g, 1 + g % 2, g * 7 % 11 - 5, '' FROM generate_series(1, 20) AS g;
INSERT INTO pgbench_history SELECT 1 + g % 6, 1 + g % 2, g, (g - 10) * 700, now(), '' FROM generate_series(1, 20) AS g;
