-- Inspection of refreshed stream tables

CREATE FUNCTION pgtrickle.schedules_of(pgt_id bigint) RETURNS SETOF text
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  -- A calculated schedule is the shortest one of what reads the stream table, directly or through others of the
  -- kind and through IMMEDIATE ones, and the default where nothing does.
  RETURN QUERY
    WITH RECURSIVE reader(pgt_id, relid, schedule, refresh_mode) AS (
      SELECT s.pgt_id, s.pgt_relid, s.schedule, s.refresh_mode FROM pgtrickle.pgt_stream_tables s
      WHERE s.pgt_id = schedules_of.pgt_id
      UNION
      SELECT s.pgt_id, s.pgt_relid, s.schedule, s.refresh_mode
      FROM reader r
      JOIN pgtrickle.pgt_dependencies d ON d.source_relid = r.relid
      JOIN pgtrickle.pgt_stream_tables s ON s.pgt_id = d.pgt_id
      WHERE r.schedule IS NULL
    ), kept AS (
      SELECT r.schedule FROM reader r WHERE r.schedule IS NOT NULL
      UNION
      SELECT pgtrickle.setting('default_schedule') FROM reader r
      WHERE r.schedule IS NULL AND r.refresh_mode <> 'IMMEDIATE'
        AND NOT EXISTS (SELECT FROM pgtrickle.pgt_dependencies d WHERE d.source_relid = r.relid)
    )
    SELECT k.schedule FROM kept k
    UNION ALL
    SELECT pgtrickle.setting('default_schedule') WHERE NOT EXISTS (SELECT FROM kept);
END
$body$;
COMMENT ON FUNCTION pgtrickle.schedules_of(bigint) IS 'the schedules that a stream table has to keep: its own, or those of its readers';

CREATE FUNCTION pgtrickle.freshness_deadline(stream_table pgtrickle.pgt_stream_tables) RETURNS timestamptz
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _deadline timestamptz := (stream_table).last_refresh_at;
BEGIN
  -- Only of one that was promised to be fresh: with a schedule of its own.
  IF (stream_table).schedule IS NULL OR NOT (stream_table).is_populated THEN
    RETURN NULL;
  END IF;
  FOR _k IN 1 .. pgtrickle.setting('stale_after')::int LOOP
    _deadline := pgtrickle.next_time((stream_table).schedule, _deadline);
  END LOOP;
  RETURN _deadline;
END
$body$;
COMMENT ON FUNCTION pgtrickle.freshness_deadline(pgtrickle.pgt_stream_tables) IS 'when a stream table becomes stale if it is not refreshed, NULL without a schedule of its own';

CREATE FUNCTION pgtrickle.is_stale(stream_table pgtrickle.pgt_stream_tables) RETURNS boolean
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RETURN coalesce(now() > pgtrickle.freshness_deadline(stream_table), false);
END
$body$;
COMMENT ON FUNCTION pgtrickle.is_stale(pgtrickle.pgt_stream_tables) IS 'whether the stream table''s own schedule was missed several times in a row';

CREATE FUNCTION pgtrickle.staleness_of(name text, stream_table regclass) RETURNS double precision
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF stream_table IS NULL THEN
    PERFORM pgtrickle.missing_stream_table(name);
  END IF;
  RETURN (SELECT extract(epoch FROM pgtrickle.staleness(s))::double precision FROM pgtrickle.pgt_stream_tables s
          WHERE s.pgt_id = pgtrickle.stream_table_id(stream_table));
END
$body$;
COMMENT ON FUNCTION pgtrickle.staleness_of(text, regclass) IS 'get_staleness after the name was resolved';

CREATE FUNCTION pgtrickle.get_staleness(name text) RETURNS double precision
  LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT pgtrickle.staleness_of(get_staleness.name, to_regclass(get_staleness.name));
END;
COMMENT ON FUNCTION pgtrickle.get_staleness(text) IS 'seconds since the last successful refresh, 0 for IMMEDIATE, NULL before the first';

CREATE FUNCTION pgtrickle.st_refresh_stats()
  RETURNS TABLE (pgt_name name, pgt_schema name, status text, refresh_mode text, is_populated boolean,
                 total_refreshes bigint, successful_refreshes bigint, failed_refreshes bigint,
                 total_rows_inserted numeric, total_rows_updated numeric, total_rows_deleted numeric, avg_duration_ms numeric,
                 last_refresh_action text, last_refresh_status text, last_refresh_at timestamptz,
                 staleness_secs double precision, stale boolean)
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT s.pgt_name, s.pgt_schema, s.status, s.refresh_mode, s.is_populated,
         p.total_refreshes, p.successful_refreshes, p.failed_refreshes,
         p.total_rows_inserted, p.total_rows_updated, p.total_rows_deleted, round(p.avg_duration_ms, 3),
         p.last_refresh_action, p.last_refresh_status, p.last_refresh_at,
         extract(epoch FROM pgtrickle.staleness(s))::double precision, pgtrickle.is_stale(s)
  FROM pgtrickle.pgt_stream_tables s
  JOIN pgtrickle.pg_stat_stream_tables p ON p.pgt_id = s.pgt_id  -- which has no inner results
  ORDER BY s.pgt_schema, s.pgt_name;
END;
COMMENT ON FUNCTION pgtrickle.st_refresh_stats() IS 'statistics of refreshes with the latest one, one row per stream table';

CREATE FUNCTION pgtrickle.change_buffer_sizes()
  RETURNS TABLE (stream_table text, source_table text, source_oid oid, cdc_mode text, pending_rows bigint, buffer_bytes bigint)
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  -- Pending rows are for those who may read the buffer.
  SELECT pgtrickle.quoted_name(s.pgt_schema, s.pgt_name), pgtrickle.relation_name(k.source_relid), k.source_relid::oid, k.capture,
         CASE WHEN f.pgt_id IS NOT NULL AND has_schema_privilege('pgtrickle_changes', 'USAGE')
                AND pgtrickle.may_read_buffer(current_user, k.source_relid, '{}')
              THEN pgtrickle.count_changes(s.pgt_id, k.source_relid, NULL) END,
         pg_total_relation_size(pgtrickle.buffer_of(k.source_relid))
  FROM pgtrickle.pgt_change_tracking k
  LEFT JOIN (pgtrickle.pgt_dependencies d
             JOIN pgtrickle.pgt_stream_tables s ON s.pgt_id = d.pgt_id AND s.refresh_mode = 'DIFFERENTIAL')
    ON d.source_relid = k.source_relid
  LEFT JOIN pgtrickle.pgt_frontiers f ON f.pgt_id = s.pgt_id AND f.system_identifier = pgtrickle.this_system()
  ORDER BY 2, 1;
END;
COMMENT ON FUNCTION pgtrickle.change_buffer_sizes() IS 'change buffers, and how many changes each stream table has still to consume';

CREATE VIEW pgtrickle.pgt_cdc_status AS
  SELECT s.pgt_schema, s.pgt_name, k.source_relid, c.relname AS source_name, n.nspname AS source_schema,
         k.capture AS cdc_mode, k.buffer, k.columns, pgtrickle.is_captured(k.source_relid, '{}') AS is_complete
  FROM pgtrickle.pgt_change_tracking k
  LEFT JOIN pg_catalog.pg_class c ON c.oid = k.source_relid
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN LATERAL unnest(k.tracked_by) r(pgt_id) ON true
  LEFT JOIN pgtrickle.pgt_stream_tables s ON s.pgt_id = r.pgt_id;
COMMENT ON VIEW pgtrickle.pgt_cdc_status IS 'captured sources with the stream tables that read them';

CREATE FUNCTION pgtrickle.diamond_groups()
  RETURNS TABLE (group_id bigint, member_name name, member_schema name, is_convergence boolean, schedule_policy text)
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  -- Two inputs of a stream table with something in common: it, and the stream tables between, must be refreshed
  -- together to agree. Groups with a member in common are one.
  WITH RECURSIVE input(pgt_id, input, relid) AS (
    -- everything that each input of a stream table is made of
    SELECT d.pgt_id, d.source_relid, d.source_relid FROM pgtrickle.pgt_dependencies d
    UNION
    SELECT i.pgt_id, i.input, d.source_relid FROM input i
    JOIN pgtrickle.pgt_stream_tables s ON s.pgt_relid = i.relid
    JOIN pgtrickle.pgt_dependencies d ON d.pgt_id = s.pgt_id
  ), shared AS (
    SELECT i.pgt_id, i.relid FROM input i
    JOIN pgtrickle.pgt_stream_tables s ON s.pgt_id = i.pgt_id
    WHERE s.diamond_consistency = 'atomic' AND s.refresh_mode <> 'IMMEDIATE'
    GROUP BY i.pgt_id, i.relid HAVING count(DISTINCT i.input) > 1
  ), edge AS (
    SELECT h.pgt_id AS convergence, h.pgt_id AS member FROM shared h
    UNION
    SELECT h.pgt_id, s.pgt_id FROM shared h
    JOIN input up ON up.pgt_id = h.pgt_id
    JOIN pgtrickle.pgt_stream_tables s ON s.pgt_relid = up.relid AND s.refresh_mode <> 'IMMEDIATE'
    JOIN input below ON below.pgt_id = s.pgt_id AND below.relid = h.relid
  ), linked(a, b) AS (
    SELECT e.convergence, e.member FROM edge e UNION SELECT e.member, e.convergence FROM edge e
  ), reached(a, b) AS (
    SELECT l.a, l.b FROM linked l
    UNION
    SELECT r.a, l.b FROM reached r JOIN linked l ON l.a = r.b
  )
  SELECT dense_rank() OVER (ORDER BY g.first), s.pgt_name, s.pgt_schema,
         EXISTS (SELECT FROM shared h WHERE h.pgt_id = s.pgt_id), s.diamond_schedule_policy
  FROM (SELECT r.a AS pgt_id, min(r.b) AS first FROM reached r GROUP BY r.a) g
  JOIN pgtrickle.pgt_stream_tables s ON s.pgt_id = g.pgt_id
  -- Inner results are refreshed with what they belong to, and that alone is no group.
  WHERE s.pgt_schema <> 'pgtrickle_state'
    AND EXISTS (SELECT FROM reached r JOIN pgtrickle.pgt_stream_tables o ON o.pgt_id = r.b
                WHERE r.a = g.pgt_id AND r.b <> r.a AND o.pgt_schema <> 'pgtrickle_state')
  ORDER BY 1, 3, 2;
END;
COMMENT ON FUNCTION pgtrickle.diamond_groups() IS 'stream tables that only agree if they are refreshed together: several ways lead from one source to one of them';
