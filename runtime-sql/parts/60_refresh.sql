-- Filling and refreshing

CREATE FUNCTION pgtrickle.require_read_committed(stream_table regclass) RETURNS void
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  -- Under any other level the snapshot may be older than the locks on the sources: changes would be missed.
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE active_sql_transaction USING
      MESSAGE = format('stream table %s can only be filled in a READ COMMITTED transaction', stream_table),
      DETAIL = format('The isolation level of this transaction is %s.', upper(current_setting('transaction_isolation')));
  END IF;
END
$body$;
COMMENT ON FUNCTION pgtrickle.require_read_committed(regclass) IS 'an error in transactions whose snapshot may be older than their locks';

CREATE FUNCTION pgtrickle.fill_now(pgt_id bigint, reason text) RETURNS bigint
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _stream_table pgtrickle.pgt_stream_tables;
  _fill regprocedure;
  _previous text := coalesce(current_setting('pgtrickle.maintenance', true), '');
  _start timestamptz := clock_timestamp();
  _before bigint;
  _after bigint;
BEGIN
  SELECT * INTO _stream_table FROM pgtrickle.pgt_stream_tables s WHERE s.pgt_id = fill_now.pgt_id;
  IF _stream_table.refresh_mode <> 'IMMEDIATE' THEN
    RAISE feature_not_supported USING
      MESSAGE = format('this version of the runtime cannot refresh %s stream table %s', _stream_table.refresh_mode, _stream_table.pgt_relid);
  END IF;
  PERFORM pgtrickle.require_read_committed(_stream_table.pgt_relid);
  SELECT to_regprocedure(o.identity) INTO _fill FROM pgtrickle.pgt_objects o
    WHERE o.pgt_id = fill_now.pgt_id AND o.role = 'fill';
  PERFORM pgtrickle.require_generated_function(fill_now.pgt_id, _fill, NULL);

  PERFORM set_config('pgtrickle.maintenance', 'on', true);
  EXECUTE format('SELECT count(*) FROM %s', _stream_table.pgt_relid) INTO _before;
  EXECUTE format('SELECT %s', _fill);
  EXECUTE format('SELECT count(*) FROM %s', _stream_table.pgt_relid) INTO _after;
  PERFORM set_config('pgtrickle.maintenance', _previous, true);

  UPDATE pgtrickle.pgt_stream_tables s
    SET is_populated = true, status = 'ACTIVE', data_timestamp = _start, last_refresh_at = clock_timestamp(),
        consecutive_errors = 0, needs_reinit = false, reinit_reason = NULL, updated_at = now()
    WHERE s.pgt_id = fill_now.pgt_id;
  INSERT INTO pgtrickle.pgt_refresh_history (pgt_id, data_timestamp, start_time, end_time, action, status,
      rows_inserted, rows_updated, rows_deleted, delta_row_count, reason)
    VALUES (fill_now.pgt_id, _start, _start, clock_timestamp(), 'FULL', 'COMPLETED',
      _after, 0, _before, _after + _before, fill_now.reason);
  RETURN _after;
END
$body$;
COMMENT ON FUNCTION pgtrickle.fill_now(bigint, text) IS 'replaces the content of a stream table by its query''s rows; its sources must be locked or its triggers in place';

CREATE FUNCTION pgtrickle.populate(stream_table regclass) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _pgt_id bigint := pgtrickle.stream_table_id(stream_table);
BEGIN
  PERFORM pgtrickle.require_owner(_pgt_id);
  PERFORM pgtrickle.fill_now(_pgt_id, 'created');
END
$body$;
COMMENT ON FUNCTION pgtrickle.populate(regclass) IS 'fills a new stream table, after its triggers were made in the same transaction';

CREATE FUNCTION pgtrickle.refresh_as_owner(pgt_id bigint) RETURNS bigint
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _stream_table pgtrickle.pgt_stream_tables;
BEGIN
  PERFORM pgtrickle.require_owner(refresh_as_owner.pgt_id);
  SELECT * INTO _stream_table FROM pgtrickle.pgt_stream_tables s WHERE s.pgt_id = refresh_as_owner.pgt_id;
  IF _stream_table.status = 'SUSPENDED' THEN
    RAISE object_not_in_prerequisite_state USING
      MESSAGE = format('stream table %s is suspended', _stream_table.pgt_relid),
      HINT = format('SELECT pgtrickle.resume_stream_table(%L) resumes it.', _stream_table.pgt_relid);
  END IF;
  PERFORM pgtrickle.require_read_committed(_stream_table.pgt_relid);
  -- Waits for writers of the sources and keeps new ones out; the statements after it see all they did.
  PERFORM pgtrickle.arm_triggers(refresh_as_owner.pgt_id);
  RETURN pgtrickle.fill_now(refresh_as_owner.pgt_id, coalesce(_stream_table.reinit_reason, 'requested'));
END
$body$;
COMMENT ON FUNCTION pgtrickle.refresh_as_owner(bigint) IS 'recomputes a stream table; called by its refresh function, which runs as its owner';

CREATE FUNCTION pgtrickle.owner_function(pgt_id bigint, role text) RETURNS regprocedure
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _function regprocedure;
BEGIN
  SELECT to_regprocedure(o.identity) INTO _function FROM pgtrickle.pgt_objects o
    WHERE o.pgt_id = owner_function.pgt_id AND o.role = owner_function.role;
  PERFORM pgtrickle.require_generated_function(owner_function.pgt_id, _function, NULL);
  IF NOT has_function_privilege(_function, 'EXECUTE') THEN
    RAISE insufficient_privilege USING
      MESSAGE = format('role "%s" may not %s stream table %s', current_user, owner_function.role,
        (SELECT s.pgt_relid FROM pgtrickle.pgt_stream_tables s WHERE s.pgt_id = owner_function.pgt_id)),
      HINT = format('Its owner and members of that role may, and roles with EXECUTE on %s.', _function);
  END IF;
  RETURN _function;
END
$body$;
COMMENT ON FUNCTION pgtrickle.owner_function(bigint, text) IS 'the function that refreshes or verifies a stream table with its owner''s rights; an error if the caller may not call it';

CREATE FUNCTION pgtrickle.missing_stream_table(name text) RETURNS void
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RAISE undefined_table USING
    MESSAGE = CASE WHEN name IS NULL THEN 'the name of a stream table must not be NULL'
                   ELSE format('stream table "%s" does not exist', name) END,
    HINT = 'Names are resolved as in a query: write "Schema"."Name" with quotes where they have capitals. SELECT name FROM pgtrickle.pgt_status() lists the stream tables.';
END
$body$;
COMMENT ON FUNCTION pgtrickle.missing_stream_table(text) IS 'raises the error for an unknown stream table';

CREATE FUNCTION pgtrickle.refresh_relation(name text, stream_table regclass) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF stream_table IS NULL THEN
    PERFORM pgtrickle.missing_stream_table(name);
  END IF;
  EXECUTE format('SELECT %s', pgtrickle.owner_function(pgtrickle.stream_table_id(stream_table), 'refresh'));
END
$body$;
COMMENT ON FUNCTION pgtrickle.refresh_relation(text, regclass) IS 'refresh_stream_table after the name was resolved';

-- Functions that take a name have no search_path of their own: they resolve it as the caller's query would.
-- Their bodies are resolved here and now, so that nothing but the name depends on the caller.
CREATE FUNCTION pgtrickle.refresh_stream_table(name text) RETURNS void
  LANGUAGE sql VOLATILE
BEGIN ATOMIC
  SELECT pgtrickle.refresh_relation(refresh_stream_table.name, to_regclass(refresh_stream_table.name));
END;
COMMENT ON FUNCTION pgtrickle.refresh_stream_table(text) IS 'recomputes a stream table, with its owner''s rights; fills it and enables its triggers if it was created WITH NO DATA';

CREATE FUNCTION pgtrickle.change_refresh_right(name text, stream_table regclass, role text, granted boolean)
  RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _pgt_id bigint;
  _function regprocedure;
BEGIN
  IF stream_table IS NULL THEN
    PERFORM pgtrickle.missing_stream_table(name);
  END IF;
  _pgt_id := pgtrickle.stream_table_id(stream_table);
  PERFORM pgtrickle.require_owner(_pgt_id);
  _function := pgtrickle.owner_function(_pgt_id, 'refresh');
  IF granted THEN
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', _function, role);
  ELSE
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM %I', _function, role);
  END IF;
END
$body$;
COMMENT ON FUNCTION pgtrickle.change_refresh_right(text, regclass, text, boolean) IS 'grant_refresh and revoke_refresh after the name was resolved';

CREATE FUNCTION pgtrickle.grant_refresh(name text, role text) RETURNS void
  LANGUAGE sql VOLATILE
BEGIN ATOMIC
  SELECT pgtrickle.change_refresh_right(grant_refresh.name, to_regclass(grant_refresh.name),
                                        grant_refresh.role, true);
END;
COMMENT ON FUNCTION pgtrickle.grant_refresh(text, text) IS 'allows a role to refresh a stream table';

CREATE FUNCTION pgtrickle.revoke_refresh(name text, role text) RETURNS void
  LANGUAGE sql VOLATILE
BEGIN ATOMIC
  SELECT pgtrickle.change_refresh_right(revoke_refresh.name, to_regclass(revoke_refresh.name),
                                        revoke_refresh.role, false);
END;
COMMENT ON FUNCTION pgtrickle.revoke_refresh(text, text) IS 'takes back what grant_refresh gave';
