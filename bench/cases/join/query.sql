SELECT o.id, o.amount, o.customer, c.name, c.region
FROM orders AS o JOIN customer AS c ON c.id = o.customer
