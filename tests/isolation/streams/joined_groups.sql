CREATE STREAM TABLE joined_groups IMMEDIATE AS
  SELECT c.name, count(*) AS n, sum(p.amount) AS total
  FROM purchase p JOIN customer c ON c.id = p.customer GROUP BY c.name;
