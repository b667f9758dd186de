-- after: 16_auxiliary
CREATE STREAM TABLE busy_regions DIFFERENTIAL AS
  SELECT c.region, count(*) AS customers FROM busy_customers b JOIN customer c ON c.id = b.customer GROUP BY c.region;
