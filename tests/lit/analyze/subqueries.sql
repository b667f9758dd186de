-- UPDATE: full
-- Subqueries in expressions become joins that neither add rows nor take any away.
-- RUN: tricklec compile -q --emit ir %sql | FileCheck --match-full-lines %s
CREATE TABLE customer (id integer PRIMARY KEY, name varchar(20) NOT NULL, region integer);
CREATE TABLE orders (id integer PRIMARY KEY, customer integer, amount integer NOT NULL);
CREATE STREAM TABLE there_is AS
  SELECT id FROM customer c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer = c.id AND o.amount > 5);
CREATE STREAM TABLE there_is_none AS
  SELECT id FROM customer c WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer = c.id);
CREATE STREAM TABLE as_a_value AS
  SELECT id, EXISTS (SELECT 1 FROM orders o WHERE o.customer = c.id) AS found FROM customer c;
CREATE STREAM TABLE among AS SELECT id FROM orders WHERE customer IN (SELECT id FROM customer WHERE region = 1);
CREATE STREAM TABLE not_among AS SELECT id FROM orders WHERE customer NOT IN (SELECT region FROM customer);
CREATE STREAM TABLE counted AS
  SELECT id, (SELECT count(*) + 1 FROM orders o WHERE o.customer = c.id) AS n FROM customer c;
CREATE STREAM TABLE looked_up AS SELECT id, (SELECT name FROM customer c WHERE c.id = o.customer) AS name FROM orders o;
CREATE STREAM TABLE listed AS SELECT id, (SELECT amount FROM orders o WHERE o.customer = c.id) AS lone FROM customer c;
CREATE STREAM TABLE compared AS
  SELECT id FROM orders o WHERE EXISTS (SELECT 1 FROM orders p WHERE p.customer = o.customer AND p.amount > o.amount);
CREATE STREAM TABLE over_groups AS
  SELECT customer, sum(amount) AS total FROM orders GROUP BY customer
  HAVING sum(amount) > (SELECT max(region) FROM customer c WHERE c.id = customer);
CREATE STREAM TABLE uncorrelated AS
  SELECT id FROM customer WHERE region > (SELECT avg(amount) FROM orders) OR EXISTS (SELECT FROM orders WHERE amount = 1);

-- CHECK: stream table public.there_is
-- CHECK-NEXT: project [id#10 := id#1]
-- CHECK-NEXT:   join on customer#8 = id#1
-- CHECK-NEXT:     scan public.customer as c [id#1]
-- CHECK-NEXT:     aggregate by [customer#8 := customer#5] compute []
-- CHECK-NEXT:       filter amount#6 > 5
-- CHECK-NEXT:         scan public.orders as o [customer#5, amount#6]
-- CHECK-NEXT: stream table public.there_is_none
-- CHECK-NEXT: project [id#10 := id#1]
-- CHECK-NEXT:   filter found#9 IS NULL
-- CHECK-NEXT:     left join on customer#8 = id#1
-- CHECK-NEXT:       scan public.customer as c [id#1]
-- CHECK-NEXT:       project [found#9 := true, customer#8]
-- CHECK-NEXT:         aggregate by [customer#8 := customer#5] compute []
-- CHECK-NEXT:           scan public.orders as o [customer#5]
-- CHECK-NEXT: stream table public.as_a_value
-- CHECK-NEXT: project [id#10 := id#1, found#11 := found#9 IS NOT NULL]
-- CHECK-NEXT:   left join on customer#8 = id#1
-- CHECK-NEXT:     scan public.customer as c [id#1]
-- CHECK-NEXT:     project [found#9 := true, customer#8]
-- CHECK-NEXT:       aggregate by [customer#8 := customer#5] compute []
-- CHECK-NEXT:         scan public.orders as o [customer#5]
-- CHECK-NEXT: stream table public.among
-- CHECK-NEXT: project [id#10 := id#1]
-- CHECK-NEXT:   join on customer#2 = id#4
-- CHECK-NEXT:     scan public.orders as orders [id#1, customer#2]
-- CHECK-NEXT:     filter region#6 = 1
-- CHECK-NEXT:       scan public.customer as customer [id#4, region#6]
-- CHECK-NEXT: stream table public.not_among
-- CHECK-NEXT: project [id#20 := id#1]
-- CHECK-NEXT:   join on NOT CASE WHEN found#9 IS NOT NULL THEN true WHEN found#14 OR ((customer#2 IS NULL) AND found#19) THEN NULL::boolean ELSE false END
-- CHECK-NEXT:     cross join
-- CHECK-NEXT:       left join on customer#2 = region#8
-- CHECK-NEXT:         scan public.orders as orders [id#1, customer#2]
-- CHECK-NEXT:         project [found#9 := true, region#8]
-- CHECK-NEXT:           aggregate by [region#8 := region#6] compute []
-- CHECK-NEXT:             scan public.customer as customer [region#6]
-- CHECK-NEXT:       aggregate by [found#14 := rows#13 > 0] compute []
-- CHECK-NEXT:         aggregate all rows compute [rows#13 := count(*)]
-- CHECK-NEXT:           filter region#12 IS NULL
-- CHECK-NEXT:             scan public.customer as customer_2 [region#12]
-- CHECK-NEXT:     aggregate by [found#19 := rows#18 > 0] compute []
-- CHECK-NEXT:       aggregate all rows compute [rows#18 := count(*)]
-- CHECK-NEXT:         scan public.customer as customer_3 []
-- CHECK-NEXT: stream table public.counted
-- CHECK-NEXT: project [id#10 := id#1, n#11 := COALESCE(count#7, 0) + 1]
-- CHECK-NEXT:   left join on customer#9 = id#1
-- CHECK-NEXT:     scan public.customer as c [id#1]
-- CHECK-NEXT:     aggregate by [customer#9 := customer#5] compute [count#7 := count(*)]
-- CHECK-NEXT:       scan public.orders as o [customer#5]
-- CHECK-NEXT: stream table public.looked_up
-- CHECK-NEXT: project [id#10 := id#1, name#11 := name#5]
-- CHECK-NEXT:   left join on id#4 = customer#2
-- CHECK-NEXT:     scan public.orders as o [id#1, customer#2]
-- CHECK-NEXT:     scan public.customer as c [id#4, name#5]
-- CHECK-NEXT: stream table public.listed
-- CHECK-NEXT: project [id#10 := id#1, lone#11 := (SELECT unnest(values#9))]
-- CHECK-NEXT:   left join on customer#8 = id#1
-- CHECK-NEXT:     scan public.customer as c [id#1]
-- CHECK-NEXT:     aggregate by [customer#8 := customer#5] compute [values#9 := array_agg(amount#6)]
-- CHECK-NEXT:       scan public.orders as o [customer#5, amount#6]
-- CHECK-NEXT: stream table public.compared
-- CHECK-NEXT: project [id#16 := id#1]
-- CHECK-NEXT:   join on (amount#3 = amount#13) AND (customer#2 = customer#14)
-- CHECK-NEXT:     scan public.orders as o [id#1, customer#2, amount#3]
-- CHECK-NEXT:     aggregate by [amount#13 := amount#10, customer#14 := customer#9] compute []
-- CHECK-NEXT:       join on (amount#6 > amount#10) AND (customer#5 = customer#9)
-- CHECK-NEXT:         scan public.orders as o_2 [customer#9, amount#10]
-- CHECK-NEXT:         scan public.orders as p [customer#5, amount#6]
-- CHECK-NEXT: stream table public.over_groups
-- CHECK-NEXT: project [customer#12 := customer#5, total#13 := sum#4]
-- CHECK-NEXT:   join on (id#11 = customer#5) AND (sum#4 > max#9)
-- CHECK-NEXT:     aggregate by [customer#5 := customer#2] compute [sum#4 := sum(amount#3)]
-- CHECK-NEXT:       scan public.orders as orders [customer#2, amount#3]
-- CHECK-NEXT:     aggregate by [id#11 := id#6] compute [max#9 := max(region#8)]
-- CHECK-NEXT:       scan public.customer as c [id#6, region#8]
-- CHECK-NEXT: stream table public.uncorrelated
-- CHECK-NEXT: project [id#14 := id#1]
-- CHECK-NEXT:   join on (region#3 > avg#7) OR found#13
-- CHECK-NEXT:     cross join
-- CHECK-NEXT:       scan public.customer as customer [id#1, region#3]
-- CHECK-NEXT:       aggregate all rows compute [avg#7 := avg(amount#6)]
-- CHECK-NEXT:         scan public.orders as orders [amount#6]
-- CHECK-NEXT:     aggregate by [found#13 := rows#12 > 0] compute []
-- CHECK-NEXT:       aggregate all rows compute [rows#12 := count(*)]
-- CHECK-NEXT:         filter amount#11 = 1
-- CHECK-NEXT:           scan public.orders as orders_2 [amount#11]
-- CHECK-NOT: {{.}}
