\set statement :statement + 1
\set id random(1, :rows)
\set price random(1, 8000)
\if :statement = :large
UPDATE item SET price = price + 1;
\else
UPDATE item SET price = :price WHERE id = :id;
\endif
