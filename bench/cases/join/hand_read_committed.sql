-- The same for transactions that are all READ COMMITTED: a share lock on the joined customer in place of a row
-- that is written, which costs less and lets orders of one customer change at the same time.
--
-- Guarantees: what hand.sql does, but in READ COMMITTED only, and refuses everything else: after a lock that
-- was given up a REPEATABLE READ transaction would go on with what it read before, and be silently wrong.
-- A customer needs no lock here: whoever updates it holds the lock that conflicts.
CREATE TABLE summary AS TABLE definition;
ALTER TABLE summary ADD PRIMARY KEY (id);

CREATE FUNCTION keep_insert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF pg_catalog.current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE feature_not_supported USING MESSAGE = 'orders can only be changed in READ COMMITTED transactions';
  END IF;
  PERFORM FROM public.customer AS c
  WHERE c.id IN (SELECT n.customer FROM new_rows AS n)
  ORDER BY c.id FOR SHARE;
  INSERT INTO public.summary (id, amount, customer, name, region)
  SELECT o.id, o.amount, o.customer, c.name, c.region
  FROM new_rows AS n JOIN public.orders AS o ON o.id = n.id JOIN public.customer AS c ON c.id = o.customer
  ORDER BY o.id
  ON CONFLICT (id) DO UPDATE
    SET amount = excluded.amount, customer = excluded.customer, name = excluded.name, region = excluded.region;
  RETURN NULL;
END
$$;

CREATE FUNCTION keep_update() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF pg_catalog.current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE feature_not_supported USING MESSAGE = 'orders can only be changed in READ COMMITTED transactions';
  END IF;
  PERFORM FROM public.customer AS c
  WHERE c.id IN (SELECT n.customer FROM new_rows AS n)
  ORDER BY c.id FOR SHARE;
  WITH gone AS (
    DELETE FROM public.summary AS s
    USING old_rows AS o
    WHERE s.id = o.id AND NOT EXISTS (SELECT FROM public.orders AS n WHERE n.id = o.id)
  )
  INSERT INTO public.summary (id, amount, customer, name, region)
  SELECT o.id, o.amount, o.customer, c.name, c.region
  FROM new_rows AS n JOIN public.orders AS o ON o.id = n.id JOIN public.customer AS c ON c.id = o.customer
  ORDER BY o.id
  ON CONFLICT (id) DO UPDATE
    SET amount = excluded.amount, customer = excluded.customer, name = excluded.name, region = excluded.region;
  RETURN NULL;
END
$$;

CREATE FUNCTION keep_delete() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF pg_catalog.current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE feature_not_supported USING MESSAGE = 'orders can only be changed in READ COMMITTED transactions';
  END IF;
  DELETE FROM public.summary AS s
  USING old_rows AS o
  WHERE s.id = o.id AND NOT EXISTS (SELECT FROM public.orders AS n WHERE n.id = o.id);
  RETURN NULL;
END
$$;

CREATE FUNCTION keep_customer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF pg_catalog.current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE feature_not_supported USING MESSAGE = 'orders can only be changed in READ COMMITTED transactions';
  END IF;
  UPDATE public.summary AS s
  SET name = c.name, region = c.region
  FROM new_rows AS n JOIN public.customer AS c ON c.id = n.id JOIN public.orders AS o ON o.customer = c.id
  WHERE s.id = o.id;
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

REVOKE ALL ON FUNCTION keep_insert(), keep_update(), keep_delete(), keep_customer(), keep_truncate() FROM PUBLIC;
CREATE TRIGGER keep_insert AFTER INSERT ON orders REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION keep_insert();
CREATE TRIGGER keep_update AFTER UPDATE ON orders REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION keep_update();
CREATE TRIGGER keep_delete AFTER DELETE ON orders REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION keep_delete();
CREATE TRIGGER keep_truncate AFTER TRUNCATE ON orders FOR EACH STATEMENT EXECUTE FUNCTION keep_truncate();
CREATE TRIGGER keep_customer AFTER UPDATE ON customer REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION keep_customer();
