-- One row in :every: of ten, eight get another price, one goes, and one comes.
UPDATE item SET price = price + 7 WHERE id % :every = :round % :every AND id / :every % 10 < 8;
WITH gone AS (
  DELETE FROM item WHERE id % :every = :round % :every AND id / :every % 10 = 8 RETURNING id, category, price
)
INSERT INTO item SELECT g.id + 1000000 * :round + 10000000, g.category, g.price + 1 FROM gone AS g;
