CREATE STREAM TABLE below_boss IMMEDIATE AS
  SELECT p.id, b.id AS boss FROM person p JOIN person b ON p.boss <= b.id AND p.boss > b.id - 2;
