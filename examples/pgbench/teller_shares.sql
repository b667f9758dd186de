-- Each teller beside its branch. Two tables change in every transaction; writers of different branches do
-- not wait for each other.
CREATE STREAM TABLE teller_shares IMMEDIATE AS
SELECT t.tid, t.bid, t.tbalance, b.bbalance
FROM pgbench_tellers t
JOIN pgbench_branches b ON b.bid = t.bid;
