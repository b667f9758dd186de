-- Alerts about states, each sent once when the state begins

CREATE FUNCTION pgtrickle.alert_reinit() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  PERFORM pgtrickle.alert(NEW.pgt_id, 'reinitialize_needed');
  RETURN NULL;
END
$body$;
COMMENT ON FUNCTION pgtrickle.alert_reinit() IS 'trigger: sends an alert when a stream table has to be recomputed, whoever found out';

CREATE TRIGGER alert_reinit AFTER UPDATE OF needs_reinit ON pgtrickle.pgt_stream_tables
  FOR EACH ROW WHEN (NEW.needs_reinit AND NOT OLD.needs_reinit) EXECUTE FUNCTION pgtrickle.alert_reinit();

CREATE FUNCTION pgtrickle.raise_alerts() RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _rows bigint := pgtrickle.setting('buffer_warning_rows')::bigint;
  _alert record;
BEGIN
  IF NOT has_table_privilege('pgtrickle_state.alerts', 'INSERT') THEN
    RETURN;
  END IF;
  -- Of the caller's own stream tables: only their owner may write down what was sent.
  FOR _alert IN
    WITH own AS MATERIALIZED (
      SELECT s FROM pgtrickle.pgt_stream_tables s JOIN pg_class c ON c.oid = s.pgt_relid
      WHERE s.pgt_schema <> 'pgtrickle_state' AND pgtrickle.has_owner_rights(s.pgt_id)
    ), now_so AS MATERIALIZED (
      SELECT (o.s).pgt_id, 'stale_data' AS event, '' AS source_table FROM own o WHERE pgtrickle.is_stale(o.s)
      UNION ALL
      SELECT DISTINCT (o.s).pgt_id, 'buffer_growth_warning', pgtrickle.relation_name(d.source_relid)
      FROM own o
      JOIN pgtrickle.pgt_dependencies d
        ON d.pgt_id IN (SELECT (o.s).pgt_id UNION ALL SELECT pgtrickle.auxiliaries_of((o.s).pgt_id))
      WHERE (o.s).refresh_mode = 'DIFFERENTIAL'
        AND pg_stat_get_live_tuples(pgtrickle.buffer_of(d.source_relid)) > _rows
    ), over AS (
      DELETE FROM pgtrickle_state.alerts a USING own o
      WHERE a.pgt_id = (o.s).pgt_id
        AND NOT EXISTS (SELECT FROM now_so n WHERE n.pgt_id = a.pgt_id AND n.event = a.event AND n.source_table = a.source_table)
    ), begun AS (
      INSERT INTO pgtrickle_state.alerts (pgt_id, event, source_table)
      SELECT n.pgt_id, n.event, n.source_table FROM now_so n
      ON CONFLICT DO NOTHING
      RETURNING pgt_id, event, source_table
    )
    SELECT b.pgt_id, b.event, b.source_table FROM begun b ORDER BY b.pgt_id, b.event, b.source_table LOOP
    PERFORM pgtrickle.alert(_alert.pgt_id, _alert.event, nullif(_alert.source_table, ''));
  END LOOP;
END
$body$;
COMMENT ON FUNCTION pgtrickle.raise_alerts() IS 'sends stale_data and buffer_growth_warning for stream tables of the caller, once each time it comes to that';
