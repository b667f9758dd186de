-- What is called to refresh: with the owner's rights, by name, several in one snapshot

CREATE FUNCTION pgtrickle.record_failure(pgt_id bigint, started timestamptz, message text) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _stream_table pgtrickle.pgt_stream_tables;
BEGIN
  UPDATE pgtrickle.pgt_stream_tables s
    SET consecutive_errors = s.consecutive_errors + 1, updated_at = now(),
        status = CASE WHEN s.consecutive_errors + 1 >= pgtrickle.setting('max_consecutive_errors')::int THEN 'SUSPENDED'
                      WHEN pgtrickle.source_problem(s.pgt_id) IS NOT NULL THEN 'ERROR'
                      ELSE s.status END
    WHERE s.pgt_id = record_failure.pgt_id
    RETURNING * INTO _stream_table;
  INSERT INTO pgtrickle.pgt_refresh_history (pgt_id, start_time, end_time, action, status, error_message)
    VALUES (record_failure.pgt_id, started, clock_timestamp(),
      CASE WHEN _stream_table.refresh_mode = 'DIFFERENTIAL' THEN 'DIFFERENTIAL' ELSE 'FULL' END, 'FAILED', message);
  PERFORM pgtrickle.alert(record_failure.pgt_id,
    CASE WHEN _stream_table.status = 'SUSPENDED' THEN 'auto_suspended' ELSE 'refresh_failed' END);
END
$body$;
COMMENT ON FUNCTION pgtrickle.record_failure(bigint, timestamptz, text) IS 'history and state of a stream table after a refresh that failed; too many in a row suspend it';

CREATE FUNCTION pgtrickle.refresh_as_owner(pgt_id bigint, keep_failure boolean) RETURNS text
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _stream_table pgtrickle.pgt_stream_tables;
  _start timestamptz := clock_timestamp();
  _state text;
  _message text;
BEGIN
  PERFORM pgtrickle.require_owner(refresh_as_owner.pgt_id);
  SELECT * INTO _stream_table FROM pgtrickle.pgt_stream_tables s WHERE s.pgt_id = refresh_as_owner.pgt_id;
  IF _stream_table.status = 'SUSPENDED' THEN
    RAISE object_not_in_prerequisite_state USING
      MESSAGE = format('stream table %s is suspended', _stream_table.pgt_relid),
      HINT = format('SELECT pgtrickle.resume_stream_table(%L) resumes it.', _stream_table.pgt_relid);
  END IF;
  IF keep_failure THEN
    BEGIN
      PERFORM pgtrickle.refresh_as_owner(refresh_as_owner.pgt_id, false);
      RETURN NULL;
    EXCEPTION WHEN OTHERS THEN
      GET STACKED DIAGNOSTICS _state = RETURNED_SQLSTATE, _message = MESSAGE_TEXT;
      -- Not the stream table's fault: the transaction is to be run again.
      IF left(_state, 2) IN ('40', '57') THEN
        RAISE;
      END IF;
    END;
    PERFORM pgtrickle.record_failure(refresh_as_owner.pgt_id, _start, _message);
    RETURN _message;
  END IF;
  IF EXISTS (SELECT FROM pgtrickle.pgt_objects o WHERE o.pgt_id = refresh_as_owner.pgt_id AND o.role = 'auxiliary') THEN
    PERFORM pgtrickle.refresh_inner_results(refresh_as_owner.pgt_id);
  END IF;
  IF _stream_table.refresh_mode = 'IMMEDIATE' THEN
    PERFORM pgtrickle.refresh_immediate(refresh_as_owner.pgt_id);
  ELSE
    PERFORM pgtrickle.refresh_now(refresh_as_owner.pgt_id, false, NULL);
  END IF;
  RETURN NULL;
END
$body$;
COMMENT ON FUNCTION pgtrickle.refresh_as_owner(bigint, boolean) IS 'refreshes a stream table; called by its refresh function, which runs as its owner';

CREATE FUNCTION pgtrickle.owner_function(pgt_id bigint, role text) RETURNS regprocedure
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _function regprocedure;
BEGIN
  SELECT to_regprocedure(o.identity) INTO _function FROM pgtrickle.pgt_objects o
    WHERE o.pgt_id = owner_function.pgt_id AND o.role = owner_function.role;
  PERFORM pgtrickle.require_generated_function(owner_function.pgt_id, _function, NULL,
    CASE WHEN owner_function.role = 'refresh' THEN '{boolean}' ELSE '{}' END::regtype[]);
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

CREATE FUNCTION pgtrickle.refresh_relation(name text, stream_table regclass, keep_failure boolean) RETURNS text
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _function regprocedure;
  _name name;
  _failure text;
BEGIN
  IF stream_table IS NULL THEN
    PERFORM pgtrickle.missing_stream_table(name);
  END IF;
  _function := pgtrickle.owner_function(pgtrickle.stream_table_id(stream_table), 'refresh');
  SELECT p.proname INTO _name FROM pg_proc p WHERE p.oid = _function;
  EXECUTE format('SELECT pgtrickle_impl.%I($1)', _name) INTO _failure USING keep_failure;
  RETURN _failure;
END
$body$;
COMMENT ON FUNCTION pgtrickle.refresh_relation(text, regclass, boolean) IS 'refresh_stream_table after the name was resolved';

CREATE FUNCTION pgtrickle.refresh_relations(names text[], stream_tables regclass[]) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _member record;
BEGIN
  IF current_setting('transaction_isolation') = 'read committed' THEN
    RAISE active_sql_transaction USING
      MESSAGE = 'a group of stream tables is refreshed in one snapshot',
      HINT = 'Begin the transaction with BEGIN ISOLATION LEVEL REPEATABLE READ.';
  END IF;
  -- Sources before what reads them, and always in the same order.
  FOR _member IN SELECT min(m.name) AS name, m.relation
                 FROM ROWS FROM (unnest(names), unnest(stream_tables)) m(name, relation)
                 GROUP BY m.relation
                 ORDER BY CASE WHEN m.relation IS NOT NULL THEN pgtrickle.trigger_rank(pgtrickle.stream_table_id(m.relation)) END NULLS FIRST,
                          m.relation::text COLLATE "C" LOOP
    PERFORM pgtrickle.refresh_relation(_member.name, _member.relation, false);
  END LOOP;
END
$body$;
COMMENT ON FUNCTION pgtrickle.refresh_relations(text[], regclass[]) IS 'refresh_group after the names were resolved';

-- Functions that take a name have no search_path of their own: they resolve it as the caller's query would.
-- Their bodies are resolved here and now, so that nothing but the name depends on the caller.
CREATE FUNCTION pgtrickle.refresh_stream_table(name text) RETURNS void
  LANGUAGE sql VOLATILE
BEGIN ATOMIC
  SELECT pgtrickle.refresh_relation(refresh_stream_table.name, to_regclass(refresh_stream_table.name), false);
END;
COMMENT ON FUNCTION pgtrickle.refresh_stream_table(text) IS 'brings a stream table up to date, with its owner''s rights';

CREATE FUNCTION pgtrickle.try_refresh(name text) RETURNS text
  LANGUAGE sql VOLATILE
BEGIN ATOMIC
  SELECT pgtrickle.refresh_relation(try_refresh.name, to_regclass(try_refresh.name), true);
END;
COMMENT ON FUNCTION pgtrickle.try_refresh(text) IS 'like refresh_stream_table, but a failure is returned and recorded in the history; NULL is success';

CREATE FUNCTION pgtrickle.refresh_group(names text[]) RETURNS void
  LANGUAGE sql VOLATILE
BEGIN ATOMIC
  SELECT pgtrickle.refresh_relations(refresh_group.names,
    ARRAY(SELECT to_regclass(n.name) FROM unnest(refresh_group.names) WITH ORDINALITY n(name, k) ORDER BY n.k));
END;
COMMENT ON FUNCTION pgtrickle.refresh_group(text[]) IS 'refreshes several stream tables in dependency order, all in the one snapshot of a REPEATABLE READ transaction';

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
