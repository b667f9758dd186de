CREATE STREAM TABLE keyless_pairs IMMEDIATE AS
  SELECT count(*) AS n, sum(a.qty * b.qty) AS total FROM item a JOIN item b ON a.purchase = b.purchase;
