-- RUN: verify-diagnostics %s
CREATE TABLE orders (id integer PRIMARY KEY, region integer);
-- expected-error@+1 {{ST1120: DIAMOND has no meaning for an IMMEDIATE stream table}}
CREATE STREAM TABLE a IMMEDIATE DIAMOND ATOMIC AS SELECT id FROM orders;
-- expected-error@+1 {{ST1120: `full_threshold` has no meaning for an IMMEDIATE stream table}}
CREATE STREAM TABLE a IMMEDIATE WITH (full_threshold = 0.1) AS SELECT id FROM orders;
-- expected-error@+1 {{ST1120: `full_threshold` has no meaning for a FULL stream table}}
CREATE STREAM TABLE a FULL WITH (full_threshold = 0.1) AS SELECT id FROM orders;

CREATE STREAM TABLE b IMMEDIATE AS SELECT id FROM orders;
-- expected-error@+1 {{ST1103: an IMMEDIATE stream table cannot have a SCHEDULE}}
ALTER STREAM TABLE b SET SCHEDULE '1m';
-- expected-error@+1 {{ST1103: an IMMEDIATE stream table cannot have a SCHEDULE}}
ALTER STREAM TABLE b RESET SCHEDULE;
-- expected-error@+1 {{ST1120: DIAMOND has no meaning for an IMMEDIATE stream table}}
ALTER STREAM TABLE b SET DIAMOND INDEPENDENT;
-- expected-error@+1 {{ST1120: `full_threshold` has no meaning for an IMMEDIATE stream table}}
ALTER STREAM TABLE b RESET (full_threshold);

-- Defaults of the function say nothing.
SELECT pgtrickle.create_stream_table('c', 'SELECT id FROM orders', 'calculated', 'IMMEDIATE', true, 'atomic', 'fastest');
-- expected-error@+1 {{ST1120: DIAMOND has no meaning for an IMMEDIATE stream table}}
SELECT pgtrickle.create_stream_table('d', 'SELECT id FROM orders', refresh_mode => 'IMMEDIATE', diamond_consistency => 'none');
