CREATE STREAM TABLE groups_anchored_recomputed IMMEDIATE AS
  SELECT label, sum(ratio) AS total, max(amount) AS high
  FROM sale GROUP BY label;
