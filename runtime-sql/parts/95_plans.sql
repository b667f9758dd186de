-- Plans of lookups
--
-- A refresh looks at the catalog again and again: are the sources what they were, are their triggers in place.
-- The answers are a few rows found by index, whatever is asked for, so there is one plan for all questions. Left to
-- itself PostgreSQL plans many of these queries anew at every call, which takes longer than running them. The same goes
-- for what a refresh and clean-up write; not for what is called by them to compute rows, which has settings of its own.

DO $plans$
DECLARE
  _function regprocedure;
BEGIN
  FOR _function IN SELECT p.oid::regprocedure FROM pg_catalog.pg_proc p
                   JOIN pg_catalog.pg_language l ON l.oid = p.prolang
                   JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
                   WHERE n.nspname = 'pgtrickle' AND p.prokind = 'f' AND l.lanname = 'plpgsql'
                     AND (p.provolatile = 's' OR p.proname IN (
                       'refresh_now', 'lock_sources', 'lock_frontier', 'keep_inspection', 'record_refresh', 'alert',
                       'cleanup_buffers', 'cleanup_as_owner', 'check_catalog_row', 'check_tracking_row'))
                   ORDER BY p.oid::regprocedure::text COLLATE "C" LOOP
    EXECUTE pg_catalog.format('ALTER FUNCTION %s SET plan_cache_mode = force_generic_plan', _function);
  END LOOP;
END
$plans$;
