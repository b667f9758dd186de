-- What an expert writes to keep these joined rows at every isolation level: statement-level triggers that take
-- the key of each joined customer by writing a row for it, then read the orders again by their keys.
--
-- Guarantees: exact at every commit in every isolation level, whatever writers run beside it. A transaction
-- that read before another one changed the customer, or another order of it, fails with 40001, because the row
-- in customer_key has another version; a lock on the customer would not tell a REPEATABLE READ transaction
-- anything. Also exact for data-modifying WITH and for user triggers that write orders again, as orders are
-- read when the statement has ended and not taken from the transition tables; no privilege on the table needed
-- by who writes the sources.
-- Relies on the foreign key, validated and not deferrable: a new customer has no orders, a removed one neither.
-- Does not: wait for transactions that are older than itself when it is installed; nothing protects the table
-- from its owner.
CREATE TABLE summary AS TABLE definition;
ALTER TABLE summary ADD PRIMARY KEY (id);
CREATE TABLE customer_key (id int PRIMARY KEY, version bigint NOT NULL) WITH (fillfactor = 50);

CREATE FUNCTION keep_insert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO public.customer_key AS k (id, version)
  SELECT DISTINCT n.customer, 0 FROM new_rows AS n ORDER BY n.customer
  ON CONFLICT (id) DO UPDATE SET version = k.version + 1;
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
  INSERT INTO public.customer_key AS k (id, version)
  SELECT d.customer, 0
  FROM (SELECT n.customer FROM new_rows AS n UNION SELECT o.customer FROM old_rows AS o) AS d
  ORDER BY d.customer
  ON CONFLICT (id) DO UPDATE SET version = k.version + 1;
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
  INSERT INTO public.customer_key AS k (id, version)
  SELECT DISTINCT o.customer, 0 FROM old_rows AS o ORDER BY o.customer
  ON CONFLICT (id) DO UPDATE SET version = k.version + 1;
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
  INSERT INTO public.customer_key AS k (id, version)
  SELECT n.id, 0 FROM new_rows AS n ORDER BY n.id
  ON CONFLICT (id) DO UPDATE SET version = k.version + 1;
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
