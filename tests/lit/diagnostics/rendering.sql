-- UPDATE: full
-- How findings are printed for people.
-- RUN: not tricklec check %sql --color never 2>&1 | sed 's,^[^ ]*/,,' | FileCheck %s
CREATE STREAM TABLE "日本" IMMEDIATE	SCHEDULE '1m' AS SELECT 1;

CREATE STREAM TABLE a
  IMMEDIATE
  DIFFERENTIAL WITH (hiden_columns = side) AS SELECT 1;

-- CHECK: rendering.sql:4:36: error[ST1103]: an IMMEDIATE stream table cannot have a SCHEDULE
-- CHECK-NEXT: 4 | CREATE STREAM TABLE "日本" IMMEDIATE    SCHEDULE '1m' AS SELECT 1;
-- CHECK-NEXT:   |                                         ^^^^^^^^^^^^^
-- CHECK-NEXT:   |                            --------- the refresh mode is given here
-- CHECK-NEXT:   = note: an IMMEDIATE stream table is maintained by the statement that changes a source, there is nothing to schedule
-- CHECK-NEXT:   = help: remove SCHEDULE, or choose another refresh mode
-- CHECK-NEXT: rendering.sql:8:3: error[ST1101]: the refresh mode is given twice
-- CHECK-NEXT: 8 |   DIFFERENTIAL WITH (hiden_columns = side) AS SELECT 1;
-- CHECK-NEXT:   |   ^^^^^^^^^^^^
-- CHECK-NEXT: 7 |   IMMEDIATE
-- CHECK-NEXT:   |   --------- first here
-- CHECK-NEXT: rendering.sql:8:22: error[ST1108]: unknown option `hiden_columns`
-- CHECK-NEXT: 8 |   DIFFERENTIAL WITH (hiden_columns = side) AS SELECT 1;
-- CHECK-NEXT:   |                      ^^^^^^^^^^^^^
-- CHECK-NEXT:   = help: did you mean `hidden_columns`?
-- CHECK-NEXT: 8 |   DIFFERENTIAL WITH (hidden_columns = side) AS SELECT 1;
-- CHECK-NEXT:   |                      ~~~~~~~~~~~~~~
-- CHECK-NOT: {{.}}
