-- UPDATE: full
-- New and removed rows of a referenced table meet none of those that reference it; where that is not certain, they are joined.
-- RUN: tricklec compile -q --emit program %sql | awk '/^program/ {print} /^  source / {is=/customer$|place$/} is && /^    on (insert|delete)/ {print "  " $0; getline; print "    " $0} /fkey|part_of/ {print}' | FileCheck --match-full-lines %s
CREATE TABLE customer (id integer PRIMARY KEY, name varchar(20) NOT NULL);
CREATE TABLE place (country integer, town integer, name varchar(20), PRIMARY KEY (country, town));
CREATE TABLE orders (id integer PRIMARY KEY, customer integer REFERENCES customer, country integer, town integer,
  FOREIGN KEY (country, town) REFERENCES place);
CREATE TABLE loose (id integer PRIMARY KEY, customer integer REFERENCES customer DEFERRABLE);
CREATE INDEX ON orders (customer);
CREATE INDEX ON orders (country, town);
CREATE INDEX ON loose (customer);
CREATE STREAM TABLE named IMMEDIATE AS
  SELECT o.id, c.name FROM orders o JOIN customer c ON c.id = o.customer;
CREATE STREAM TABLE counted IMMEDIATE AS
  SELECT c.name, count(*) AS n FROM customer c, orders o WHERE o.customer = c.id AND o.country > 1 GROUP BY c.name;
CREATE STREAM TABLE placed IMMEDIATE AS
  SELECT o.id, p.name FROM orders o JOIN place p ON p.country = o.country AND p.town = o.town;
CREATE STREAM TABLE by_part IMMEDIATE AS
  SELECT o.id, p.name FROM orders o JOIN place p ON p.country = o.country;
CREATE STREAM TABLE deferrable_key IMMEDIATE AS
  SELECT l.id, c.name FROM loose l JOIN customer c ON c.id = l.customer;
CREATE STREAM TABLE other_branch IMMEDIATE AS
  SELECT o.id, c.name FROM orders o JOIN customer c ON c.id = o.customer UNION ALL SELECT id, name FROM customer;
CREATE STREAM TABLE twice IMMEDIATE AS
  SELECT o.id, c.name, d.name AS other FROM orders o JOIN customer c ON c.id = o.customer JOIN customer d ON d.id <> c.id;

-- CHECK: program public.named
-- CHECK-NEXT:       on insert
-- CHECK-NEXT:           lock join keys
-- CHECK-NEXT:       on delete
-- CHECK-NEXT:           lock join keys
-- CHECK-NEXT:   fact public.orders orders_customer_fkey: rows added to public.customer, or removed, are joined to none, protected by fingerprint
-- CHECK-NEXT: program public.counted
-- CHECK-NEXT:       on insert
-- CHECK-NEXT:           lock join keys
-- CHECK-NEXT:       on delete
-- CHECK-NEXT:           lock join keys
-- CHECK-NEXT:   fact public.orders orders_customer_fkey: rows added to public.customer, or removed, are joined to none, protected by fingerprint
-- CHECK-NEXT: program public.placed
-- CHECK-NEXT:       on insert
-- CHECK-NEXT:           lock join keys
-- CHECK-NEXT:       on delete
-- CHECK-NEXT:           lock join keys
-- CHECK-NEXT:   fact public.orders orders_country_town_fkey: rows added to public.place, or removed, are joined to none, protected by fingerprint
-- CHECK-NEXT: program public.by_part
-- CHECK-NEXT:       on insert
-- CHECK-NEXT:           delta
-- CHECK-NEXT:       on delete
-- CHECK-NEXT:           lock join keys
-- CHECK-NEXT: program public.deferrable_key
-- CHECK-NEXT:       on insert
-- CHECK-NEXT:           delta
-- CHECK-NEXT:       on delete
-- CHECK-NEXT:           lock join keys
-- CHECK-NEXT: program public.other_branch
-- CHECK-NEXT:       on insert
-- CHECK-NEXT:           delta
-- CHECK-NEXT:       on delete
-- CHECK-NEXT:           apply rows by image: delete
-- CHECK-NEXT: program public.twice
-- CHECK-NEXT:       on insert
-- CHECK-NEXT:           delta
-- CHECK-NEXT:       on delete
-- CHECK-NEXT:           delta
-- CHECK-NOT: {{.}}
