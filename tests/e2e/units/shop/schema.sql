-- Sources of every kind: joined by foreign keys and without, without a key, referring to itself,
-- views over tables, types of the user's own, quoted names.
CREATE TYPE state AS ENUM ('open', 'paid', 'sent');
CREATE DOMAIN price AS numeric(10,2) CHECK (VALUE >= 0);
CREATE SCHEMA reports;
CREATE TABLE customer (
  id     integer PRIMARY KEY,
  name   text NOT NULL,
  region varchar(20) NOT NULL,
  since  date
);
CREATE TABLE orders (
  id       bigint PRIMARY KEY,
  customer integer NOT NULL REFERENCES customer ON DELETE CASCADE,
  state    state NOT NULL DEFAULT 'open',
  amount   price,
  placed   date NOT NULL DEFAULT '2026-01-01',
  note     text
);
CREATE TABLE line (order_id bigint, product text, qty integer, "Unit Price" numeric(10,2));
CREATE TABLE employee (id integer PRIMARY KEY, boss integer, salary integer);
CREATE INDEX ON customer (region);
CREATE INDEX ON orders (customer);
CREATE INDEX ON line (order_id);
CREATE INDEX ON employee (boss);
CREATE VIEW sent_orders AS SELECT id, customer, amount, note FROM orders WHERE state = 'sent';

INSERT INTO customer SELECT g, 'name ' || g, 'region ' || g % 3, '2020-01-01'::date + g FROM generate_series(1, 9) AS g;
INSERT INTO orders SELECT g, 1 + g % 9, (ARRAY['open', 'paid', 'sent'])[1 + g % 3]::state, g * 1.25, '2026-01-01'::date + g % 5,
  CASE WHEN g % 4 > 0 THEN 'note ' || g % 4 END FROM generate_series(1, 40) AS g;
INSERT INTO line SELECT 1 + g % 40, 'product ' || g % 5, g % 7, g FROM generate_series(1, 90) AS g;
INSERT INTO employee SELECT g, nullif(g / 3, 0), 1000 + g FROM generate_series(1, 20) AS g;
