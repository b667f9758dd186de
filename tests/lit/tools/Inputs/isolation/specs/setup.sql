CREATE TABLE counter (n int);
CREATE TABLE copy (n int, __pgt_hidden int);
INSERT INTO counter VALUES (1);
INSERT INTO copy VALUES (1, 7);
