CREATE STREAM TABLE keyed_rows IMMEDIATE AS
  SELECT id, region, amount
  FROM sale WHERE amount > 0;
