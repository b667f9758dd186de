-- UPDATE: full
-- CREATE STREAM TABLE without clauses: names, columns, the query and what follows it.
-- RUN: tricklec compile --emit=ast %sql | FileCheck %s
CREATE STREAM TABLE a AS SELECT 1;
create or replace stream table "S".a (x, "Y") as values (1, 2) with data;
CREATE STREAM TABLE IF NOT EXISTS s.a AS (SELECT 1 AS as_one)
WITH /* comment */ NO DATA;
CREATE STREAM TABLE a AS
  WITH w AS (SELECT 1)   -- comment
  SELECT *
  FROM w;
CREATE STREAM TABLE a AS TABLE data;
