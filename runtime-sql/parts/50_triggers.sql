-- Maintenance triggers of IMMEDIATE stream tables
--
-- They stand on every table of a partition or inheritance tree: a statement fires those of the table it
-- names and no other, so each statement is seen exactly once. Only the TRIGGER privilege on the source is
-- needed, also to enable and to lock: CREATE OR REPLACE TRIGGER does both.

CREATE FUNCTION pgtrickle.trigger_rank(pgt_id bigint) RETURNS int
  LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  WITH RECURSIVE upstream(pgt_id, distance) AS (
    SELECT trigger_rank.pgt_id, 0
    UNION
    SELECT s.pgt_id, u.distance + 1
    FROM upstream u
    JOIN pgtrickle.pgt_dependencies d ON d.pgt_id = u.pgt_id
    JOIN pgtrickle.pgt_stream_tables s ON s.pgt_relid = d.source_relid
    WHERE u.distance < 9000
  )
  SELECT 100 + max(u.distance) FROM upstream u;
END;
COMMENT ON FUNCTION pgtrickle.trigger_rank(bigint) IS 'orders triggers of one source: 100 over base tables, one more than its highest source over stream tables';

CREATE FUNCTION pgtrickle.make_trigger(source regclass, trigger_name name, event text, function regprocedure,
    armed boolean DEFAULT true) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _schema name;
  _name name;
BEGIN
  SELECT n.nspname, p.proname INTO _schema, _name
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.oid = function;
  CASE event
    WHEN 'before' THEN
      EXECUTE format('CREATE OR REPLACE TRIGGER %I BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s '
        'FOR EACH STATEMENT %s EXECUTE FUNCTION %I.%I()', trigger_name, source,
        CASE WHEN armed THEN '' ELSE 'WHEN (false)' END, _schema, _name);
    WHEN 'insert' THEN
      EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER INSERT ON %s REFERENCING NEW TABLE AS __pgt_new '
        'FOR EACH STATEMENT %s EXECUTE FUNCTION %I.%I()', trigger_name, source,
        CASE WHEN armed THEN '' ELSE 'WHEN (false)' END, _schema, _name);
    WHEN 'update' THEN
      EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER UPDATE ON %s '
        'REFERENCING OLD TABLE AS __pgt_old NEW TABLE AS __pgt_new '
        'FOR EACH STATEMENT %s EXECUTE FUNCTION %I.%I()', trigger_name, source,
        CASE WHEN armed THEN '' ELSE 'WHEN (false)' END, _schema, _name);
    WHEN 'delete' THEN
      EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER DELETE ON %s REFERENCING OLD TABLE AS __pgt_old '
        'FOR EACH STATEMENT %s EXECUTE FUNCTION %I.%I()', trigger_name, source,
        CASE WHEN armed THEN '' ELSE 'WHEN (false)' END, _schema, _name);
    WHEN 'truncate' THEN
      EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER TRUNCATE ON %s '
        'FOR EACH STATEMENT %s EXECUTE FUNCTION %I.%I()', trigger_name, source,
        CASE WHEN armed THEN '' ELSE 'WHEN (false)' END, _schema, _name);
  END CASE;
END
$body$;
COMMENT ON FUNCTION pgtrickle.make_trigger(regclass, name, text, regprocedure, boolean) IS 'creates, repairs or enables one maintenance trigger, or one that never fires; waits for writers of the source';

CREATE FUNCTION pgtrickle.attach_immediate(stream_table regclass, source regclass, before regprocedure,
    after_insert regprocedure, after_update regprocedure, after_delete regprocedure,
    after_truncate regprocedure) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _stream_table pgtrickle.pgt_stream_tables;
  _table record;
  _event text;
  _function regprocedure;
  _name name;
  _rank text;
BEGIN
  SELECT * INTO _stream_table FROM pgtrickle.pgt_stream_tables s
    WHERE s.pgt_id = pgtrickle.stream_table_id(stream_table);
  IF _stream_table.refresh_mode <> 'IMMEDIATE' THEN
    RAISE object_not_in_prerequisite_state USING
      MESSAGE = format('stream table %s is %s, not IMMEDIATE', stream_table, _stream_table.refresh_mode);
  END IF;
  IF NOT EXISTS (SELECT FROM pgtrickle.pgt_dependencies d
                 WHERE d.pgt_id = _stream_table.pgt_id AND d.source_relid = source) THEN
    RAISE object_not_in_prerequisite_state USING
      MESSAGE = format('%s is not registered as a source of stream table %s', source, stream_table);
  END IF;
  FOREACH _function IN ARRAY ARRAY[before, after_insert, after_update, after_delete, after_truncate] LOOP
    PERFORM pgtrickle.require_generated_function(_stream_table.pgt_id, _function, 'trigger');
  END LOOP;

  _rank := lpad(pgtrickle.trigger_rank(_stream_table.pgt_id)::text, 4, '0');
  FOR _table IN SELECT c.oid::regclass AS relid, c.relkind, c.relpersistence
                FROM pgtrickle.relation_tree(source) t JOIN pg_class c ON c.oid = t.relid
                ORDER BY c.oid::regclass::text COLLATE "C" LOOP
    IF _table.relkind NOT IN ('r', 'p') OR _table.relpersistence = 't' THEN
      RAISE wrong_object_type USING
        MESSAGE = format('IMMEDIATE stream table %s cannot read %s', stream_table, _table.relid),
        DETAIL = CASE WHEN _table.relpersistence = 't' THEN 'It is a temporary table.' ELSE
          'Its changes fire no triggers on this server: it is a '
          || CASE _table.relkind WHEN 'f' THEN 'foreign table.' WHEN 'm' THEN 'materialized view.'
                                 WHEN 'v' THEN 'view.' ELSE 'relation of another kind.' END END,
        HINT = 'FULL stream tables can read materialized views and foreign tables.';
    END IF;
    IF _table.relpersistence = 'u' THEN
      RAISE wrong_object_type USING
        MESSAGE = format('IMMEDIATE stream table %s cannot read unlogged table %s', stream_table, _table.relid),
        DETAIL = 'After a crash of the server an unlogged table is empty, and no trigger has seen it.',
        HINT = format('ALTER TABLE %s SET LOGGED, or use a FULL stream table.', _table.relid);
    END IF;
    FOR _event, _function IN SELECT * FROM (VALUES ('before', before), ('insert', after_insert),
        ('update', after_update), ('delete', after_delete), ('truncate', after_truncate)) e LOOP
      -- The name has room for the stream table's after the longest prefix, so that events do not collide.
      _name := pgtrickle.generated_name(format('pgt_%s_%s_%s.%s', _rank, _event, _stream_table.pgt_schema,
                                               _stream_table.pgt_name), '');
      IF EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = _table.relid AND t.tgname = _name) THEN
        RAISE duplicate_object USING MESSAGE = format('trigger "%s" of %s exists already', _name, _table.relid);
      END IF;
      PERFORM pgtrickle.make_trigger(_table.relid, _name, _event, _function);
      INSERT INTO pgtrickle.pgt_triggers (pgt_id, source_relid, event, trigger_name, function_name)
        VALUES (_stream_table.pgt_id, _table.relid, _event, _name, _function::text);
    END LOOP;
  END LOOP;
END
$body$;
COMMENT ON FUNCTION pgtrickle.attach_immediate(regclass, regclass, regprocedure, regprocedure, regprocedure, regprocedure, regprocedure)
  IS 'puts the maintenance triggers of an IMMEDIATE stream table on a source, its partitions and descendants';

CREATE FUNCTION pgtrickle.postpone(stream_table regclass) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _pgt_id bigint := pgtrickle.stream_table_id(stream_table);
  _trigger record;
BEGIN
  PERFORM pgtrickle.require_owner(_pgt_id);
  FOR _trigger IN SELECT t.source_relid, t.trigger_name FROM pgtrickle.pgt_triggers t
                  WHERE t.pgt_id = _pgt_id ORDER BY t.source_relid::text COLLATE "C", t.trigger_name LOOP
    EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', _trigger.source_relid, _trigger.trigger_name);
  END LOOP;
  UPDATE pgtrickle.pgt_stream_tables s SET is_populated = false, status = 'INITIALIZING', updated_at = now()
    WHERE s.pgt_id = _pgt_id;
END
$body$;
COMMENT ON FUNCTION pgtrickle.postpone(regclass)
  IS 'WITH NO DATA: leaves a stream table empty and its triggers disabled until it is refreshed';

CREATE FUNCTION pgtrickle.arm_triggers(pgt_id bigint) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _trigger record;
BEGIN
  -- In name order, the order of every other place that locks several sources.
  FOR _trigger IN SELECT t.source_relid, t.trigger_name, t.event, t.function_name
                  FROM pgtrickle.pgt_triggers t WHERE t.pgt_id = arm_triggers.pgt_id
                  ORDER BY t.source_relid::text COLLATE "C", t.trigger_name LOOP
    IF to_regprocedure(_trigger.function_name) IS NULL THEN
      RAISE undefined_function USING
        MESSAGE = format('trigger function %s is gone', _trigger.function_name),
        HINT = 'Drop the stream table, and apply its definition again.';
    END IF;
    PERFORM pgtrickle.require_generated_function(arm_triggers.pgt_id, _trigger.function_name::regprocedure, 'trigger');
    PERFORM pgtrickle.make_trigger(_trigger.source_relid, _trigger.trigger_name, _trigger.event,
                                   _trigger.function_name::regprocedure);
  END LOOP;
END
$body$;
COMMENT ON FUNCTION pgtrickle.arm_triggers(bigint) IS 'enables and repairs all maintenance triggers of a stream table, and so waits for writers';

CREATE FUNCTION pgtrickle.adapt_triggers(pgt_id bigint) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _trigger record;
BEGIN
  -- Tables that left a tree. DROP TRIGGER needs their owner; a condition that never holds does not.
  FOR _trigger IN SELECT g.*, t.oid IS NOT NULL AS is_present FROM pgtrickle.pgt_triggers g
                  LEFT JOIN pg_trigger t ON t.tgrelid = g.source_relid AND t.tgname = g.trigger_name
                  WHERE g.pgt_id = adapt_triggers.pgt_id
                    AND NOT EXISTS (SELECT FROM pgtrickle.pgt_dependencies d
                                    CROSS JOIN LATERAL pgtrickle.relation_tree(d.source_relid) r
                                    WHERE d.pgt_id = g.pgt_id AND r.relid = g.source_relid)
                  ORDER BY g.source_relid::text COLLATE "C", g.trigger_name LOOP
    IF _trigger.is_present AND pgtrickle.has_source_rights(_trigger.source_relid) THEN
      EXECUTE format('DROP TRIGGER %I ON %s', _trigger.trigger_name, _trigger.source_relid);
    ELSIF _trigger.is_present THEN
      PERFORM pgtrickle.make_trigger(_trigger.source_relid, _trigger.trigger_name, _trigger.event,
                                     _trigger.function_name::regprocedure, false);
    END IF;
    DELETE FROM pgtrickle.pgt_triggers g
      WHERE g.pgt_id = _trigger.pgt_id AND g.source_relid = _trigger.source_relid AND g.event = _trigger.event;
  END LOOP;
  -- Tables that joined one get the triggers of its root.
  INSERT INTO pgtrickle.pgt_triggers (pgt_id, source_relid, event, trigger_name, function_name)
    SELECT g.pgt_id, r.relid, g.event, g.trigger_name, g.function_name
    FROM pgtrickle.pgt_dependencies d
    JOIN pgtrickle.pgt_triggers g ON g.pgt_id = d.pgt_id AND g.source_relid = d.source_relid
    CROSS JOIN LATERAL pgtrickle.relation_tree(d.source_relid) r
    WHERE d.pgt_id = adapt_triggers.pgt_id
      AND NOT EXISTS (SELECT FROM pgtrickle.pgt_triggers x
                      WHERE x.pgt_id = d.pgt_id AND x.source_relid = r.relid AND x.event = g.event);
END
$body$;
COMMENT ON FUNCTION pgtrickle.adapt_triggers(bigint) IS 'records triggers for tables that were attached to a source, and takes them from those that were detached';
