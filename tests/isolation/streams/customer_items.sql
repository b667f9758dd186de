CREATE STREAM TABLE customer_items IMMEDIATE AS
  SELECT c.name, i.qty, p.amount
  FROM customer c JOIN purchase p ON p.customer = c.id JOIN item i ON i.purchase = p.id;
