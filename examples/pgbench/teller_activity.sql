-- How busy each teller is, from a history table that has no key.
CREATE STREAM TABLE teller_activity IMMEDIATE AS
SELECT tid,
       count(*)                           AS transactions,
       count(*) FILTER (WHERE delta < 0)  AS withdrawals,
       avg(delta)                         AS average_amount
FROM pgbench_history
GROUP BY tid;
