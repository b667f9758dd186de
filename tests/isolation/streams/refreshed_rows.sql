CREATE STREAM TABLE refreshed_rows DIFFERENTIAL AS
  SELECT p.id, c.name, p.amount FROM purchase p JOIN customer c ON c.id = p.customer;
