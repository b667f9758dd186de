\set statement :statement + 1
\set id random(1, :rows)
\set amount random(1, 8000)
\if :statement = :large
UPDATE orders SET amount = amount + 1;
\else
UPDATE orders SET amount = :amount WHERE id = :id;
\endif
