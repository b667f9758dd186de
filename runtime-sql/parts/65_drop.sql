-- Dropping

CREATE FUNCTION pgtrickle.drop_generated_function(function regprocedure) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  SET client_min_messages = warning  -- no notice for each trigger that goes with it
AS $body$
BEGIN
  EXECUTE format('DROP FUNCTION %s CASCADE', function);
END
$body$;
COMMENT ON FUNCTION pgtrickle.drop_generated_function(regprocedure) IS 'drops a function together with its triggers';

CREATE FUNCTION pgtrickle.drop_objects(pgt_id bigint, "cascade" boolean) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _stream_table pgtrickle.pgt_stream_tables;
  _owner oid := pgtrickle.stream_table_owner(drop_objects.pgt_id);
  _refresh regprocedure;
  _object record;
  _names text;
  _sources regclass[];
  _source regclass;
  _auxiliaries bigint[];
BEGIN
  PERFORM pgtrickle.require_owner(drop_objects.pgt_id);
  SELECT * INTO _stream_table FROM pgtrickle.pgt_stream_tables s WHERE s.pgt_id = drop_objects.pgt_id;

  SELECT string_agg(s.pgt_relid::text, ', ' ORDER BY s.pgt_relid::text COLLATE "C") INTO _names
    FROM pgtrickle.pgt_dependencies d JOIN pgtrickle.pgt_stream_tables s USING (pgt_id)
    WHERE d.source_relid = _stream_table.pgt_relid;
  IF _names IS NOT NULL AND NOT "cascade" THEN
    RAISE dependent_objects_still_exist USING
      MESSAGE = format('cannot drop stream table %s because other stream tables read it', _stream_table.pgt_relid),
      DETAIL = format('It is read by %s.', _names),
      HINT = 'Drop these first, or drop with cascade => true.';
  END IF;
  FOR _object IN SELECT d.pgt_id AS id FROM pgtrickle.pgt_dependencies d
                 WHERE d.source_relid = _stream_table.pgt_relid ORDER BY d.pgt_id LOOP
    IF EXISTS (SELECT FROM pgtrickle.pgt_stream_tables s WHERE s.pgt_id = _object.id) THEN
      PERFORM pgtrickle.drop_objects(_object.id, true);
    END IF;
  END LOOP;

  -- A trigger of somebody's own that calls one of our functions is not ours to drop unasked.
  SELECT string_agg(format('"%s" of %s', t.tgname, t.tgrelid::regclass), ', ' ORDER BY t.tgname) INTO _names
    FROM pgtrickle.pgt_objects o JOIN pg_trigger t ON t.tgfoid = to_regprocedure(o.identity)
    WHERE o.pgt_id = drop_objects.pgt_id AND o.kind = 'function'
      AND NOT EXISTS (SELECT FROM pgtrickle.pgt_triggers g
                      WHERE g.pgt_id = o.pgt_id AND g.source_relid = t.tgrelid AND g.trigger_name = t.tgname)
      AND NOT EXISTS (SELECT FROM pgtrickle.pgt_objects p
                      WHERE p.pgt_id = o.pgt_id AND p.kind = 'table' AND to_regclass(p.identity) = t.tgrelid);
  IF _names IS NOT NULL AND NOT "cascade" THEN
    RAISE dependent_objects_still_exist USING
      MESSAGE = format('cannot drop stream table %s because other triggers call its functions', _stream_table.pgt_relid),
      DETAIL = format('These are %s.', _names),
      HINT = 'Drop them first, or drop with cascade => true.';
  END IF;

  -- Triggers first, in the order in which sources are locked everywhere. DROP TRIGGER needs the source's
  -- owner; dropping the function does not, and takes the trigger with it.
  FOR _object IN SELECT o.kind, o.identity, o.role,
                   CASE WHEN o.kind = 'function' THEN to_regprocedure(o.identity)::oid
                        ELSE to_regclass(o.identity)::oid END AS oid
                 FROM pgtrickle.pgt_objects o
                 LEFT JOIN LATERAL (SELECT min(g.source_relid::text COLLATE "C") FROM pgtrickle.pgt_triggers g
                   WHERE g.pgt_id = o.pgt_id AND g.function_name = o.identity) g(source) ON true
                 WHERE o.pgt_id = drop_objects.pgt_id AND o.role NOT IN ('stream_table', 'auxiliary') AND o.kind <> 'index'
                 ORDER BY g.source NULLS LAST, o.kind = 'table', o.kind = 'view', o.identity COLLATE "C" LOOP
    CONTINUE WHEN _object.oid IS NULL;
    -- The entries are the owner's to write: never drop on their word what is not the owner's generated object.
    IF NOT EXISTS (
      SELECT FROM (SELECT p.pronamespace, p.proowner FROM pg_proc p WHERE _object.kind = 'function' AND p.oid = _object.oid
                   UNION ALL
                   SELECT c.relnamespace, c.relowner FROM pg_class c WHERE _object.kind <> 'function' AND c.oid = _object.oid) x(schema, owner)
      JOIN pg_namespace n ON n.oid = x.schema
      WHERE n.nspname IN ('pgtrickle_changes', 'pgtrickle_state', 'pgtrickle_impl')
        AND x.owner = _owner) THEN
      RAISE invalid_object_definition USING
        MESSAGE = format('%s %s is recorded as an object of stream table %s, but does not look like one', _object.kind, _object.identity, _stream_table.pgt_relid),
        DETAIL = 'Generated objects belong to the owner of the stream table and stand in the schemas of the runtime.';
    END IF;
    IF _object.role = 'refresh' THEN
      _refresh := _object.oid;
    ELSIF _object.kind = 'function' THEN
      PERFORM pgtrickle.drop_generated_function(_object.oid::regprocedure);
    ELSE
      EXECUTE format(CASE _object.kind WHEN 'view' THEN 'DROP VIEW %s %s' ELSE 'DROP TABLE %s %s' END,
                     _object.oid::regclass, CASE WHEN "cascade" THEN 'CASCADE' ELSE 'RESTRICT' END);
    END IF;
  END LOOP;
  _sources := ARRAY(SELECT d.source_relid FROM pgtrickle.pgt_dependencies d
                    WHERE d.pgt_id = drop_objects.pgt_id ORDER BY d.source_relid::text COLLATE "C");
  _auxiliaries := ARRAY(SELECT pgtrickle.auxiliaries_of(drop_objects.pgt_id));
  PERFORM pgtrickle.release_capture(_stream_table.pgt_relid);
  IF EXISTS (SELECT FROM pg_class c WHERE c.oid = _stream_table.pgt_relid) THEN
    EXECUTE format('DROP TABLE %s %s', _stream_table.pgt_relid, CASE WHEN "cascade" THEN 'CASCADE' ELSE 'RESTRICT' END);
  END IF;
  -- With the table gone, the refresh function is what still tells whose entries these are.
  DELETE FROM pgtrickle_state.version v WHERE v.id = _stream_table.pgt_schema || '.' || _stream_table.pgt_name;
  DELETE FROM pgtrickle.pgt_stream_tables s WHERE s.pgt_id = drop_objects.pgt_id;
  IF _refresh IS NOT NULL THEN
    EXECUTE format('DROP FUNCTION %s', _refresh);
  END IF;
  FOREACH _source IN ARRAY _sources LOOP
    PERFORM pgtrickle.release_capture(_source);
  END LOOP;
  -- Those that read others first.
  FOR _k IN REVERSE cardinality(_auxiliaries) .. 1 LOOP
    PERFORM pgtrickle.drop_objects(_auxiliaries[_k], "cascade");
  END LOOP;
END
$body$;
COMMENT ON FUNCTION pgtrickle.drop_objects(bigint, boolean) IS 'drops a stream table with everything that was generated for it';

CREATE FUNCTION pgtrickle.drop_relation(name text, stream_table regclass, schemas name[], "cascade" boolean)
  RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _pgt_id bigint;
  _parts text[];
BEGIN
  SELECT s.pgt_id INTO _pgt_id FROM pgtrickle.pgt_stream_tables s WHERE s.pgt_relid = stream_table;
  IF _pgt_id IS NULL AND name IS NOT NULL THEN
    -- Dropped with DROP TABLE: only the catalog knows the name, and the rest is still there.
    _parts := parse_ident(name);
    SELECT s.pgt_id INTO _pgt_id FROM pgtrickle.pgt_stream_tables s
      WHERE s.pgt_name = _parts[cardinality(_parts)]
        AND (cardinality(_parts) = 1 AND s.pgt_schema = ANY (schemas)
             OR cardinality(_parts) = 2 AND s.pgt_schema = _parts[1])
        AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = s.pgt_relid)
      ORDER BY array_position(schemas, s.pgt_schema) LIMIT 1;
  END IF;
  IF _pgt_id IS NULL THEN
    IF stream_table IS NULL THEN
      PERFORM pgtrickle.missing_stream_table(name);
    END IF;
    _pgt_id := pgtrickle.stream_table_id(stream_table);
  END IF;
  PERFORM pgtrickle.drop_objects(_pgt_id, "cascade");
END
$body$;
COMMENT ON FUNCTION pgtrickle.drop_relation(text, regclass, name[], boolean) IS 'drop_stream_table after the name was resolved';

CREATE FUNCTION pgtrickle.drop_stream_table(name text, "cascade" boolean DEFAULT false) RETURNS void
  LANGUAGE sql VOLATILE
BEGIN ATOMIC
  SELECT pgtrickle.drop_relation(drop_stream_table.name, to_regclass(drop_stream_table.name),
                                 current_schemas(true), drop_stream_table."cascade");
END;
COMMENT ON FUNCTION pgtrickle.drop_stream_table(text, boolean)
  IS 'drops a stream table and every generated object; what depends on it only with cascade => true';
