-- A stream table is changed by its sources only.
-- RUN: verify-diagnostics %s

CREATE TABLE orders (id integer PRIMARY KEY, region integer NOT NULL);
CREATE STREAM TABLE totals IMMEDIATE AS SELECT region, count(*) AS n FROM orders GROUP BY region;
-- expected-error@+1 {{ST1153: INSERT into stream table `public.totals`}}
INSERT INTO totals VALUES (1, 2);
-- expected-error@+1 {{ST1153: UPDATE of stream table `public.totals`}}
UPDATE public.totals SET n = 0;
-- expected-error@+1 {{ST1153: DELETE from stream table `public.totals`}}
DELETE FROM totals;
-- expected-error@+1 {{ST1153: TRUNCATE of stream table `public.totals`}}
TRUNCATE orders, totals;
-- expected-error@+1 {{ST1153: COPY into stream table `public.totals`}}
COPY totals FROM '/tmp/x';
-- expected-error@+1 {{ST1153: MERGE into stream table `public.totals`}}
MERGE INTO totals USING orders ON false WHEN NOT MATCHED THEN DO NOTHING;
-- expected-error@+1 {{ST1153: DROP TABLE of stream table `public.totals`}}
DROP TABLE totals;
-- expected-error@+1 {{ST1153: RENAME of stream table `public.totals`}}
ALTER TABLE totals RENAME COLUMN n TO m;
-- expected-error@+1 {{ST1153: ALTER of columns of stream table `public.totals`}}
ALTER TABLE totals ADD COLUMN x integer;

-- What does not touch its content is welcome.
CREATE INDEX ON totals (n);
COMMENT ON TABLE totals IS 'x';
GRANT SELECT ON totals TO PUBLIC;
ALTER TABLE totals ENABLE ROW LEVEL SECURITY;
