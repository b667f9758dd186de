CREATE STREAM TABLE ranges IMMEDIATE AS
SELECT category, min(price) AS lowest, max(price) AS highest FROM item GROUP BY category;
