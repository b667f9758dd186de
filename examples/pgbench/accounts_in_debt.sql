-- The accounts below zero. A row appears and disappears with the transaction that causes it.
CREATE STREAM TABLE accounts_in_debt IMMEDIATE AS
SELECT aid, bid, -abalance AS debt
FROM pgbench_accounts
WHERE abalance < 0;
