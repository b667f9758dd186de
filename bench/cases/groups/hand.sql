-- What an expert writes to keep these totals, and nothing but these: statement-level triggers, one upsert in
-- key order, groups without rows removed.
--
-- Guarantees: exact at every commit in READ COMMITTED and SERIALIZABLE, whatever writers run beside it, since
-- additions commute and the upsert locks the group's row; user triggers that write item again; no privilege on
-- the table needed by who writes item.
-- Does not: under REPEATABLE READ a transaction may see a group twice until it commits, when another one has
-- removed it since the snapshot; MERGE and INSERT … ON CONFLICT run two of the triggers one after the other,
-- each in order, together not, and so can deadlock with each other; nothing protects the table from its owner.
CREATE TABLE summary AS TABLE definition;
ALTER TABLE summary ALTER category SET NOT NULL, ALTER items SET NOT NULL, ALTER total SET NOT NULL;
CREATE UNIQUE INDEX ON summary (category);

CREATE FUNCTION keep_insert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  empty bool;
BEGIN
  WITH merged AS (
    INSERT INTO public.summary AS s (category, items, total)
    SELECT n.category, count(*), sum(n.price) FROM new_rows AS n GROUP BY n.category ORDER BY n.category
    ON CONFLICT (category) DO UPDATE
      SET items = s.items + excluded.items, total = s.total + excluded.total
    RETURNING s.items
  )
  SELECT bool_or(m.items = 0) INTO empty FROM merged AS m;
  IF empty THEN
    DELETE FROM public.summary AS s
    WHERE s.category IN (SELECT n.category FROM new_rows AS n) AND s.items = 0 AND s.total = 0;
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION keep_update() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  empty bool;
BEGIN
  WITH merged AS (
    INSERT INTO public.summary AS s (category, items, total)
    SELECT d.category, sum(d.weight), sum(d.change)
    FROM (
      SELECT n.category, 1 AS weight, n.price AS change FROM new_rows AS n
      UNION ALL
      SELECT o.category, -1, -o.price FROM old_rows AS o
    ) AS d
    GROUP BY d.category
    HAVING sum(d.weight) <> 0 OR sum(d.change) <> 0
    ORDER BY d.category
    ON CONFLICT (category) DO UPDATE
      SET items = s.items + excluded.items, total = s.total + excluded.total
    RETURNING s.items
  )
  SELECT bool_or(m.items = 0) INTO empty FROM merged AS m;
  IF empty THEN
    DELETE FROM public.summary AS s
    WHERE s.category IN (SELECT o.category FROM old_rows AS o UNION ALL SELECT n.category FROM new_rows AS n)
      AND s.items = 0 AND s.total = 0;
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION keep_delete() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  empty bool;
BEGIN
  WITH merged AS (
    INSERT INTO public.summary AS s (category, items, total)
    SELECT o.category, -count(*), -sum(o.price) FROM old_rows AS o GROUP BY o.category ORDER BY o.category
    ON CONFLICT (category) DO UPDATE
      SET items = s.items + excluded.items, total = s.total + excluded.total
    RETURNING s.items
  )
  SELECT bool_or(m.items = 0) INTO empty FROM merged AS m;
  IF empty THEN
    DELETE FROM public.summary AS s
    WHERE s.category IN (SELECT o.category FROM old_rows AS o) AND s.items = 0 AND s.total = 0;
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION keep_truncate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  TRUNCATE public.summary;
  RETURN NULL;
END
$$;

REVOKE ALL ON FUNCTION keep_insert(), keep_update(), keep_delete(), keep_truncate() FROM PUBLIC;
CREATE TRIGGER keep_insert AFTER INSERT ON item REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION keep_insert();
CREATE TRIGGER keep_update AFTER UPDATE ON item REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION keep_update();
CREATE TRIGGER keep_delete AFTER DELETE ON item REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION keep_delete();
CREATE TRIGGER keep_truncate AFTER TRUNCATE ON item
  FOR EACH STATEMENT EXECUTE FUNCTION keep_truncate();
