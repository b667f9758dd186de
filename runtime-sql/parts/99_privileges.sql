-- Privileges

CREATE FUNCTION pgtrickle.version() RETURNS text
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT r.version FROM pgtrickle.pgt_runtime r;
END;
COMMENT ON FUNCTION pgtrickle.version() IS 'the version of the stream table runtime';

CREATE FUNCTION pgtrickle.change_compile_right(role text, granted boolean) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _verb text := CASE WHEN granted THEN 'GRANT ' ELSE 'REVOKE ' END;
  _role text := CASE WHEN granted THEN ' TO ' ELSE ' FROM ' END || quote_ident(role);
BEGIN
  IF NOT pg_has_role((SELECT n.nspowner FROM pg_namespace n WHERE n.nspname = 'pgtrickle'), 'USAGE') THEN
    RAISE insufficient_privilege USING MESSAGE = 'must be owner of the stream table runtime';
  END IF;
  EXECUTE _verb || 'CREATE ON SCHEMA pgtrickle_changes, pgtrickle_state, pgtrickle_impl' || _role;
  EXECUTE _verb || 'EXECUTE ON ALL ROUTINES IN SCHEMA pgtrickle' || _role;
  EXECUTE _verb || 'INSERT, UPDATE, DELETE ON pgtrickle.pgt_stream_tables, pgtrickle.pgt_columns, pgtrickle.pgt_frontiers, '
    'pgtrickle.pgt_dependencies, pgtrickle.pgt_triggers, pgtrickle.pgt_change_tracking, pgtrickle.pgt_objects, pgtrickle.pgt_facts' || _role;
  EXECUTE _verb || 'SELECT, INSERT ON pgtrickle.pgt_refresh_history' || _role;
  EXECUTE _verb || 'INSERT, DELETE ON pgtrickle_state.version' || _role;
  EXECUTE _verb || 'INSERT, UPDATE, DELETE ON pgtrickle_state.alerts, pgtrickle_state.detached' || _role;
  EXECUTE _verb || 'SELECT, INSERT, DELETE ON pgtrickle_state.inspected' || _role;
  EXECUTE _verb || 'UPDATE (scheduler_heartbeat) ON pgtrickle.pgt_runtime' || _role;
  -- What trigger functions need stays with a role that has some: without it every write of their sources would fail.
  IF granted OR NOT EXISTS (SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                            WHERE n.nspname = 'pgtrickle_impl' AND pg_get_userbyid(p.proowner) = role) THEN
    EXECUTE _verb || 'USAGE ON SCHEMA pgtrickle_changes, pgtrickle_state, pgtrickle_impl' || _role;
    EXECUTE _verb || 'SELECT, UPDATE (xid) ON pgtrickle_state.version' || _role;
    EXECUTE _verb || 'USAGE, SELECT ON SEQUENCE pgtrickle_state.change' || _role;
    EXECUTE _verb || 'SELECT, INSERT, DELETE ON pgtrickle_changes.truncations' || _role;
  END IF;
END
$body$;
COMMENT ON FUNCTION pgtrickle.change_compile_right(text, boolean) IS 'grant_compile and revoke_compile';

CREATE FUNCTION pgtrickle.grant_compile(role text) RETURNS void
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT pgtrickle.change_compile_right(grant_compile.role, true);
END;
COMMENT ON FUNCTION pgtrickle.grant_compile(text) IS 'allows a role to create stream tables; called by the owner of the runtime';

CREATE FUNCTION pgtrickle.revoke_compile(role text) RETURNS void
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT pgtrickle.change_compile_right(revoke_compile.role, false);
END;
COMMENT ON FUNCTION pgtrickle.revoke_compile(text) IS 'takes back what grant_compile gave; writes of sources go on, but stream tables of the role can no longer be refreshed';

REVOKE ALL ON ALL ROUTINES IN SCHEMA pgtrickle FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA pgtrickle, pgtrickle_state, pgtrickle_changes FROM PUBLIC;

GRANT SELECT ON pgtrickle.pgt_runtime, pgtrickle.pgt_upgrades, pgtrickle.pgt_settings,
  pgtrickle.pgt_stream_tables, pgtrickle.pgt_columns, pgtrickle.pgt_frontiers, pgtrickle.pgt_dependencies,
  pgtrickle.pgt_triggers, pgtrickle.pgt_change_tracking, pgtrickle.pgt_objects, pgtrickle.pgt_facts TO PUBLIC;
-- For health_check and scheduler_tick; the ids are names of stream tables, the definitions their queries.
GRANT USAGE ON SCHEMA pgtrickle_state TO PUBLIC;
GRANT SELECT ON pgtrickle_state.version, pgtrickle_state.alerts, pgtrickle_state.detached TO PUBLIC;
GRANT SELECT ON pgtrickle.stream_tables_info, pgtrickle.pg_stat_stream_tables, pgtrickle.pgt_cdc_status TO PUBLIC;
-- Error messages may quote data.
GRANT SELECT ON pgtrickle.pgt_refresh_history TO pg_monitor;

GRANT EXECUTE ON FUNCTION
  -- the interface
  pgtrickle.version(),
  pgtrickle.refresh_stream_table(text),
  pgtrickle.try_refresh(text),
  pgtrickle.refresh_group(text[]),
  pgtrickle.verify_stream_table(text),
  pgtrickle.drop_stream_table(text, boolean),
  pgtrickle.grant_refresh(text, text),
  pgtrickle.revoke_refresh(text, text),
  pgtrickle.pgt_status(),
  pgtrickle.health_check(),
  pgtrickle.list_sources(text),
  pgtrickle.explain_st(text),
  pgtrickle.get_refresh_history(text, int),
  pgtrickle.refresh_timeline(int),
  pgtrickle.trigger_inventory(),
  pgtrickle.dependency_tree(),
  pgtrickle.parse_duration_seconds(text),
  pgtrickle.get_staleness(text),
  pgtrickle.st_refresh_stats(),
  pgtrickle.change_buffer_sizes(),
  pgtrickle.diamond_groups(),
  pgtrickle.alter_stream_table(text, text, text, text, text, text, text, double precision),
  pgtrickle.resume_stream_table(text),
  pgtrickle.detach_definitions(text),
  pgtrickle.attach_definitions(text),
  -- what these call, with their caller's rights
  pgtrickle.stream_table_id(regclass),
  pgtrickle.stream_table_owner(bigint),
  pgtrickle.has_owner_rights(bigint),
  pgtrickle.require_owner(bigint),
  pgtrickle.require_generated_function(bigint, regprocedure, regtype, regtype[]),
  pgtrickle.owner_function(bigint, text),
  pgtrickle.missing_stream_table(text),
  pgtrickle.refresh_relation(text, regclass, boolean),
  pgtrickle.refresh_relations(text[], regclass[]),
  pgtrickle.trigger_rank(bigint),
  pgtrickle.verify_relation(text, regclass),
  pgtrickle.drop_relation(text, regclass, name[], boolean),
  pgtrickle.drop_objects(bigint, boolean),
  pgtrickle.drop_generated_function(regprocedure),
  pgtrickle.release_capture(regclass),
  pgtrickle.drop_capture_functions(text),
  pgtrickle.source_owner(regclass),
  pgtrickle.has_source_rights(regclass),
  pgtrickle.buffer_of(regclass),
  pgtrickle.buffer_columns(regclass),
  pgtrickle.is_captured(regclass, text[]),
  pgtrickle.capture_triggers(regclass),
  pgtrickle.capture_functions(text, name, text[]),
  pgtrickle.capture_body(name, text[], text),
  pgtrickle.generated_name(text, text),
  pgtrickle.name_hash(text),
  pgtrickle.change_refresh_right(text, regclass, text, boolean),
  pgtrickle.sources_of(text, regclass),
  pgtrickle.explanation_of(text, regclass),
  pgtrickle.history_of(text, regclass, int),
  pgtrickle.health_findings(),
  pgtrickle.quoted_name(name, name),
  pgtrickle.relation_name(regclass),
  pgtrickle.relation_tree(regclass),
  pgtrickle.schema_fingerprint(regclass, text[]),
  pgtrickle.fact_definition(regclass, text),
  pgtrickle.content_hash(text, oid),
  pgtrickle.staleness(pgtrickle.pgt_stream_tables),
  pgtrickle.is_stale(pgtrickle.pgt_stream_tables),
  pgtrickle.staleness_of(text, regclass),
  pgtrickle.setting(text),
  pgtrickle.alert(bigint, text, text),
  pgtrickle.schedules_of(bigint),
  pgtrickle.auxiliaries_of(bigint),
  pgtrickle.freshness_deadline(pgtrickle.pgt_stream_tables),
  pgtrickle.may_refresh(bigint),
  pgtrickle.reinit_problem(bigint),
  pgtrickle.source_problem(bigint),
  pgtrickle.replaced_function(bigint),
  pgtrickle.functions_used(regclass),
  pgtrickle.called_functions(regclass),
  pgtrickle.mark_problems(),
  pgtrickle.is_due(pgtrickle.pgt_stream_tables),
  pgtrickle.is_unit_due(pgtrickle.refresh_unit),
  pgtrickle.upstream_of(bigint),
  pgtrickle.due_units(),
  pgtrickle.refresh_due(pgtrickle.refresh_unit),
  pgtrickle.heartbeat(),
  pgtrickle.clean_up(),
  pgtrickle.raise_alerts(),
  pgtrickle.require_own_transaction(),
  pgtrickle.change_definitions(text, regclass, boolean),
  pgtrickle.this_system(),
  pgtrickle.may_read_buffer(text, regclass, text[]),
  pgtrickle.count_changes(bigint, regclass, bigint),
  pgtrickle.require_schedule(text),
  pgtrickle.is_duration(text),
  pgtrickle.calendar_field(text, text, int, int, text[]),
  pgtrickle.parse_calendar(text),
  pgtrickle.next_calendar_time(text, timestamp),
  pgtrickle.next_time(text, timestamptz),
  pgtrickle.alter_relation(text, regclass, text, text, text, text, text, text, double precision)
  TO PUBLIC;

GRANT EXECUTE ON PROCEDURE pgtrickle.scheduler_tick() TO PUBLIC;

DO $settings$
BEGIN
  PERFORM pg_catalog.set_config('search_path', pg_catalog.current_setting('pgtrickle.installer_search_path'), true);
END
$settings$;
