\set low random(1, 199000)
UPDATE item SET price = price + 1 WHERE id BETWEEN :low AND :low + 999;
