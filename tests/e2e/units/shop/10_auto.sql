-- AUTO, with and without something that has to be stored beside; the last is the query again at every refresh.
CREATE STREAM TABLE sent AS SELECT customer, sum(amount) AS total FROM sent_orders GROUP BY customer;
CREATE STREAM TABLE regulars AS
  SELECT customer, max(placed) AS latest FROM orders GROUP BY customer HAVING count(*) > 4;
CREATE STREAM TABLE customer_shares AS
  SELECT c.name, t.total FROM customer c
  JOIN (SELECT customer, sum(amount) AS total FROM orders GROUP BY customer) t ON t.customer = c.id;
