CREATE TABLE counter (id int PRIMARY KEY, n int NOT NULL);
CREATE TABLE copy (id int PRIMARY KEY, n int NOT NULL);
INSERT INTO counter VALUES (1, 0);
INSERT INTO copy TABLE counter;
