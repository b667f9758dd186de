-- AUTO: changes for the first, the query again for the second.
CREATE STREAM TABLE sent AS SELECT customer, sum(amount) AS total FROM sent_orders GROUP BY customer;
CREATE STREAM TABLE regulars AS
  SELECT customer, max(placed) AS latest FROM orders GROUP BY customer HAVING count(*) > 4;
