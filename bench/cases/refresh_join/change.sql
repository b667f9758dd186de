-- One row in :every of both tables. Of ten orders, eight get another amount, one goes, and one comes; customers
-- move to another region, with all their orders.
UPDATE orders SET amount = amount + 7 WHERE id % :every = :round % :every AND id / :every % 10 < 8;
WITH gone AS (
  DELETE FROM orders WHERE id % :every = :round % :every AND id / :every % 10 = 8 RETURNING id, customer, amount
)
INSERT INTO orders SELECT g.id + 1000000 * :round + 10000000, g.customer, g.amount + 1 FROM gone AS g;
UPDATE customer SET region = (region + 1) % 997 WHERE id % :every = :round % :every;
