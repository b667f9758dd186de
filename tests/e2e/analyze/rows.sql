-- Rows for the tables of schema.sql: keys that match, that do not, NULLs and duplicates.
INSERT INTO a VALUES
  (1, 'k', 1.50, 1), (1, 'k', 1.50, 1), (2, 'l', 2.25, 2), (3, NULL, 3.00, 3), (NULL, 'k', NULL, 4), (2, 'k%', 1.50, 0);
INSERT INTO b VALUES (1, 'k', 1.500, 'q'), (2, 'l', 2.250, 'Q'), (2, 'k', 9.999, NULL), (4, NULL, NULL, 'q'), (NULL, 'k', 1.5, 'r');
INSERT INTO c VALUES (1, 1.50, '2020-01-01', '{"a": 1}'), (2, 2.25, '2020-02-01', NULL), (2, 3.00, NULL, '[]'), (NULL, NULL, NULL, NULL);
INSERT INTO pk VALUES (1, 'one', 1.00), (2, 'two', 2.00), (3, NULL, NULL), (10, 'ten', 0.00);
INSERT INTO other.pk VALUES (1, 'uno'), (1, 'eins'), (2, NULL), (NULL, 'nil');
INSERT INTO t (i2, i4, i8, n, n102, f8, b, t, v, v0, c, nm, d, ts, ts3, tstz, iv, md, dp, ds, dpr, ci, tc, tg, ai, p)
SELECT g, g, g * 2, g + 0.5, g / 4.0, g, g % 2 = 0, 't' || g % 3, 'v' || g, 'v' || g % 2, 'c' || g, 'n' || g,
  date '2020-01-01' + g, timestamp '2020-01-01 10:00:00.123456' + g * interval '1 day', timestamp '2020-01-01' + g * interval '1 day',
  timestamptz '2020-01-01 00:00:00+00' + g * interval '1 day', g * interval '1 hour', (ARRAY['sad', 'ok', 'happy']::mood[])[g % 3 + 1],
  g + 1, 's' || g, g * 1.1, CASE WHEN g % 2 = 0 THEN 'T1' ELSE 't2' END, 't' || g % 2, 'g' || g, ARRAY[g, g + 1], ROW(g, 'p')::pair
FROM generate_series(0, 5) AS g;
INSERT INTO t (i4, ds) VALUES (7, 's'), (7, 's');
