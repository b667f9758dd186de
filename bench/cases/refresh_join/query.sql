SELECT c.region, count(*) AS orders, sum(o.amount) AS total
FROM orders AS o JOIN customer AS c ON c.id = o.customer
GROUP BY c.region
