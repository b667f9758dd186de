SELECT category, count(*) AS items, sum(price) AS total FROM item GROUP BY category
