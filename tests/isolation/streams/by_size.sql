CREATE STREAM TABLE by_size IMMEDIATE AS
  SELECT n::text AS size, string_agg(region::text, ',' ORDER BY region) AS regions, max(total) AS highest
  FROM by_region GROUP BY n::text;
