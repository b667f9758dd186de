-- after: 01_customer_totals
-- Of two stream tables over orders this one has to be maintained after the one that it reads.
CREATE STREAM TABLE beside_totals IMMEDIATE AS
  SELECT o.id, o.amount, t.total, t.latest FROM orders o JOIN customer_totals t ON t.customer = o.customer;
