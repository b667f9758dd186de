\set id random(1, :rows)
\set amount random(1, 8000)
UPDATE orders SET amount = :amount WHERE id = :id;
