-- Clean-up of change buffers
--
-- Always by its own statements in READ COMMITTED, never in the snapshot of a refresh. What is deleted has been
-- consumed by every reader. Readers that are about to get their first frontier are not known yet; they write the
-- tracking rows of their sources first, as clean-up does.

CREATE FUNCTION pgtrickle.cleanup_as_owner(buffer name) RETURNS bigint
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _source regclass;
  _readers pgtrickle.pgt_frontiers[];
  _deleted bigint;
BEGIN
  UPDATE pgtrickle.pgt_change_tracking k SET tracked_by = k.tracked_by
    WHERE k.source_relid = (SELECT x.source_relid FROM pgtrickle.pgt_change_tracking x
                            WHERE x.buffer = cleanup_as_owner.buffer FOR UPDATE SKIP LOCKED)
    RETURNING k.source_relid INTO _source;
  IF NOT FOUND THEN
    RETURN NULL;  -- somebody makes a frontier over it, or cleans up already
  END IF;
  -- Most changes are older than anything that was under way when their readers took their snapshots.
  _readers := ARRAY(SELECT f FROM pgtrickle.readers_of(_source) f);
  EXECUTE format('DELETE FROM pgtrickle_changes.%I b WHERE b.__pgt_xid < $2 OR NOT EXISTS (SELECT FROM unnest($1) f WHERE NOT '
                 'CASE WHEN b.__pgt_xid = f.own THEN b.__pgt_change <= f.last '
                 'ELSE pg_visible_in_snapshot(b.__pgt_xid, f.snap) END)', cleanup_as_owner.buffer)
    USING _readers, (SELECT pg_snapshot_xmin(f.snap) FROM unnest(_readers) f ORDER BY 1 LIMIT 1);
  GET DIAGNOSTICS _deleted = ROW_COUNT;
  DELETE FROM pgtrickle_changes.truncations t
    WHERE t.source_relid = _source
      AND NOT EXISTS (SELECT FROM unnest(_readers) f WHERE NOT pgtrickle.is_consumed(t.change_id, t.xid, f));
  RETURN _deleted;
END
$body$;
COMMENT ON FUNCTION pgtrickle.cleanup_as_owner(name) IS 'deletes what was consumed of one buffer; called by its clean-up function, which runs as the source''s owner';

CREATE FUNCTION pgtrickle.cleanup_function(source regclass) RETURNS regprocedure
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  -- Only one that belongs to the source's owner: the entry could name somebody else's.
  RETURN (SELECT p.oid::regprocedure FROM pgtrickle.pgt_change_tracking k
          JOIN pg_proc p ON p.pronamespace = 'pgtrickle_impl'::regnamespace
            AND p.proname = pgtrickle.generated_name(k.source_name, '/capture/cleanup')
            AND p.pronargs = 0 AND p.prosecdef AND p.proowner = pgtrickle.source_owner(k.source_relid)
          WHERE k.source_relid = source AND has_function_privilege(p.oid, 'EXECUTE'));
END
$body$;
COMMENT ON FUNCTION pgtrickle.cleanup_function(regclass) IS 'the function that cleans up a source''s buffer, NULL if the current role may not call it';

CREATE FUNCTION pgtrickle.cleanup_buffers() RETURNS TABLE (source_table text, rows_deleted bigint)
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _name name;
  _context text;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE active_sql_transaction USING
      MESSAGE = 'change buffers can only be cleaned up in a READ COMMITTED transaction',
      DETAIL = format('The isolation level of this transaction is %s.', upper(current_setting('transaction_isolation')));
  END IF;
  FOR source_table, _name IN
      SELECT pgtrickle.relation_name(k.source_relid), p.proname
      FROM pgtrickle.pgt_change_tracking k
      CROSS JOIN LATERAL pgtrickle.cleanup_function(k.source_relid) f(function)
      JOIN pg_proc p ON p.oid = f.function
      ORDER BY k.source_name COLLATE "C" LOOP
    BEGIN
      EXECUTE format('SELECT pgtrickle_impl.%I()', _name) INTO rows_deleted;
    EXCEPTION WHEN undefined_function THEN
      GET STACKED DIAGNOSTICS _context = PG_EXCEPTION_CONTEXT;
      IF strpos(_context, 'cleanup_as_owner') > 0 THEN
        RAISE;  -- it was called, and fails itself
      END IF;
      -- The last reader was dropped meanwhile, and the capture with it; or it was just made again, and this
      -- session does not know that name yet. The next clean-up does.
      CONTINUE;
    END;
    RETURN NEXT;
  END LOOP;
END
$body$;
COMMENT ON FUNCTION pgtrickle.cleanup_buffers() IS 'deletes the captured changes that every stream table has consumed, of all sources whose buffer this role may clean up; NULL is a buffer in use';

CREATE FUNCTION pgtrickle.cleanup_history() RETURNS bigint
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _deleted bigint;
BEGIN
  -- The latest entry of a stream table stays, however old.
  DELETE FROM pgtrickle.pgt_refresh_history h
    WHERE h.start_time < now() - make_interval(secs => pgtrickle.parse_duration_seconds(pgtrickle.setting('history_retention')))
      AND EXISTS (SELECT FROM pgtrickle.pgt_refresh_history n WHERE n.pgt_id = h.pgt_id AND n.refresh_id > h.refresh_id);
  GET DIAGNOSTICS _deleted = ROW_COUNT;
  RETURN _deleted;
END
$body$;
COMMENT ON FUNCTION pgtrickle.cleanup_history() IS 'deletes old entries of the refresh history, as the setting history_retention says; for the owner of the runtime';
