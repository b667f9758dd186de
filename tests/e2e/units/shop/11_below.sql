CREATE STREAM TABLE below IMMEDIATE AS
  SELECT b.boss AS above, count(*) AS n, max(e.salary) AS highest
  FROM employee e JOIN employee b ON e.boss = b.id GROUP BY b.boss;
CREATE STREAM TABLE underpaid DIFFERENTIAL AS
  SELECT e.id, b.id AS boss FROM employee e JOIN employee b ON e.boss = b.id AND e.salary < b.salary;
