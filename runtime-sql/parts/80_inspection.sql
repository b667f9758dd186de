-- Inspection

CREATE FUNCTION pgtrickle.quoted_name(schema name, name name) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT quote_ident(quoted_name.schema) || '.' || quote_ident(quoted_name.name);
END;
COMMENT ON FUNCTION pgtrickle.quoted_name(name, name) IS 'a name as the functions of the runtime take it';

CREATE FUNCTION pgtrickle.relation_name(relation regclass) RETURNS text
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  -- The number is all that is left of a relation that was dropped.
  RETURN coalesce((SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c
                   JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = relation),
                  relation::oid::text);
END
$body$;
COMMENT ON FUNCTION pgtrickle.relation_name(regclass) IS 'schema and name of a relation, whatever the search path';

CREATE FUNCTION pgtrickle.staleness(stream_table pgtrickle.pgt_stream_tables) RETURNS interval
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  -- An IMMEDIATE stream table is never behind; a table that is refreshed is as old as its last refresh.
  SELECT CASE WHEN NOT (stream_table).is_populated THEN NULL
              WHEN (stream_table).refresh_mode = 'IMMEDIATE' THEN '0'::interval
              ELSE now() - (stream_table).last_refresh_at END;
END;
COMMENT ON FUNCTION pgtrickle.staleness(pgtrickle.pgt_stream_tables) IS 'how far a stream table may be behind its query';

CREATE FUNCTION pgtrickle.pgt_status()
  RETURNS TABLE (name text, status text, refresh_mode text, is_populated boolean, consecutive_errors int,
                 schedule text, data_timestamp timestamptz, staleness interval)
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT pgtrickle.quoted_name(s.pgt_schema, s.pgt_name), s.status, s.refresh_mode, s.is_populated,
         s.consecutive_errors, s.schedule, s.data_timestamp, pgtrickle.staleness(s)
  FROM pgtrickle.pgt_stream_tables s
  WHERE s.pgt_schema <> 'pgtrickle_state'  -- no inner results
  ORDER BY s.pgt_schema, s.pgt_name;
END;
COMMENT ON FUNCTION pgtrickle.pgt_status() IS 'every stream table with its state';

CREATE VIEW pgtrickle.stream_tables_info AS
  SELECT s.pgt_id, pgtrickle.quoted_name(s.pgt_schema, s.pgt_name) AS name, s.pgt_schema, s.pgt_name,
         s.refresh_mode, s.status, s.is_populated, s.schedule, s.strategy, s.lock_class, s.data_timestamp,
         s.last_refresh_at, pgtrickle.staleness(s) AS staleness, s.consecutive_errors, s.needs_reinit,
         s.reinit_reason, s.defining_query, s.definition_hash, s.created_at, s.updated_at,
         (SELECT count(*) FROM pgtrickle.pgt_dependencies d WHERE d.pgt_id = s.pgt_id) AS sources
  FROM pgtrickle.pgt_stream_tables s
  WHERE s.pgt_schema <> 'pgtrickle_state';
COMMENT ON VIEW pgtrickle.stream_tables_info IS 'stream tables with their definition, state and number of sources';

CREATE VIEW pgtrickle.pg_stat_stream_tables AS
  SELECT s.pgt_id, s.pgt_schema, s.pgt_name, s.status, s.refresh_mode, s.is_populated,
         count(h.refresh_id) AS total_refreshes,
         count(h.refresh_id) FILTER (WHERE h.status = 'COMPLETED') AS successful_refreshes,
         count(h.refresh_id) FILTER (WHERE h.status = 'FAILED') AS failed_refreshes,
         coalesce(sum(h.rows_inserted), 0) AS total_rows_inserted,
         coalesce(sum(h.rows_updated), 0) AS total_rows_updated,
         coalesce(sum(h.rows_deleted), 0) AS total_rows_deleted,
         avg(extract(epoch FROM h.end_time - h.start_time) * 1000) FILTER (WHERE h.status = 'COMPLETED')
           AS avg_duration_ms,
         max(h.start_time) AS last_refresh_at,
         (array_agg(h.action ORDER BY h.refresh_id DESC))[1] AS last_refresh_action,
         (array_agg(h.status ORDER BY h.refresh_id DESC))[1] AS last_refresh_status,
         s.consecutive_errors, pgtrickle.staleness(s) AS staleness
  FROM pgtrickle.pgt_stream_tables s
  LEFT JOIN pgtrickle.pgt_refresh_history h ON h.pgt_id = s.pgt_id
  WHERE s.pgt_schema <> 'pgtrickle_state'
  GROUP BY s.pgt_id;
COMMENT ON VIEW pgtrickle.pg_stat_stream_tables IS 'statistics of refreshes, one row per stream table';

CREATE FUNCTION pgtrickle.sources_of(name text, stream_table regclass)
  RETURNS TABLE (source_table text, source_type text, columns_used text[], is_changed boolean)
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF stream_table IS NULL THEN
    PERFORM pgtrickle.missing_stream_table(name);
  END IF;
  RETURN QUERY
    SELECT pgtrickle.relation_name(d.source_relid), d.source_type, d.columns_used,
           d.schema_fingerprint IS DISTINCT FROM pgtrickle.schema_fingerprint(d.source_relid, d.columns_used)
    FROM pgtrickle.pgt_dependencies d
    WHERE d.pgt_id = pgtrickle.stream_table_id(stream_table)
    ORDER BY 1;
END
$body$;
COMMENT ON FUNCTION pgtrickle.sources_of(text, regclass) IS 'list_sources after the name was resolved';

CREATE FUNCTION pgtrickle.list_sources(name text)
  RETURNS TABLE (source_table text, source_type text, columns_used text[], is_changed boolean)
  LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT * FROM pgtrickle.sources_of(list_sources.name, to_regclass(list_sources.name));
END;
COMMENT ON FUNCTION pgtrickle.list_sources(text) IS 'the relations that a stream table reads, and whether they changed since it was created';

CREATE FUNCTION pgtrickle.history_of(name text, stream_table regclass, max_rows int)
  RETURNS TABLE (refresh_id bigint, action text, status text, rows_inserted bigint, rows_updated bigint,
                 rows_deleted bigint, start_time timestamptz, end_time timestamptz, duration_ms numeric,
                 reason text, error_message text)
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF stream_table IS NULL THEN
    PERFORM pgtrickle.missing_stream_table(name);
  END IF;
  RETURN QUERY
    SELECT h.refresh_id, h.action, h.status, h.rows_inserted, h.rows_updated, h.rows_deleted, h.start_time,
           h.end_time, round(extract(epoch FROM h.end_time - h.start_time) * 1000, 3), h.reason, h.error_message
    FROM pgtrickle.pgt_refresh_history h
    WHERE h.pgt_id = pgtrickle.stream_table_id(stream_table)
    ORDER BY h.refresh_id DESC LIMIT max_rows;
END
$body$;
COMMENT ON FUNCTION pgtrickle.history_of(text, regclass, int) IS 'get_refresh_history after the name was resolved';

CREATE FUNCTION pgtrickle.get_refresh_history(name text, max_rows int DEFAULT 20)
  RETURNS TABLE (refresh_id bigint, action text, status text, rows_inserted bigint, rows_updated bigint,
                 rows_deleted bigint, start_time timestamptz, end_time timestamptz, duration_ms numeric,
                 reason text, error_message text)
  LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT * FROM pgtrickle.history_of(get_refresh_history.name, to_regclass(get_refresh_history.name),
                                     get_refresh_history.max_rows);
END;
COMMENT ON FUNCTION pgtrickle.get_refresh_history(text, int) IS 'the latest refreshes of a stream table, newest first';

CREATE FUNCTION pgtrickle.refresh_timeline(max_rows int DEFAULT 50)
  RETURNS TABLE (start_time timestamptz, stream_table text, action text, status text, rows_inserted bigint,
                 rows_updated bigint, rows_deleted bigint, duration_ms numeric, reason text, error_message text)
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT h.start_time, pgtrickle.quoted_name(s.pgt_schema, s.pgt_name), h.action, h.status, h.rows_inserted,
         h.rows_updated, h.rows_deleted, round(extract(epoch FROM h.end_time - h.start_time) * 1000, 3),
         h.reason, h.error_message
  FROM pgtrickle.pgt_refresh_history h
  JOIN pgtrickle.pgt_stream_tables s ON s.pgt_id = h.pgt_id
  WHERE s.pgt_schema <> 'pgtrickle_state'
  ORDER BY h.refresh_id DESC LIMIT max_rows;
END;
COMMENT ON FUNCTION pgtrickle.refresh_timeline(int) IS 'the latest refreshes of all stream tables, newest first';

CREATE FUNCTION pgtrickle.trigger_inventory()
  RETURNS TABLE (source_table text, trigger_name name, stream_table text, event text, function_name text,
                 is_present boolean, is_enabled boolean)
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT pgtrickle.relation_name(g.source_relid), g.trigger_name,
         pgtrickle.quoted_name(s.pgt_schema, s.pgt_name), g.event, g.function_name,
         t.oid IS NOT NULL, coalesce(t.tgenabled IN ('O', 'A'), false)
  FROM pgtrickle.pgt_triggers g
  JOIN pgtrickle.pgt_stream_tables s ON s.pgt_id = g.pgt_id
  -- Present means unchanged: the function that was given, and no condition.
  LEFT JOIN pg_trigger t ON t.tgrelid = g.source_relid AND t.tgname = g.trigger_name
    AND t.tgfoid = to_regprocedure(g.function_name) AND t.tgqual IS NULL
  UNION ALL
  -- Those that capture serve every stream table.
  SELECT pgtrickle.relation_name(t.relid), t.trigger_name, NULL, t.event,
         format('pgtrickle_impl.%I()', t.function_name), t.is_present, t.is_enabled
  FROM pgtrickle.pgt_change_tracking k CROSS JOIN LATERAL pgtrickle.capture_triggers(k.source_relid) t
  ORDER BY 1, 2;
END;
COMMENT ON FUNCTION pgtrickle.trigger_inventory() IS 'the triggers that maintain and that capture, and whether each is there and enabled';

CREATE FUNCTION pgtrickle.dependency_tree()
  RETURNS TABLE (tree_line text, node text, node_type text, depth int, refresh_mode text, status text)
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  WITH RECURSIVE tree(relid, node_type, depth, path) AS (
    -- From the stream tables that no other reads down to the tables.
    SELECT s.pgt_relid::oid, 'STREAM_TABLE', 0, ARRAY[pgtrickle.quoted_name(s.pgt_schema, s.pgt_name)]
    FROM pgtrickle.pgt_stream_tables s
    WHERE NOT EXISTS (SELECT FROM pgtrickle.pgt_dependencies d WHERE d.source_relid = s.pgt_relid)
    UNION ALL
    SELECT d.source_relid::oid, d.source_type, t.depth + 1, t.path || pgtrickle.relation_name(d.source_relid)
    FROM tree t
    JOIN pgtrickle.pgt_stream_tables s ON s.pgt_relid = t.relid
    JOIN pgtrickle.pgt_dependencies d ON d.pgt_id = s.pgt_id
  )
  SELECT repeat('  ', t.depth) || t.path[t.depth + 1], t.path[t.depth + 1], t.node_type, t.depth,
         s.refresh_mode, s.status
  FROM tree t
  LEFT JOIN pgtrickle.pgt_stream_tables s ON s.pgt_relid = t.relid
  ORDER BY t.path COLLATE "C";
END;
COMMENT ON FUNCTION pgtrickle.dependency_tree() IS 'stream tables with what they read below them';

CREATE FUNCTION pgtrickle.explanation_of(name text, stream_table regclass)
  RETURNS TABLE (property text, value text)
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _stream_table pgtrickle.pgt_stream_tables;
BEGIN
  IF stream_table IS NULL THEN
    PERFORM pgtrickle.missing_stream_table(name);
  END IF;
  SELECT * INTO _stream_table FROM pgtrickle.pgt_stream_tables s
    WHERE s.pgt_id = pgtrickle.stream_table_id(stream_table);
  RETURN QUERY
    SELECT x.property, x.value
    FROM (
      SELECT 1, p.k, NULL, p.property, p.value
      FROM (VALUES (1, 'stream table', pgtrickle.relation_name(stream_table)),
                   (2, 'refresh mode', _stream_table.refresh_mode),
                   (3, 'status', _stream_table.status
                                 || CASE WHEN _stream_table.is_populated THEN '' ELSE ', not populated' END),
                   (4, 'strategy', _stream_table.strategy),
                   (5, 'lock class', _stream_table.lock_class),
                   (6, 'defining query', _stream_table.defining_query),
                   (7, 'definition hash', _stream_table.definition_hash)) p(k, property, value)
      UNION ALL
      SELECT 2, 0, pgtrickle.relation_name(d.source_relid), 'source',
             format('%s (%s)', pgtrickle.relation_name(d.source_relid), array_to_string(d.columns_used, ', '))
      FROM pgtrickle.pgt_dependencies d WHERE d.pgt_id = _stream_table.pgt_id
      UNION ALL
      SELECT 3, a.attnum, NULL, c.column_role || ' column', format('%I, compared by %s', c.column_name, c.compare)
      FROM pgtrickle.pgt_columns c JOIN pg_attribute a ON a.attrelid = stream_table AND a.attname = c.column_name
      WHERE c.pgt_id = _stream_table.pgt_id
      UNION ALL
      SELECT 4, 0, f.constraint_name, 'fact',
             format('%I of %s: %s (kept true by %s)', f.constraint_name, pgtrickle.relation_name(f.relid), f.used_for, f.protection)
      FROM pgtrickle.pgt_facts f WHERE f.pgt_id = _stream_table.pgt_id
      UNION ALL
      SELECT 5, 0, g.source_relid::text || g.trigger_name, 'trigger',
             format('%I on %s', g.trigger_name, pgtrickle.relation_name(g.source_relid))
      FROM pgtrickle.pgt_triggers g WHERE g.pgt_id = _stream_table.pgt_id
      UNION ALL
      SELECT 6, 0, k.source_name, 'capture',
             format('%s into pgtrickle_changes.%I', pgtrickle.relation_name(k.source_relid), k.buffer)
      FROM pgtrickle.pgt_change_tracking k WHERE _stream_table.pgt_id = ANY (k.tracked_by)
      UNION ALL
      SELECT 7, 0, NULL, 'full refresh', format('from a share of %s of a source''s rows',
             coalesce(_stream_table.full_threshold::text, pgtrickle.setting('full_threshold')))
      WHERE _stream_table.refresh_mode = 'DIFFERENTIAL'
      UNION ALL
      SELECT 8, 0, o.kind || o.identity, o.kind, o.identity
      FROM pgtrickle.pgt_objects o WHERE o.pgt_id = _stream_table.pgt_id AND o.role <> 'stream_table'
    ) x(part, number, key, property, value)
    ORDER BY x.part, x.number, x.key COLLATE "C";
END
$body$;
COMMENT ON FUNCTION pgtrickle.explanation_of(text, regclass) IS 'explain_st after the name was resolved';

CREATE FUNCTION pgtrickle.explain_st(name text) RETURNS TABLE (property text, value text)
  LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT * FROM pgtrickle.explanation_of(explain_st.name, to_regclass(explain_st.name));
END;
COMMENT ON FUNCTION pgtrickle.explain_st(text) IS 'how a stream table is maintained: strategy, sources, columns, facts, triggers, objects';
