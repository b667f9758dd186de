-- UPDATE: full
-- What is wrong in a view's query is shown there, with the places that read the view.
-- RUN: not tricklec check %sql --color never 2>&1 | sed 's,^[^ ]*/,,' | FileCheck %s
CREATE TABLE a (id bigint PRIMARY KEY, x integer NOT NULL, y text, t timestamptz);
CREATE VIEW first_rows AS SELECT id, x FROM a ORDER BY id LIMIT 10;
CREATE VIEW their_sum AS SELECT sum(x) AS s FROM first_rows;
CREATE VIEW today AS SELECT id FROM a WHERE t > now();

CREATE STREAM TABLE of_view IMMEDIATE AS SELECT s FROM their_sum;
CREATE STREAM TABLE of_view_twice IMMEDIATE AS SELECT p.id FROM first_rows AS p JOIN first_rows AS q USING (id);
CREATE STREAM TABLE of_today IMMEDIATE AS SELECT id FROM today;

-- CHECK: view_errors.sql:5:65: error[ST3002]: LIMIT is not supported yet
-- CHECK-NEXT: 5 | CREATE VIEW first_rows AS SELECT id, x FROM a ORDER BY id LIMIT 10;
-- CHECK-NEXT:   |                                                                 ^^
-- CHECK-NEXT: 6 | CREATE VIEW their_sum AS SELECT sum(x) AS s FROM first_rows;
-- CHECK-NEXT:   |                                                  ---------- view `public.first_rows` is read here
-- CHECK-NEXT: 9 | CREATE STREAM TABLE of_view IMMEDIATE AS SELECT s FROM their_sum;
-- CHECK-NEXT:   |                                                        --------- view `public.their_sum` is read here
-- CHECK-NEXT: view_errors.sql:5:65: error[ST3002]: LIMIT is not supported yet
-- CHECK-NEXT:  5 | CREATE VIEW first_rows AS SELECT id, x FROM a ORDER BY id LIMIT 10;
-- CHECK-NEXT:    |                                                                 ^^
-- CHECK-NEXT: 10 | CREATE STREAM TABLE of_view_twice IMMEDIATE AS SELECT p.id FROM first_rows AS p JOIN first_rows AS q USING (id);
-- CHECK-NEXT:    |                                                                 ---------- view `public.first_rows` is read here
-- CHECK-NEXT: view_errors.sql:7:49: error[ST3102]: the result of `now()` does not depend on the row alone
-- CHECK-NEXT:  7 | CREATE VIEW today AS SELECT id FROM a WHERE t > now();
-- CHECK-NEXT:    |                                                 ^^^^^
-- CHECK-NEXT: 11 | CREATE STREAM TABLE of_today IMMEDIATE AS SELECT id FROM today;
-- CHECK-NEXT:    |                                                          ----- view `public.today` is read here
-- CHECK-NEXT:    = note: it depends on the current time
-- CHECK-NEXT:    = help: leave the comparison with the current time to the queries that read the stream table
-- CHECK-NOT: {{.}}
