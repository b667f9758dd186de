CREATE STREAM TABLE customer_totals IMMEDIATE AS
  SELECT customer, count(*) AS orders, sum(amount) AS total, max(placed) AS latest
  FROM orders GROUP BY customer;
COMMENT ON TABLE customer_totals IS 'what each customer ordered';
GRANT SELECT ON customer_totals TO units_reader;
