CREATE STREAM TABLE groups_anchored IMMEDIATE AS
  SELECT label, count(*) AS n, sum(amount) AS total
  FROM sale GROUP BY label;
