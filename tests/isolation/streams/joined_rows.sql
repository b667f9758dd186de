CREATE STREAM TABLE joined_rows IMMEDIATE AS
  SELECT p.id, c.name, p.amount FROM purchase p JOIN customer c ON c.id = p.customer;
