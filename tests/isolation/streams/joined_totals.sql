CREATE STREAM TABLE joined_totals IMMEDIATE AS
  SELECT b.boss AS above, count(*) AS n, max(p.id) AS highest
  FROM person p JOIN person b ON p.boss = b.id GROUP BY b.boss;
