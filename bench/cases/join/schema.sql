CREATE TABLE customer (id int PRIMARY KEY, name text NOT NULL, region int NOT NULL);
CREATE TABLE orders (
  id int PRIMARY KEY,
  customer int NOT NULL REFERENCES customer,
  amount int NOT NULL
);
CREATE INDEX ON orders (customer);
