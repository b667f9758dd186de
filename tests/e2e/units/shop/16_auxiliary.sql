CREATE STREAM TABLE busy_customers IMMEDIATE AS
  SELECT customer, count(*) AS orders FROM orders GROUP BY customer HAVING sum(amount) > 100;
CREATE STREAM TABLE order_sizes IMMEDIATE AS
  SELECT orders, count(*) AS customers FROM (SELECT customer, count(*) AS orders FROM orders GROUP BY customer) c
  GROUP BY orders;
