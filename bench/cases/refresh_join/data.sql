-- Ten orders a customer, 997 regions.
INSERT INTO customer SELECT i, i % 997 FROM generate_series(1, :rows / 10) AS i;
INSERT INTO orders SELECT i, 1 + i % (:rows / 10), i % 7919 FROM generate_series(1, :rows) AS i;
