-- Large movements, with the branch of the teller who made them. Writers of different tellers do not wait
-- for each other.
CREATE STREAM TABLE large_movements IMMEDIATE AS
SELECT h.tid, t.bid, h.aid, h.delta
FROM pgbench_history h
JOIN pgbench_tellers t ON t.tid = h.tid
WHERE abs(h.delta) > 4500;
