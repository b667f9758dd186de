UPDATE pgbench_accounts SET abalance = abalance + 30 * (aid % 3) - 30;
INSERT INTO pgbench_history SELECT 1 + g % 6, 1, g, g * 900, now(), '' FROM generate_series(1, 9) AS g;
DELETE FROM pgbench_history WHERE delta BETWEEN 0 AND 2000;
UPDATE pgbench_tellers SET bid = 3 - bid WHERE tid < 3;
