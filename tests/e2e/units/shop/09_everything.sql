-- after: 04_notes 03_region_totals
CREATE STREAM TABLE reports.everything DIFFERENTIAL AS
  SELECT 'note' AS kind, id AS number, note AS text FROM reports.notes
  UNION ALL SELECT 'region', orders, region FROM region_totals
  UNION ALL SELECT 'sent', id, note FROM sent_orders;
