CREATE STREAM TABLE by_region IMMEDIATE AS
  SELECT region, count(*) AS n, sum(amount) AS total FROM sale GROUP BY region;
CREATE STREAM TABLE levels DIFFERENTIAL AS
  SELECT total / 100 AS level, count(*) AS regions, sum(n) AS n FROM by_region GROUP BY total / 100;
CREATE STREAM TABLE level_sales DIFFERENTIAL AS
  SELECT s.id, l.regions FROM sale s JOIN levels l ON l.level = s.amount / 10;
