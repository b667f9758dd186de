-- 997 groups, however many rows.
INSERT INTO item SELECT i, i % 997, i % 7919 FROM generate_series(1, :rows) AS i;
