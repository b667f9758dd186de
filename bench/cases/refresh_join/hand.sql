-- What an expert writes to refresh these totals from changes, and nothing but these: statement-level triggers
-- keep a log for each table, a refresh takes what it sees of both and multiplies it out, in one statement:
-- changed orders with the customers as they are now, all orders as they are now with the changed customers, less
-- what both terms counted.
--
-- Guarantees: a change is applied exactly once, whenever its transaction commits, because one snapshot shows the
-- tables and the rows that are deleted from the logs; refreshes wait for each other.
-- Does not: refresh more than one table from one log; notice TRUNCATE (forbidden here); keep a history, know
-- its own constraints or recover by recomputing; run in anything but READ COMMITTED.
CREATE TABLE summary AS TABLE definition;
ALTER TABLE summary ALTER region SET NOT NULL, ALTER orders SET NOT NULL, ALTER total SET NOT NULL;
CREATE UNIQUE INDEX ON summary (region);
CREATE TABLE orders_log (customer int NOT NULL, amount int NOT NULL, weight int NOT NULL);
CREATE TABLE customer_log (id int NOT NULL, region int NOT NULL, weight int NOT NULL);

CREATE FUNCTION log_orders_insert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO public.orders_log SELECT n.customer, n.amount, 1 FROM new_rows AS n;
  RETURN NULL;
END
$$;

CREATE FUNCTION log_orders_update() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO public.orders_log
  SELECT o.customer, o.amount, -1 FROM old_rows AS o UNION ALL SELECT n.customer, n.amount, 1 FROM new_rows AS n;
  RETURN NULL;
END
$$;

CREATE FUNCTION log_orders_delete() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO public.orders_log SELECT o.customer, o.amount, -1 FROM old_rows AS o;
  RETURN NULL;
END
$$;

CREATE FUNCTION log_customer_insert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO public.customer_log SELECT n.id, n.region, 1 FROM new_rows AS n;
  RETURN NULL;
END
$$;

CREATE FUNCTION log_customer_update() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO public.customer_log
  SELECT o.id, o.region, -1 FROM old_rows AS o UNION ALL SELECT n.id, n.region, 1 FROM new_rows AS n;
  RETURN NULL;
END
$$;

CREATE FUNCTION log_customer_delete() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO public.customer_log SELECT o.id, o.region, -1 FROM old_rows AS o;
  RETURN NULL;
END
$$;

CREATE FUNCTION refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE feature_not_supported USING MESSAGE = 'TRUNCATE would not reach the summary';
END
$$;

CREATE TRIGGER log_insert AFTER INSERT ON orders REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION log_orders_insert();
CREATE TRIGGER log_update AFTER UPDATE ON orders REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION log_orders_update();
CREATE TRIGGER log_delete AFTER DELETE ON orders REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION log_orders_delete();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON orders FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER log_insert AFTER INSERT ON customer REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION log_customer_insert();
CREATE TRIGGER log_update AFTER UPDATE ON customer REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION log_customer_update();
CREATE TRIGGER log_delete AFTER DELETE ON customer REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION log_customer_delete();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON customer FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

CREATE FUNCTION refresh() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE feature_not_supported USING MESSAGE = 'the summary can only be refreshed in READ COMMITTED';
  END IF;
  LOCK TABLE public.summary IN SHARE ROW EXCLUSIVE MODE;
  -- Planned for what the logs hold now.
  EXECUTE $sql$
    WITH orders_taken AS (
      DELETE FROM public.orders_log AS l RETURNING l.customer, l.amount, l.weight
    ), customer_taken AS (
      DELETE FROM public.customer_log AS l RETURNING l.id, l.region, l.weight
    ), delta AS MATERIALIZED (
      SELECT q.region, sum(q.weight) AS orders, sum(q.weight * q.amount) AS total
      FROM (
        SELECT c.region, o.amount, o.weight
        FROM orders_taken AS o JOIN public.customer AS c ON c.id = o.customer
        UNION ALL
        SELECT c.region, o.amount, c.weight
        FROM customer_taken AS c JOIN public.orders AS o ON o.customer = c.id
        UNION ALL
        SELECT c.region, o.amount, -c.weight * o.weight
        FROM customer_taken AS c JOIN orders_taken AS o ON o.customer = c.id
      ) AS q
      GROUP BY q.region
      HAVING sum(q.weight) <> 0 OR sum(q.weight * q.amount) <> 0
    ), gone AS (
      DELETE FROM public.summary AS s
      USING delta AS d
      WHERE s.region = d.region AND s.orders + d.orders = 0
    ), changed AS (
      UPDATE public.summary AS s
      SET orders = s.orders + d.orders, total = s.total + d.total
      FROM delta AS d
      WHERE s.region = d.region AND s.orders + d.orders <> 0
    )
    INSERT INTO public.summary (region, orders, total)
    SELECT d.region, d.orders, d.total
    FROM delta AS d
    WHERE NOT EXISTS (SELECT FROM public.summary AS s WHERE s.region = d.region)
  $sql$;
END
$$;
