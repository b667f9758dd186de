CREATE STREAM TABLE order_details IMMEDIATE AS
  SELECT o.id, c.name, c.region, o.amount FROM orders o JOIN customer c ON c.id = o.customer;
CREATE INDEX order_details_by_region ON order_details (region);
