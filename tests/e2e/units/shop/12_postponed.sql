-- after: 01_customer_totals
CREATE STREAM TABLE postponed IMMEDIATE AS SELECT id, amount FROM orders WHERE amount > 10 WITH NO DATA;
CREATE STREAM TABLE postponed_totals DIFFERENTIAL AS
  SELECT orders, count(*) AS customers FROM customer_totals GROUP BY orders WITH NO DATA;
