-- What an expert writes to refresh these totals from changes, and nothing but these: statement-level triggers
-- keep a log, a refresh takes what it sees of the log and adds it to the groups, in one statement.
--
-- Guarantees: a change is applied exactly once, whenever its transaction commits, because the rows that are
-- deleted from the log are the rows that are applied; refreshes wait for each other.
-- Does not: refresh more than one table from one log; notice TRUNCATE (forbidden here); keep a history, know
-- its own constraints or recover by recomputing; run in anything but READ COMMITTED.
CREATE TABLE summary AS TABLE definition;
ALTER TABLE summary ALTER category SET NOT NULL, ALTER items SET NOT NULL, ALTER total SET NOT NULL;
CREATE UNIQUE INDEX ON summary (category);
CREATE TABLE item_log (category int NOT NULL, price int NOT NULL, weight int NOT NULL);

CREATE FUNCTION log_insert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO public.item_log SELECT n.category, n.price, 1 FROM new_rows AS n;
  RETURN NULL;
END
$$;

CREATE FUNCTION log_update() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO public.item_log
  SELECT o.category, o.price, -1 FROM old_rows AS o UNION ALL SELECT n.category, n.price, 1 FROM new_rows AS n;
  RETURN NULL;
END
$$;

CREATE FUNCTION log_delete() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO public.item_log SELECT o.category, o.price, -1 FROM old_rows AS o;
  RETURN NULL;
END
$$;

CREATE FUNCTION refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE feature_not_supported USING MESSAGE = 'TRUNCATE would not reach the summary';
END
$$;

CREATE TRIGGER log_insert AFTER INSERT ON item REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION log_insert();
CREATE TRIGGER log_update AFTER UPDATE ON item REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION log_update();
CREATE TRIGGER log_delete AFTER DELETE ON item REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION log_delete();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON item FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

CREATE FUNCTION refresh() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE feature_not_supported USING MESSAGE = 'the summary can only be refreshed in READ COMMITTED';
  END IF;
  LOCK TABLE public.summary IN SHARE ROW EXCLUSIVE MODE;
  -- Planned for what the log holds now.
  EXECUTE $sql$
    WITH taken AS (
      DELETE FROM public.item_log AS l RETURNING l.category, l.price, l.weight
    ), delta AS MATERIALIZED (
      SELECT t.category, sum(t.weight) AS items, sum(t.weight * t.price) AS total
      FROM taken AS t
      GROUP BY t.category
      HAVING sum(t.weight) <> 0 OR sum(t.weight * t.price) <> 0
    ), gone AS (
      DELETE FROM public.summary AS s
      USING delta AS d
      WHERE s.category = d.category AND s.items + d.items = 0
    ), changed AS (
      UPDATE public.summary AS s
      SET items = s.items + d.items, total = s.total + d.total
      FROM delta AS d
      WHERE s.category = d.category AND s.items + d.items <> 0
    )
    INSERT INTO public.summary (category, items, total)
    SELECT d.category, d.items, d.total
    FROM delta AS d
    WHERE NOT EXISTS (SELECT FROM public.summary AS s WHERE s.category = d.category)
  $sql$;
END
$$;
