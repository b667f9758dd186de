INSERT INTO orders SELECT max(id) + 1, 3, 'sent', 70, '2026-01-03', NULL FROM orders;
UPDATE orders SET amount = amount + 1, state = 'paid' WHERE id % 5 = 0;
UPDATE orders SET note = coalesce(note || '!', 'late') WHERE id % 6 = 0;
DELETE FROM orders WHERE id = (SELECT min(id) FROM orders);
UPDATE customer SET region = 'region ' || length(name) % 4, name = name || '+' WHERE id IN (2, 3);
INSERT INTO line SELECT order_id + 1, product, qty + 1, "Unit Price" FROM line WHERE qty = 5;
DELETE FROM line WHERE qty = 2;
UPDATE employee SET boss = 1 + (id + salary) % 7, salary = salary + 100 WHERE id % 4 = 0;
