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

CREATE FUNCTION pgtrickle.call_refresh(pgt_id bigint, role text) RETURNS pgtrickle.refresh_counts
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _function regprocedure;
  _name name;
  _previous text := coalesce(current_setting('pgtrickle.maintenance', true), '');
  _counts pgtrickle.refresh_counts;
BEGIN
  SELECT to_regprocedure(o.identity) INTO _function FROM pgtrickle.pgt_objects o
    WHERE o.pgt_id = call_refresh.pgt_id AND o.role = call_refresh.role;
  PERFORM pgtrickle.require_generated_function(call_refresh.pgt_id, _function, 'pgtrickle.refresh_counts', '{bigint}');
  PERFORM set_config('pgtrickle.maintenance', 'on', true);
  SELECT p.proname INTO _name FROM pg_proc p WHERE p.oid = _function;
  EXECUTE format('SELECT c.rows_inserted, c.rows_updated, c.rows_deleted, c.delta_rows FROM pgtrickle_impl.%I($1) c', _name)
    INTO _counts.rows_inserted, _counts.rows_updated, _counts.rows_deleted, _counts.delta_rows USING call_refresh.pgt_id;
  PERFORM set_config('pgtrickle.maintenance', _previous, true);
  RETURN _counts;
END
$body$;
COMMENT ON FUNCTION pgtrickle.call_refresh(bigint, text) IS 'calls the generated function of a differential or a full refresh';

CREATE FUNCTION pgtrickle.call_fill(pgt_id bigint) RETURNS pgtrickle.refresh_counts
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _table regclass := (SELECT s.pgt_relid FROM pgtrickle.pgt_stream_tables s WHERE s.pgt_id = call_fill.pgt_id);
  _fill regprocedure;
  _previous text := coalesce(current_setting('pgtrickle.maintenance', true), '');
  _counts pgtrickle.refresh_counts;
BEGIN
  PERFORM pgtrickle.require_read_committed(_table);
  SELECT to_regprocedure(o.identity) INTO _fill FROM pgtrickle.pgt_objects o
    WHERE o.pgt_id = call_fill.pgt_id AND o.role = 'fill';
  PERFORM pgtrickle.require_generated_function(call_fill.pgt_id, _fill, NULL);
  PERFORM set_config('pgtrickle.maintenance', 'on', true);
  EXECUTE format('SELECT count(*) FROM %s', _table) INTO _counts.rows_deleted;
  EXECUTE format('SELECT %s', _fill);
  EXECUTE format('SELECT count(*) FROM %s', _table) INTO _counts.rows_inserted;
  PERFORM set_config('pgtrickle.maintenance', _previous, true);
  _counts.rows_updated := 0;
  _counts.delta_rows := _counts.rows_inserted + _counts.rows_deleted;
  RETURN _counts;
END
$body$;
COMMENT ON FUNCTION pgtrickle.call_fill(bigint) IS 'replaces the content of a stream table by its query''s rows; its sources must be locked or its triggers in place';

CREATE FUNCTION pgtrickle.advance_frontier(pgt_id bigint) RETURNS void
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  UPDATE pgtrickle.pgt_frontiers f
  SET snap = pg_current_snapshot(), own = pg_current_xact_id(), system_identifier = pgtrickle.this_system(),
      last = (SELECT c.last_value FROM pgtrickle_state.change c)
  WHERE f.pgt_id = advance_frontier.pgt_id;
END;
COMMENT ON FUNCTION pgtrickle.advance_frontier(bigint) IS 'everything until now counts as consumed';

CREATE FUNCTION pgtrickle.alert(pgt_id bigint, event text, source_table text DEFAULT NULL) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _name text;
BEGIN
  IF (pgtrickle.setting('notifications') = 'all'
      OR pgtrickle.setting('notifications') = 'troubles' AND event NOT IN ('refresh_completed', 'resumed'))
     AND EXISTS (SELECT FROM pgtrickle.pgt_stream_tables s
                 WHERE s.pgt_id = alert.pgt_id AND s.pgt_schema <> 'pgtrickle_state') THEN
    _name := (SELECT quote_ident(s.pgt_schema) || '.' || quote_ident(s.pgt_name) FROM pgtrickle.pgt_stream_tables s
              WHERE s.pgt_id = alert.pgt_id);
    PERFORM pg_notify('pg_trickle_alert', CASE
      WHEN source_table IS NULL THEN json_build_object('event', event, 'stream_table', _name)
      ELSE json_build_object('event', event, 'stream_table', _name, 'source_table', source_table) END::text);
  END IF;
END
$body$;
COMMENT ON FUNCTION pgtrickle.alert(bigint, text, text) IS 'notifies who listens to pg_trickle_alert of what happened to a stream table';

CREATE FUNCTION pgtrickle.record_refresh(pgt_id bigint, started timestamptz, as_of timestamptz, action text,
    fallback boolean, reason text, counts pgtrickle.refresh_counts) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _as_of timestamptz := as_of;
  _deadline timestamptz := (SELECT pgtrickle.freshness_deadline(s) FROM pgtrickle.pgt_stream_tables s
                            WHERE s.pgt_id = record_refresh.pgt_id);
BEGIN
  -- Over another stream table the content is no younger than that one's.
  SELECT least(_as_of, min(u.data_timestamp)) INTO _as_of
    FROM pgtrickle.pgt_dependencies d JOIN pgtrickle.pgt_stream_tables u ON u.pgt_relid = d.source_relid
    WHERE d.pgt_id = record_refresh.pgt_id AND u.refresh_mode <> 'IMMEDIATE';
  UPDATE pgtrickle.pgt_stream_tables s
    SET is_populated = true, status = 'ACTIVE', data_timestamp = _as_of, last_refresh_at = clock_timestamp(),
        consecutive_errors = 0, needs_reinit = false, reinit_reason = NULL, updated_at = now()
    WHERE s.pgt_id = record_refresh.pgt_id;
  INSERT INTO pgtrickle.pgt_refresh_history (pgt_id, data_timestamp, start_time, end_time, action, status,
      rows_inserted, rows_updated, rows_deleted, delta_row_count, was_full_fallback, reason, freshness_deadline)
    SELECT s.pgt_id, _as_of, started, clock_timestamp(), record_refresh.action, 'COMPLETED',
      counts.rows_inserted, counts.rows_updated, counts.rows_deleted, counts.delta_rows, fallback, record_refresh.reason, _deadline
    FROM pgtrickle.pgt_stream_tables s
    WHERE s.pgt_id = record_refresh.pgt_id
      -- Inner results are refreshed without changes, too.
      AND NOT (s.pgt_schema = 'pgtrickle_state' AND record_refresh.action = 'DIFFERENTIAL' AND counts.delta_rows = 0);
  IF action <> 'NO_DATA' THEN
    PERFORM pgtrickle.alert(record_refresh.pgt_id, 'refresh_completed');
  END IF;
END
$body$;
COMMENT ON FUNCTION pgtrickle.record_refresh(bigint, timestamptz, timestamptz, text, boolean, text, pgtrickle.refresh_counts)
  IS 'history and state of a stream table after a refresh';

CREATE FUNCTION pgtrickle.source_problem(pgt_id bigint) RETURNS text
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _nodes bigint[] := source_problem.pgt_id || ARRAY(SELECT pgtrickle.auxiliaries_of(source_problem.pgt_id));
BEGIN
  -- What makes the generated text wrong. Partitions are no such thing.
  RETURN (SELECT min(p.problem) FROM (
    SELECT CASE WHEN c.oid IS NULL THEN format('source %s was dropped', d.source_relid::oid)
                ELSE format('source %s has another name or other columns than when it was compiled', d.source_relid) END
    FROM pgtrickle.pgt_dependencies d LEFT JOIN pg_class c ON c.oid = d.source_relid
    WHERE d.pgt_id = ANY (_nodes)
      AND split_part(d.schema_fingerprint, ' ', 1)
          IS DISTINCT FROM split_part(pgtrickle.schema_fingerprint(d.source_relid, d.columns_used), ' ', 1)
    UNION ALL
    SELECT format('constraint %I of %s, which it relies on, was dropped or changed', f.constraint_name, f.relid)
    FROM pgtrickle.pgt_facts f
    WHERE f.pgt_id = ANY (_nodes)
      AND pgtrickle.fact_definition(f.relid, f.constraint_name) IS DISTINCT FROM f.definition) p(problem));
END
$body$;
COMMENT ON FUNCTION pgtrickle.source_problem(bigint) IS 'why a stream table has to be compiled again, NULL if it fits its sources';

CREATE FUNCTION pgtrickle.require_compiled(pgt_id bigint) RETURNS void
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _problem text := pgtrickle.source_problem(require_compiled.pgt_id);
BEGIN
  IF _problem IS NOT NULL THEN
    RAISE object_not_in_prerequisite_state USING
      MESSAGE = format('stream table %s has to be compiled again: %s',
        (SELECT s.pgt_relid FROM pgtrickle.pgt_stream_tables s WHERE s.pgt_id = require_compiled.pgt_id), _problem),
      HINT = 'Run tricklec upgrade with its definition.';
  END IF;
END
$body$;
COMMENT ON FUNCTION pgtrickle.require_compiled(bigint) IS 'an error unless the generated text of a stream table fits its sources';

CREATE FUNCTION pgtrickle.repair_capture(pgt_id bigint) RETURNS text
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _dependency pgtrickle.pgt_dependencies;
  _frontier pgtrickle.pgt_frontiers;
  _reason text;
BEGIN
  SELECT * INTO _frontier FROM pgtrickle.pgt_frontiers f WHERE f.pgt_id = repair_capture.pgt_id;
  FOR _dependency IN SELECT d.* FROM pgtrickle.pgt_dependencies d
                     WHERE d.pgt_id = repair_capture.pgt_id ORDER BY d.source_relid::text COLLATE "C" LOOP
    IF _dependency.schema_fingerprint
       IS DISTINCT FROM pgtrickle.schema_fingerprint(_dependency.source_relid, _dependency.columns_used) THEN
      _reason := coalesce(_reason, format('partitions of %s changed', _dependency.source_relid));
    END IF;
    IF _dependency.source_type IN ('TABLE', 'PARTITIONED_TABLE', 'STREAM_TABLE')
       AND NOT pgtrickle.is_captured(_dependency.source_relid, _dependency.columns_used) THEN
      _reason := coalesce(_reason, format('changes of %s were not captured', _dependency.source_relid));
      -- Under a snapshot from before, changes between it and the new triggers would never be seen.
      PERFORM pgtrickle.require_read_committed(
        (SELECT s.pgt_relid FROM pgtrickle.pgt_stream_tables s WHERE s.pgt_id = repair_capture.pgt_id));
      PERFORM pgtrickle.ensure_capture(_dependency.source_relid, _dependency.columns_used);
    ELSIF EXISTS (SELECT FROM pgtrickle.pgt_change_tracking k WHERE k.source_relid = _dependency.source_relid
                  AND NOT pgtrickle.is_consumed(k.complete_since, k.complete_xid, _frontier)) THEN
      _reason := coalesce(_reason, format('changes of %s were not captured for a while', _dependency.source_relid));
    END IF;
  END LOOP;
  RETURN _reason;
END
$body$;
COMMENT ON FUNCTION pgtrickle.repair_capture(bigint) IS 'puts the capture of a stream table''s sources in order; why changes may be missing, or NULL';

CREATE FUNCTION pgtrickle.full_reason(pgt_id bigint, OUT has_changes boolean, OUT reason text)
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _frontier pgtrickle.pgt_frontiers;
  _own double precision := (SELECT s.full_threshold FROM pgtrickle.pgt_stream_tables s WHERE s.pgt_id = full_reason.pgt_id);
  _threshold double precision := coalesce(_own, pgtrickle.setting('full_threshold')::double precision);
  _fewest bigint := CASE WHEN _own IS NULL THEN pgtrickle.setting('full_threshold_rows')::bigint ELSE 0 END;
  _source regclass;
  _rows double precision;
  _changes bigint;
BEGIN
  has_changes := false;
  SELECT * INTO _frontier FROM pgtrickle.pgt_frontiers f WHERE f.pgt_id = full_reason.pgt_id;
  SELECT t.source_relid INTO _source FROM pgtrickle_changes.truncations t
    JOIN pgtrickle.pgt_dependencies d ON d.source_relid = t.source_relid
    WHERE d.pgt_id = full_reason.pgt_id AND NOT pgtrickle.is_consumed(t.change_id, t.xid, _frontier)
    ORDER BY t.change_id LIMIT 1;
  IF FOUND THEN
    has_changes := true;
    reason := format('%s was truncated', _source);
    RETURN;
  END IF;
  FOR _source IN SELECT d.source_relid FROM pgtrickle.pgt_dependencies d
                 WHERE d.pgt_id = full_reason.pgt_id AND d.source_type IN ('TABLE', 'PARTITIONED_TABLE', 'STREAM_TABLE')
                 ORDER BY d.source_relid::text COLLATE "C" LOOP
    _rows := pgtrickle.estimated_rows(_source);
    -- No further than it takes to decide.
    _changes := pgtrickle.count_changes(full_reason.pgt_id, _source,
      CASE WHEN _threshold >= 1 THEN 1 ELSE greatest(_fewest, ceil(_threshold * _rows)::bigint) + 1 END);
    CONTINUE WHEN _changes = 0;
    has_changes := true;
    CONTINUE WHEN _threshold >= 1 OR _changes <= _fewest;
    IF _rows IS NULL THEN
      -- No statistics: ask the table, and for no more rows than would make the changes few.
      _changes := pgtrickle.count_changes(full_reason.pgt_id, _source, NULL);
      IF _threshold > 0 THEN
        EXECUTE format('SELECT count(*) FROM (SELECT FROM %s LIMIT $1) x', _source)
          INTO _rows USING ceil(_changes / _threshold)::bigint;
      END IF;
    END IF;
    IF _changes > _threshold * coalesce(_rows, 0) THEN
      reason := format('more than %s of the rows of %s changed', _threshold, _source);
      RETURN;
    END IF;
  END LOOP;
END
$body$;
COMMENT ON FUNCTION pgtrickle.full_reason(bigint) IS 'whether sources of a stream table changed, and why recomputing it is better than applying the changes';

CREATE FUNCTION pgtrickle.refresh_immediate(pgt_id bigint) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _stream_table pgtrickle.pgt_stream_tables;
  _start timestamptz := clock_timestamp();
  _as_of timestamptz;
BEGIN
  SELECT * INTO _stream_table FROM pgtrickle.pgt_stream_tables s WHERE s.pgt_id = refresh_immediate.pgt_id;
  PERFORM pgtrickle.require_read_committed(_stream_table.pgt_relid);
  PERFORM pgtrickle.lock_sources(refresh_immediate.pgt_id);
  PERFORM pgtrickle.require_compiled(refresh_immediate.pgt_id);
  PERFORM pgtrickle.adapt_triggers(refresh_immediate.pgt_id);
  -- Waits for writers of the sources and keeps new ones out; the statements after it see all they did.
  PERFORM pgtrickle.arm_triggers(refresh_immediate.pgt_id);
  UPDATE pgtrickle.pgt_dependencies d
    SET schema_fingerprint = pgtrickle.schema_fingerprint(d.source_relid, d.columns_used)
    WHERE d.pgt_id = refresh_immediate.pgt_id
      AND d.schema_fingerprint <> pgtrickle.schema_fingerprint(d.source_relid, d.columns_used);
  _as_of := clock_timestamp();
  PERFORM pgtrickle.record_refresh(refresh_immediate.pgt_id, _start, _as_of, 'FULL', false,
    coalesce(_stream_table.reinit_reason, 'requested'), pgtrickle.call_fill(refresh_immediate.pgt_id));
END
$body$;
COMMENT ON FUNCTION pgtrickle.refresh_immediate(bigint) IS 'repairs the triggers of an IMMEDIATE stream table and recomputes it';

CREATE FUNCTION pgtrickle.refresh_now(pgt_id bigint, always_full boolean, why text) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _stream_table pgtrickle.pgt_stream_tables;
  _start timestamptz := clock_timestamp();
  _as_of timestamptz;
  _is_valid boolean;
  _problem text;
  _action text;
  _reason text := why;
  _has_changes boolean;
  _state text;
  _message text;
  _source regclass;
  _counts pgtrickle.refresh_counts;
BEGIN
  PERFORM pgtrickle.lock_sources(refresh_now.pgt_id);
  _is_valid := pgtrickle.lock_frontier(refresh_now.pgt_id);
  -- In READ COMMITTED every statement from here on sees what was committed before the locks were there, and no
  -- TRUNCATE comes in between. So the tests below hold for the one statement that reads the changes, and what
  -- other transactions commit meanwhile only adds changes to it.
  _as_of := CASE current_setting('transaction_isolation') WHEN 'read committed' THEN clock_timestamp() ELSE now() END;
  SELECT * INTO _stream_table FROM pgtrickle.pgt_stream_tables s WHERE s.pgt_id = refresh_now.pgt_id;
  PERFORM pgtrickle.require_compiled(refresh_now.pgt_id);

  IF _stream_table.refresh_mode = 'FULL' THEN
    _action := 'FULL';
    _reason := coalesce(_reason, _stream_table.reinit_reason);
  ELSE
    -- First, whatever else: it makes missing triggers.
    _problem := pgtrickle.repair_capture(refresh_now.pgt_id);
    _reason := coalesce(_reason, CASE
      WHEN NOT _stream_table.is_populated THEN 'first refresh'
      WHEN _stream_table.needs_reinit THEN _stream_table.reinit_reason
      WHEN NOT _is_valid THEN 'its frontier belongs to another cluster'
      ELSE _problem END);
    IF _reason IS NOT NULL THEN
      _action := CASE WHEN always_full THEN 'FULL' ELSE 'REINITIALIZE' END;
      PERFORM pgtrickle.begin_anew(refresh_now.pgt_id);
    ELSE
      SELECT r.has_changes, r.reason INTO _has_changes, _reason FROM pgtrickle.full_reason(refresh_now.pgt_id) r;
      -- An inner result is always refreshed: others read their sources as of then.
      _action := CASE WHEN _reason IS NOT NULL THEN 'FULL'
                      WHEN _has_changes OR _stream_table.pgt_schema = 'pgtrickle_state' THEN 'DIFFERENTIAL'
                      ELSE 'NO_DATA' END;
    END IF;
  END IF;

  IF _action = 'NO_DATA' THEN
    _counts := ROW(0, 0, 0, 0)::pgtrickle.refresh_counts;
  ELSIF _action = 'DIFFERENTIAL' THEN
    BEGIN
      _counts := pgtrickle.call_refresh(refresh_now.pgt_id, 'differential');
    EXCEPTION WHEN OTHERS THEN
      GET STACKED DIAGNOSTICS _state = RETURNED_SQLSTATE, _message = MESSAGE_TEXT;
      -- What the whole transaction has to be retried for, and what would only happen again.
      IF left(_state, 2) IN ('40', '53', '57', '58') OR _state = '55P03' THEN
        RAISE;
      END IF;
      _action := 'FULL';
      _reason := format('the differential refresh failed: %s', _message);
    END;
  END IF;
  IF _action IN ('FULL', 'REINITIALIZE') THEN
    _counts := pgtrickle.call_refresh(refresh_now.pgt_id, 'full');
    IF _stream_table.refresh_mode = 'FULL' THEN
      -- No changes to consume; this is for refreshes with an older snapshot, which have to fail.
      PERFORM pgtrickle.advance_frontier(refresh_now.pgt_id);
    END IF;
    UPDATE pgtrickle.pgt_dependencies d
      SET schema_fingerprint = pgtrickle.schema_fingerprint(d.source_relid, d.columns_used)
      WHERE d.pgt_id = refresh_now.pgt_id
        AND d.schema_fingerprint <> pgtrickle.schema_fingerprint(d.source_relid, d.columns_used);
  END IF;
  IF _action <> 'NO_DATA' AND NOT EXISTS (SELECT FROM pgtrickle.pgt_frontiers f
      WHERE f.pgt_id = refresh_now.pgt_id AND f.own = pg_current_xact_id() AND f.system_identifier = pgtrickle.this_system()) THEN
    RAISE data_exception USING
      MESSAGE = format('the refresh of stream table %s did not advance its frontier', _stream_table.pgt_relid);
  END IF;
  PERFORM pgtrickle.record_refresh(refresh_now.pgt_id, _start, _as_of, _action,
    _stream_table.refresh_mode = 'DIFFERENTIAL' AND _action = 'FULL' AND NOT always_full, _reason, _counts);
  -- What others committed after this snapshot and before this transaction's own TRUNCATE is gone, but to the
  -- frontier it is yet to come: nothing but a snapshot from after the TRUNCATE tells the two apart.
  IF _stream_table.refresh_mode = 'DIFFERENTIAL' AND current_setting('transaction_isolation') <> 'read committed' THEN
    SELECT t.source_relid INTO _source FROM pgtrickle_changes.truncations t
      JOIN pgtrickle.pgt_dependencies d ON d.source_relid = t.source_relid
      WHERE d.pgt_id = refresh_now.pgt_id AND t.xid = pg_current_xact_id() LIMIT 1;
    IF FOUND THEN
      UPDATE pgtrickle.pgt_stream_tables s
        SET needs_reinit = true,
            reinit_reason = format('%s was truncated in a transaction whose snapshot was older', _source)
        WHERE s.pgt_id = refresh_now.pgt_id;
    END IF;
  END IF;
END
$body$;
COMMENT ON FUNCTION pgtrickle.refresh_now(bigint, boolean, text) IS 'refreshes a DIFFERENTIAL or FULL stream table by its changes, or recomputes it and says why';

CREATE FUNCTION pgtrickle.holds_off_writers(pgt_id bigint) RETURNS boolean
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT NOT EXISTS (
    SELECT FROM pgtrickle.pgt_dependencies d CROSS JOIN LATERAL pgtrickle.relation_tree(d.source_relid) t
    WHERE d.pgt_id = holds_off_writers.pgt_id
      AND NOT EXISTS (SELECT FROM pg_locks l WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.granted
                      AND l.relation = t.relid
                      AND l.database = (SELECT b.oid FROM pg_database b WHERE b.datname = current_database())
                      AND l.mode IN ('ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')));
END;
COMMENT ON FUNCTION pgtrickle.holds_off_writers(bigint) IS 'whether nobody else can change a source of a stream table before this transaction ends';

CREATE FUNCTION pgtrickle.refresh_inner_results(pgt_id bigint) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _inner bigint[] := ARRAY(SELECT pgtrickle.auxiliaries_of(refresh_inner_results.pgt_id));
  _node bigint;
BEGIN
  IF cardinality(_inner) = 0 THEN
    RETURN;
  END IF;
  IF (SELECT s.refresh_mode FROM pgtrickle.pgt_stream_tables s WHERE s.pgt_id = refresh_inner_results.pgt_id) = 'IMMEDIATE' THEN
    PERFORM pgtrickle.refresh_immediate(i.id) FROM unnest(_inner) i(id);
    RETURN;
  END IF;
  -- The refresh of the first inner result is the time as of which all sources are read. None of them may be
  -- truncated between it and those that follow, and the changes since then have to be there.
  FOREACH _node IN ARRAY _inner || refresh_inner_results.pgt_id LOOP
    PERFORM pgtrickle.lock_sources(_node);
  END LOOP;
  FOREACH _node IN ARRAY _inner[2:] || refresh_inner_results.pgt_id LOOP
    IF pgtrickle.repair_capture(_node) IS NOT NULL
       OR NOT EXISTS (SELECT FROM pgtrickle.pgt_stream_tables s JOIN pgtrickle.pgt_frontiers f ON f.pgt_id = s.pgt_id
                      WHERE s.pgt_id = _node AND s.is_populated AND NOT s.needs_reinit
                        AND f.system_identifier = pgtrickle.this_system()) THEN
      PERFORM pgtrickle.begin_anew(_node);
    END IF;
  END LOOP;
  FOREACH _node IN ARRAY _inner LOOP
    PERFORM pgtrickle.refresh_now(_node, false, NULL);
  END LOOP;
END
$body$;
COMMENT ON FUNCTION pgtrickle.refresh_inner_results(bigint) IS 'brings the stored inner results of a stream table up to date, before it is refreshed itself';

CREATE FUNCTION pgtrickle.populate(stream_table regclass) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _stream_table pgtrickle.pgt_stream_tables;
  _start timestamptz := clock_timestamp();
BEGIN
  SELECT * INTO _stream_table FROM pgtrickle.pgt_stream_tables s WHERE s.pgt_id = pgtrickle.stream_table_id(stream_table);
  PERFORM pgtrickle.require_owner(_stream_table.pgt_id);
  PERFORM pgtrickle.require_read_committed(stream_table);
  -- With inner results, of all their sources too: else they are filled as of different times.
  IF _stream_table.refresh_mode = 'DIFFERENTIAL'
     AND NOT (SELECT bool_and(pgtrickle.holds_off_writers(n.id))
              FROM unnest(_stream_table.pgt_id || ARRAY(SELECT pgtrickle.auxiliaries_of(_stream_table.pgt_id))) n(id)) THEN
    -- Captures were there before, so a source is not locked: content and frontier have to come from one statement.
    PERFORM pgtrickle.refresh_inner_results(_stream_table.pgt_id);
    PERFORM pgtrickle.refresh_now(_stream_table.pgt_id, true, 'created');
    RETURN;
  END IF;
  IF _stream_table.refresh_mode = 'DIFFERENTIAL' THEN
    PERFORM pgtrickle.lock_frontier(_stream_table.pgt_id);
    PERFORM pgtrickle.begin_anew(_stream_table.pgt_id);
  END IF;
  PERFORM pgtrickle.record_refresh(_stream_table.pgt_id, _start, clock_timestamp(), 'FULL', false, 'created',
    pgtrickle.call_fill(_stream_table.pgt_id));
  IF _stream_table.refresh_mode = 'DIFFERENTIAL' THEN
    PERFORM pgtrickle.advance_frontier(_stream_table.pgt_id);
  END IF;
END
$body$;
COMMENT ON FUNCTION pgtrickle.populate(regclass) IS 'fills a new stream table, after its triggers or the capture of its sources were made';

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
  PERFORM pgtrickle.refresh_inner_results(refresh_as_owner.pgt_id);
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
  _function name;
  _failure text;
BEGIN
  IF stream_table IS NULL THEN
    PERFORM pgtrickle.missing_stream_table(name);
  END IF;
  SELECT p.proname INTO _function FROM pg_proc p
    WHERE p.oid = pgtrickle.owner_function(pgtrickle.stream_table_id(stream_table), 'refresh');
  EXECUTE format('SELECT pgtrickle_impl.%I($1)', _function) INTO _failure USING keep_failure;
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
