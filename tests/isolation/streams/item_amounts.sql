CREATE STREAM TABLE item_amounts IMMEDIATE AS
  SELECT i.qty, p.amount FROM item i JOIN purchase p ON p.id = i.purchase;
