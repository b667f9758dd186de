\set id random(1, :rows)
\set price random(1, 8000)
UPDATE item SET price = :price WHERE id = :id;
