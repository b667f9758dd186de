-- UPDATE: full
-- How findings are printed for people.
-- RUN: not tricklec check %sql --color never 2>&1 | sed 's,^[^ ]*/,,' | FileCheck %s
CREATE STREAM TABLE "日本" IMMEDIATE	SCHEDULE '1m' AS SELECT 1;

CREATE STREAM TABLE a
  IMMEDIATE
  DIFFERENTIAL WITH (hiden_columns = side) AS SELECT 1;
