-- What the tellers of each branch moved, as of the last refresh: writers only keep their changes.
CREATE STREAM TABLE branch_activity DIFFERENTIAL AS
SELECT t.bid,
       count(*)          AS transactions,
       sum(h.delta)      AS moved,
       max(abs(h.delta)) AS largest
FROM pgbench_history h
JOIN pgbench_tellers t ON t.tid = h.tid
GROUP BY t.bid;
