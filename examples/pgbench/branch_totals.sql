-- What each branch holds, kept up to date inside every transaction that moves money.
CREATE STREAM TABLE branch_totals IMMEDIATE AS
SELECT bid,
       count(*)      AS accounts,
       sum(abalance) AS balance,
       min(abalance) AS lowest,
       max(abalance) AS highest
FROM pgbench_accounts
GROUP BY bid;
