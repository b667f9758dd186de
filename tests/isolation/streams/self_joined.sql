CREATE STREAM TABLE self_joined IMMEDIATE AS
  SELECT p.id, b.id AS boss FROM person p JOIN person b ON p.boss = b.id;
