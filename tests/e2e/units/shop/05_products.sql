CREATE STREAM TABLE products DIFFERENTIAL AS SELECT DISTINCT product FROM line;
CREATE STREAM TABLE lines IMMEDIATE AS SELECT order_id, product, qty FROM line WHERE qty > 0;
CREATE STREAM TABLE "Line Prices" DIFFERENTIAL AS
  SELECT product, "Unit Price", qty FROM line WHERE "Unit Price" > 3;
