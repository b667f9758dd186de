CREATE STREAM TABLE bag_rows IMMEDIATE AS
  SELECT page, seconds FROM visit;
