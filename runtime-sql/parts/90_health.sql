-- Health

CREATE FUNCTION pgtrickle.health_findings()
  RETURNS TABLE (check_name text, severity text, detail text)
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  WITH s AS (
    SELECT t.*, pgtrickle.quoted_name(t.pgt_schema, t.pgt_name) AS name, c.oid AS relation,
           pgtrickle.quoted_name(n.nspname, c.relname) AS current_name, c.relowner
    FROM pgtrickle.pgt_stream_tables t
    LEFT JOIN pg_class c ON c.oid = t.pgt_relid
    LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
  )
  SELECT 'status', 'ERROR', format('stream table %s is in status %s', s.name, s.status)
  FROM s WHERE s.status IN ('SUSPENDED', 'ERROR')
  UNION ALL
  SELECT 'errors in a row', 'WARN', format('%s refreshes of stream table %s failed in a row', s.consecutive_errors, s.name)
  FROM s WHERE s.consecutive_errors > 0
  UNION ALL
  SELECT 'reinit', 'WARN', format('stream table %s must be refreshed: %s', s.name, s.reinit_reason)
  FROM s WHERE s.needs_reinit
  UNION ALL
  SELECT 'populated', 'WARN', format('stream table %s is not populated; refresh_stream_table(%L) fills it', s.name, s.name)
  FROM s WHERE NOT s.is_populated
  UNION ALL
  SELECT 'stream table', 'ERROR',
    CASE WHEN s.relation IS NULL THEN
           format('table %s was dropped, but not its triggers; drop_stream_table(%L) removes them', s.name, s.name)
         ELSE format('stream table %s was renamed to %s, which its functions do not know', s.name, s.current_name) END
  FROM s WHERE s.relation IS NULL OR s.current_name <> s.name
  UNION ALL
  SELECT 'stream table', 'ERROR', format('stream table %s has no version row: every write of its sources under REPEATABLE READ or SERIALIZABLE fails', s.name)
  FROM s WHERE NOT EXISTS (SELECT FROM pgtrickle_state.version v WHERE v.id = s.pgt_schema || '.' || s.pgt_name)
  UNION ALL
  SELECT 'source', 'ERROR', format('%s, a source of stream table %s, %s', pgtrickle.relation_name(d.source_relid), s.name,
    CASE WHEN NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = d.source_relid) THEN 'was dropped'
         WHEN d.source_type = 'VIEW' THEN 'has another query or name than when it was compiled'
         ELSE 'has other columns, another name or other partitions than when it was created' END)
  FROM s JOIN pgtrickle.pgt_dependencies d ON d.pgt_id = s.pgt_id
  WHERE d.schema_fingerprint IS DISTINCT FROM pgtrickle.schema_fingerprint(d.source_relid, d.columns_used)
  UNION ALL
  SELECT 'partition', 'ERROR', format('%s belongs to %s, but its changes do not reach stream table %s', pgtrickle.relation_name(t.relid),
    pgtrickle.relation_name(d.source_relid), s.name)
  FROM s JOIN pgtrickle.pgt_dependencies d ON d.pgt_id = s.pgt_id
  CROSS JOIN LATERAL pgtrickle.relation_tree(d.source_relid) t
  WHERE EXISTS (SELECT FROM pgtrickle.pgt_triggers g WHERE g.pgt_id = s.pgt_id AND g.source_relid = d.source_relid)
    AND NOT EXISTS (SELECT FROM pgtrickle.pgt_triggers g WHERE g.pgt_id = s.pgt_id AND g.source_relid = t.relid)
  UNION ALL
  SELECT 'trigger', 'ERROR', format('trigger "%s" of %s, which maintains stream table %s, is %s', g.trigger_name,
    pgtrickle.relation_name(g.source_relid), s.name,
    CASE WHEN t.oid IS NULL THEN 'missing or changed' ELSE 'disabled' END)
  FROM s JOIN pgtrickle.pgt_triggers g ON g.pgt_id = s.pgt_id
  LEFT JOIN pg_trigger t ON t.tgrelid = g.source_relid AND t.tgname = g.trigger_name
    AND t.tgfoid = to_regprocedure(g.function_name) AND t.tgqual IS NULL
  WHERE t.oid IS NULL OR s.is_populated AND t.tgenabled NOT IN ('O', 'A')
  UNION ALL
  SELECT 'scheduler', 'WARN', format('stream table %s has a schedule, but no scheduler has run %s', s.name,
    coalesce('since ' || date_trunc('second', r.scheduler_heartbeat)::text, 'yet'))
  FROM s CROSS JOIN pgtrickle.pgt_runtime r
  WHERE s.schedule IS NOT NULL AND (r.scheduler_heartbeat > now() - '2 minutes'::interval) IS NOT TRUE
  UNION ALL
  SELECT 'stale', 'WARN', format('stream table %s was refreshed %s ago; its schedule is %s', s.name,
    date_trunc('second', now() - s.last_refresh_at), s.schedule)
  FROM s JOIN pgtrickle.pgt_stream_tables x ON x.pgt_id = s.pgt_id WHERE pgtrickle.is_stale(x)
  UNION ALL
  SELECT 'capture', 'ERROR', format('not all changes of %s, a source of stream table %s, are captured; refresh_stream_table(%L) repairs it',
    pgtrickle.relation_name(d.source_relid), s.name, s.name)
  FROM s JOIN pgtrickle.pgt_dependencies d ON d.pgt_id = s.pgt_id
  WHERE s.refresh_mode = 'DIFFERENTIAL' AND d.source_type IN ('TABLE', 'PARTITIONED_TABLE', 'STREAM_TABLE')
    AND NOT pgtrickle.is_captured(d.source_relid, d.columns_used)
  UNION ALL
  SELECT 'capture', 'WARN', format('changes of %s are captured for no stream table; its owner can SELECT pgtrickle.release_capture(%L)',
    pgtrickle.relation_name(k.source_relid), pgtrickle.relation_name(k.source_relid))
  FROM pgtrickle.pgt_change_tracking k WHERE cardinality(k.tracked_by) = 0
  UNION ALL
  SELECT 'buffer growth', 'WARN', format('the change buffer of %s has about %s rows', pgtrickle.relation_name(k.source_relid),
    pg_stat_get_live_tuples(pgtrickle.buffer_of(k.source_relid)))
  FROM pgtrickle.pgt_change_tracking k
  WHERE pg_stat_get_live_tuples(pgtrickle.buffer_of(k.source_relid)) > pgtrickle.setting('buffer_warning_rows')::bigint
  UNION ALL
  SELECT 'fact', 'ERROR', format('constraint %s of %s, which stream table %s relies on, was dropped or changed', f.constraint_name,
    pgtrickle.relation_name(f.relid), s.name)
  FROM s JOIN pgtrickle.pgt_facts f ON f.pgt_id = s.pgt_id
  WHERE pgtrickle.fact_definition(f.relid, f.constraint_name) IS DISTINCT FROM f.definition
  UNION ALL
  SELECT 'function', 'WARN', format('function %s, which stream table %s uses, was replaced; refresh_stream_table(%L) recomputes it',
    f.name, s.name, s.name)
  FROM s CROSS JOIN LATERAL pgtrickle.replaced_function(s.pgt_id) f(name)
  WHERE s.refresh_mode <> 'FULL' AND f.name IS NOT NULL
  UNION ALL
  SELECT 'object', 'ERROR', format('%s %s of stream table %s %s', o.kind, o.identity, s.name,
    CASE WHEN x.object IS NULL AND o.role = 'definition' AND t.pgt_id IS NOT NULL
           THEN 'is detached; attach_definitions makes it again'
         WHEN x.object IS NULL THEN 'is missing'
         WHEN x.owner <> s.relowner THEN 'belongs to another role than the stream table'
         ELSE 'was changed' END)
  FROM s JOIN pgtrickle.pgt_objects o ON o.pgt_id = s.pgt_id
  LEFT JOIN pgtrickle_state.detached t ON t.pgt_id = s.pgt_id
  LEFT JOIN LATERAL (
    SELECT p.oid, p.proowner FROM pg_proc p WHERE o.kind = 'function' AND p.oid = to_regprocedure(o.identity)
    UNION ALL
    -- By name: to_regclass is an error for callers without rights on the schema.
    SELECT c.oid, c.relowner FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE o.kind <> 'function' AND n.nspname = (parse_ident(o.identity))[1] AND c.relname = (parse_ident(o.identity))[2]
  ) x(object, owner) ON true
  WHERE s.relation IS NOT NULL
    AND (x.object IS NULL OR x.owner <> s.relowner OR pgtrickle.content_hash(o.kind, x.object) <> o.content_hash);
END;
COMMENT ON FUNCTION pgtrickle.health_findings() IS 'what health_check found wrong';

CREATE FUNCTION pgtrickle.health_check()
  RETURNS TABLE (check_name text, severity text, detail text)
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  WITH f AS MATERIALIZED (SELECT * FROM pgtrickle.health_findings())
  SELECT c.name, coalesce(f.severity, 'OK'), coalesce(f.detail, c.fine)
  FROM (VALUES
      (1, 'scheduler', 'no stream table has to wait for a scheduler'),
      (2, 'status', 'no stream table is suspended or in error'),
      (3, 'errors in a row', 'the last refresh of every stream table succeeded'),
      (4, 'reinit', 'no stream table waits for a full refresh'),
      (5, 'populated', 'every stream table is populated'),
      (6, 'stream table', 'every stream table is in its place'),
      (7, 'source', 'sources are as they were when their stream tables were created'),
      (8, 'partition', 'every partition and descendant of a source is maintained'),
      (9, 'trigger', 'every maintenance trigger is there and enabled'),
      (10, 'stale', 'every stream table was refreshed in time'),
      (11, 'capture', 'every change that a refresh needs is captured'),
      (12, 'buffer growth', 'no change buffer is unusually large'),
      (13, 'fact', 'every constraint that maintenance relies on holds'),
      (14, 'function', 'no function that a query uses was replaced'),
      (15, 'object', 'no generated object was changed')) c(k, name, fine)
  LEFT JOIN f ON f.check_name = c.name
  ORDER BY c.k, f.detail COLLATE "C";
END;
COMMENT ON FUNCTION pgtrickle.health_check() IS 'checks of all stream tables: severity OK, WARN or ERROR, and what was found';
