CREATE STREAM TABLE left_joined IMMEDIATE AS
  SELECT p.id, p.boss, i.qty FROM person p LEFT JOIN item i ON i.purchase = p.id;
