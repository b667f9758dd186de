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

-- CHECK: create stream table "a" @4:1-4:34
-- CHECK-NEXT:   query @4:26-4:34
-- CHECK-NEXT:     | SELECT 1
-- CHECK-NEXT: create stream table "S"."a" @5:1-5:73
-- CHECK-NEXT:   or replace
-- CHECK-NEXT:   column "x" @5:39-5:40
-- CHECK-NEXT:   column "Y" @5:42-5:45
-- CHECK-NEXT:   query @5:50-5:63
-- CHECK-NEXT:     | values (1, 2)
-- CHECK-NEXT:   with data @5:64-5:73
-- CHECK-NEXT: create stream table "s"."a" @6:1-7:27
-- CHECK-NEXT:   if not exists
-- CHECK-NEXT:   query @6:42-6:62
-- CHECK-NEXT:     | (SELECT 1 AS as_one)
-- CHECK-NEXT:   with no data @7:1-7:27
-- CHECK-NEXT: create stream table "a" @8:1-11:9
-- CHECK-NEXT:   query @9:3-11:9
-- CHECK-NEXT:     | WITH w AS (SELECT 1)   -- comment
-- CHECK-NEXT:     |   SELECT *
-- CHECK-NEXT:     |   FROM w
-- CHECK-NEXT: create stream table "a" @12:1-12:36
-- CHECK-NEXT:   query @12:26-12:36
-- CHECK-NEXT:     | TABLE data
-- CHECK-NOT: {{.}}
