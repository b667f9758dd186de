-- tricklec runtime @VERSION@: schemas pgtrickle (functions and catalog), pgtrickle_changes, pgtrickle_state
-- and pgtrickle_impl. Plain SQL and plpgsql for PostgreSQL 15 and later; needs no extension and no
-- superuser, only the right to create schemas in this database. Run it in one transaction.

DO $settings$
BEGIN
  -- Both live as long as their transaction: they are gone if the statements commit one by one.
  PERFORM pg_catalog.set_config('pgtrickle.installing', pg_catalog.pg_current_xact_id()::text, true);
  PERFORM pg_catalog.set_config('pgtrickle.installer_search_path', pg_catalog.current_setting('search_path'), true);
  -- Bodies of SQL functions and defaults are resolved while they are created.
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
END
$settings$;

DO $preflight$
BEGIN
  IF pg_catalog.current_setting('server_version_num')::int < 150000 THEN
    RAISE feature_not_supported USING
      MESSAGE = pg_catalog.format('the stream table runtime needs PostgreSQL 15 or later, this server is %s',
                                  pg_catalog.current_setting('server_version'));
  END IF;
  IF pg_catalog.current_setting('pgtrickle.installing', true)
     IS DISTINCT FROM pg_catalog.pg_current_xact_id()::text THEN
    RAISE active_sql_transaction USING
      MESSAGE = 'the stream table runtime must be installed in one transaction',
      HINT = 'Run the file with psql --single-transaction, or use tricklec apply.';
  END IF;
  IF pg_catalog.to_regclass('pgtrickle.pgt_runtime') IS NOT NULL THEN
    RAISE duplicate_schema USING
      MESSAGE = pg_catalog.format('the stream table runtime is already installed in database "%s"',
                                  pg_catalog.current_database()),
      HINT = 'SELECT pgtrickle.version() shows its version; tricklec runtime upgrade brings it up to date.';
  END IF;
  IF EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'pgtrickle') THEN
    RAISE duplicate_schema USING
      MESSAGE = 'schema "pgtrickle" exists, but holds no stream table runtime',
      HINT = 'It may belong to another extension. The runtime needs schemas pgtrickle, pgtrickle_changes, pgtrickle_state and pgtrickle_impl for itself.';
  END IF;
END
$preflight$;
