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
  _wanted text := pgtrickle.setting('notifications');
  _name text;
BEGIN
  IF _wanted = 'all' OR _wanted = 'troubles' AND event NOT IN ('refresh_completed', 'resumed') THEN
    SELECT quote_ident(s.pgt_schema) || '.' || quote_ident(s.pgt_name) INTO _name FROM pgtrickle.pgt_stream_tables s
      WHERE s.pgt_id = alert.pgt_id AND s.pgt_schema <> 'pgtrickle_state';
    IF FOUND THEN
      PERFORM pg_notify('pg_trickle_alert', CASE
        WHEN source_table IS NULL THEN json_build_object('event', event, 'stream_table', _name)
        ELSE json_build_object('event', event, 'stream_table', _name, 'source_table', source_table) END::text);
    END IF;
  END IF;
END
$body$;
COMMENT ON FUNCTION pgtrickle.alert(bigint, text, text) IS 'notifies who listens to pg_trickle_alert of what happened to a stream table';

CREATE FUNCTION pgtrickle.record_refresh(stream_table pgtrickle.pgt_stream_tables, started timestamptz, as_of timestamptz, action text,
    fallback boolean, reason text, counts pgtrickle.refresh_counts) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _deadline timestamptz := CASE WHEN stream_table.schedule IS NOT NULL THEN pgtrickle.freshness_deadline(stream_table) END;
  _as_of timestamptz;
BEGIN
  -- Over another stream table the content is no younger than that one's.
  UPDATE pgtrickle.pgt_stream_tables s
    SET is_populated = true, status = 'ACTIVE', last_refresh_at = clock_timestamp(),
        data_timestamp = least(as_of, (SELECT min(u.data_timestamp) FROM pgtrickle.pgt_dependencies d
                                       JOIN pgtrickle.pgt_stream_tables u ON u.pgt_relid = d.source_relid
                                       WHERE d.pgt_id = stream_table.pgt_id AND u.refresh_mode <> 'IMMEDIATE')),
        consecutive_errors = 0, needs_reinit = false, reinit_reason = NULL, updated_at = now()
    WHERE s.pgt_id = stream_table.pgt_id
    RETURNING s.data_timestamp INTO _as_of;
  -- Inner results are refreshed without changes, too.
  IF NOT (stream_table.pgt_schema = 'pgtrickle_state' AND action = 'DIFFERENTIAL' AND counts.delta_rows = 0) THEN
    INSERT INTO pgtrickle.pgt_refresh_history (pgt_id, data_timestamp, start_time, end_time, action, status,
        rows_inserted, rows_updated, rows_deleted, delta_row_count, was_full_fallback, reason, freshness_deadline)
      VALUES (stream_table.pgt_id, _as_of, started, clock_timestamp(), record_refresh.action, 'COMPLETED',
        counts.rows_inserted, counts.rows_updated, counts.rows_deleted, counts.delta_rows, fallback, record_refresh.reason, _deadline);
  END IF;
  IF action <> 'NO_DATA' THEN
    PERFORM pgtrickle.alert(stream_table.pgt_id, 'refresh_completed');
  END IF;
END
$body$;
COMMENT ON FUNCTION pgtrickle.record_refresh(pgtrickle.pgt_stream_tables, timestamptz, timestamptz, text, boolean, text, pgtrickle.refresh_counts)
  IS 'history and state of a stream table after a refresh';

CREATE FUNCTION pgtrickle.missed_changes(pgt_id bigint) RETURNS text
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RETURN (SELECT format('changes of %s were not captured for a while', k.source_relid)
          FROM pgtrickle.pgt_frontiers f
          JOIN pgtrickle.pgt_dependencies d ON d.pgt_id = f.pgt_id
          JOIN pgtrickle.pgt_change_tracking k ON k.source_relid = d.source_relid
          WHERE f.pgt_id = missed_changes.pgt_id
            AND NOT CASE WHEN k.complete_xid = f.own THEN k.complete_since <= f.last
                         ELSE pg_visible_in_snapshot(k.complete_xid, f.snap) END
          ORDER BY k.source_relid::text COLLATE "C" LIMIT 1);
END
$body$;
COMMENT ON FUNCTION pgtrickle.missed_changes(bigint) IS 'a source whose capture was incomplete since the frontier of a stream table, as a reason to recompute it, or NULL';

CREATE FUNCTION pgtrickle.repair_capture(pgt_id bigint) RETURNS text
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _dependency pgtrickle.pgt_dependencies;
  _reason text;
BEGIN
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
    END IF;
  END LOOP;
  RETURN coalesce(_reason, pgtrickle.missed_changes(repair_capture.pgt_id));
END
$body$;
COMMENT ON FUNCTION pgtrickle.repair_capture(bigint) IS 'puts the capture of a stream table''s sources in order; why changes may be missing, or NULL';

CREATE FUNCTION pgtrickle.full_reason(pgt_id bigint, OUT has_changes boolean, OUT reason text)
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _frontier pgtrickle.pgt_frontiers;
  _own double precision;
  _threshold double precision;
  _fewest bigint;
  _source regclass;
  _buffer regclass;
  _most bigint;
  _is_changed boolean;
  _rows double precision;
  _changes bigint;
BEGIN
  has_changes := false;
  SELECT * INTO _frontier FROM pgtrickle.pgt_frontiers f WHERE f.pgt_id = full_reason.pgt_id;
  IF pg_relation_size('pgtrickle_changes.truncations') > 0 THEN
    SELECT t.source_relid INTO _source FROM pgtrickle_changes.truncations t
      JOIN pgtrickle.pgt_dependencies d ON d.source_relid = t.source_relid
      WHERE d.pgt_id = full_reason.pgt_id AND NOT pgtrickle.is_consumed(t.change_id, t.xid, _frontier)
      ORDER BY t.change_id LIMIT 1;
    IF FOUND THEN
      has_changes := true;
      reason := format('%s was truncated', _source);
      RETURN;
    END IF;
  END IF;
  -- A buffer's pages have room for so many changes: one without a column takes 48 bytes or more with its pointer.
  FOR _source, _buffer, _most, _rows IN
      SELECT d.source_relid, c.oid::regclass, pg_relation_size(c.oid) / 48,
             CASE WHEN s.relkind = 'r' AND NOT s.relhassubclass AND s.reltuples > 0 THEN s.reltuples::double precision END
      FROM pgtrickle.pgt_dependencies d
      JOIN pg_class s ON s.oid = d.source_relid
      JOIN pgtrickle.pgt_change_tracking k ON k.source_relid = d.source_relid
      JOIN pg_class c ON c.relnamespace = 'pgtrickle_changes'::regnamespace AND c.relname = k.buffer
      WHERE d.pgt_id = full_reason.pgt_id AND d.source_type IN ('TABLE', 'PARTITIONED_TABLE', 'STREAM_TABLE')
      ORDER BY d.source_relid::text COLLATE "C" LOOP
    CONTINUE WHEN _most = 0;
    _own := (SELECT s.full_threshold FROM pgtrickle.pgt_stream_tables s WHERE s.pgt_id = full_reason.pgt_id);
    _fewest := CASE WHEN _own IS NULL THEN pgtrickle.setting('full_threshold_rows')::bigint ELSE 0 END;
    IF _most > _fewest THEN
      _threshold := coalesce(_own, pgtrickle.setting('full_threshold')::double precision);
      IF _rows IS NULL AND _threshold < 1 THEN
        _rows := pgtrickle.estimated_rows(_source);
      END IF;
    END IF;
    IF _most <= _fewest OR _threshold >= 1 OR _most <= _threshold * _rows THEN
      -- Not too many, however many there are.
      IF NOT has_changes THEN
        EXECUTE format('SELECT true FROM %s b WHERE b.__pgt_xid >= pg_snapshot_xmin($1) '
                       'AND NOT CASE WHEN b.__pgt_xid = $2 THEN b.__pgt_change <= $3 '
                       'ELSE pg_visible_in_snapshot(b.__pgt_xid, $1) END LIMIT 1', _buffer)
          INTO _is_changed USING _frontier.snap, _frontier.own, _frontier.last;
        has_changes := _is_changed IS NOT NULL;
      END IF;
      CONTINUE;
    END IF;
    -- No further than it takes to decide.
    _changes := pgtrickle.count_changes(full_reason.pgt_id, _source,
      greatest(_fewest, ceil(_threshold * _rows)::bigint) + 1);
    CONTINUE WHEN _changes = 0;
    has_changes := true;
    CONTINUE WHEN _changes <= _fewest;
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
  PERFORM pgtrickle.accept_schema(refresh_immediate.pgt_id);
  _as_of := clock_timestamp();
  PERFORM pgtrickle.record_refresh(_stream_table, _start, _as_of, 'FULL', false,
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
  _seen pgtrickle_state.inspected;
  _problem text;
  _replaced text;
  _action text;
  _reason text := why;
  _changes record;
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
  IF _is_valid AND pgtrickle.is_inspected(refresh_now.pgt_id) THEN
    _problem := pgtrickle.missed_changes(refresh_now.pgt_id);
  ELSE
    _seen := pgtrickle.inspection(refresh_now.pgt_id);
    PERFORM pgtrickle.require_compiled(refresh_now.pgt_id);
    IF _stream_table.refresh_mode <> 'FULL' THEN
      -- First, whatever else: it makes missing triggers.
      _problem := pgtrickle.repair_capture(refresh_now.pgt_id);
      _replaced := pgtrickle.replaced_function(refresh_now.pgt_id);
    END IF;
    IF _problem IS NULL AND _replaced IS NULL THEN
      PERFORM pgtrickle.keep_inspection(_seen);
    END IF;
  END IF;

  IF _stream_table.refresh_mode = 'FULL' THEN
    _action := 'FULL';
    _reason := coalesce(_reason, _stream_table.reinit_reason);
  ELSE
    _reason := coalesce(_reason, CASE
      WHEN NOT _stream_table.is_populated THEN 'first refresh'
      WHEN _stream_table.needs_reinit THEN _stream_table.reinit_reason
      WHEN NOT _is_valid THEN 'its frontier belongs to another cluster'
      WHEN _problem IS NOT NULL THEN _problem
      WHEN _replaced IS NOT NULL THEN format('function %s was replaced', _replaced) END);
    IF _reason IS NOT NULL THEN
      _action := CASE WHEN always_full THEN 'FULL' ELSE 'REINITIALIZE' END;
      PERFORM pgtrickle.begin_anew(refresh_now.pgt_id);
    ELSE
      _changes := pgtrickle.full_reason(refresh_now.pgt_id);
      _reason := _changes.reason;
      -- An inner result is always refreshed: others read their sources as of then.
      _action := CASE WHEN _reason IS NOT NULL THEN 'FULL'
                      WHEN _changes.has_changes OR _stream_table.pgt_schema = 'pgtrickle_state' THEN 'DIFFERENTIAL'
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
    -- First: what is replaced while it computes is then found the next time.
    PERFORM pgtrickle.accept_schema(refresh_now.pgt_id);
    _counts := pgtrickle.call_refresh(refresh_now.pgt_id, 'full');
    IF _stream_table.refresh_mode = 'FULL' THEN
      -- No changes to consume; this is for refreshes with an older snapshot, which have to fail.
      PERFORM pgtrickle.advance_frontier(refresh_now.pgt_id);
    END IF;
  END IF;
  IF _action <> 'NO_DATA' AND NOT EXISTS (SELECT FROM pgtrickle.pgt_frontiers f
      WHERE f.pgt_id = refresh_now.pgt_id AND f.own = pg_current_xact_id() AND f.system_identifier = pgtrickle.this_system()) THEN
    RAISE data_exception USING
      MESSAGE = format('the refresh of stream table %s did not advance its frontier', _stream_table.pgt_relid);
  END IF;
  PERFORM pgtrickle.record_refresh(_stream_table, _start, _as_of, _action,
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
    WHERE d.pgt_id = holds_off_writers.pgt_id AND d.source_type <> 'VIEW'
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
  _is_valid boolean;
  _missed text;
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
    _is_valid := EXISTS (SELECT FROM pgtrickle.pgt_stream_tables s JOIN pgtrickle.pgt_frontiers f ON f.pgt_id = s.pgt_id
                         WHERE s.pgt_id = _node AND s.is_populated AND NOT s.needs_reinit
                           AND f.system_identifier = pgtrickle.this_system());
    IF _is_valid AND pgtrickle.is_inspected(_node) THEN
      _missed := pgtrickle.missed_changes(_node);
    ELSE
      _missed := pgtrickle.repair_capture(_node);
    END IF;
    IF _missed IS NOT NULL OR NOT _is_valid THEN
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
  PERFORM pgtrickle.record_refresh(_stream_table, _start, clock_timestamp(), 'FULL', false, 'created',
    pgtrickle.call_fill(_stream_table.pgt_id));
  IF _stream_table.refresh_mode = 'DIFFERENTIAL' THEN
    PERFORM pgtrickle.advance_frontier(_stream_table.pgt_id);
  END IF;
END
$body$;
COMMENT ON FUNCTION pgtrickle.populate(regclass) IS 'fills a new stream table, after its triggers or the capture of its sources were made';
