CREATE TABLE item (id int PRIMARY KEY, category int NOT NULL, price int NOT NULL);
INSERT INTO item SELECT i, i % 1000, i % 7919 FROM generate_series(1, 200000) AS i;
ANALYZE item;
CREATE INDEX ON item (category, price);
