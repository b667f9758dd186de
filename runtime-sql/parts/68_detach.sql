-- Detaching definitions: for DDL on used columns
--
-- A definition view makes PostgreSQL refuse to drop or retype a column that a stream table uses. The view is
-- dropped for the time of the change and made again afterwards. Both happen in a function that belongs to the
-- stream table's owner and that owners of its sources may call as well: with DROP … CASCADE they could always
-- take the view away. So the recorded text is never run with other rights than those of its author.

CREATE FUNCTION pgtrickle.source_files(pgt_id bigint) RETURNS text
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RETURN (SELECT coalesce(string_agg(format('%s %s', t.relid::oid, pg_relation_filenode(t.relid)), ', ' ORDER BY t.relid::oid), '')
          FROM pgtrickle.pgt_dependencies d CROSS JOIN LATERAL pgtrickle.relation_tree(d.source_relid) t
          WHERE d.pgt_id = source_files.pgt_id);
END
$body$;
COMMENT ON FUNCTION pgtrickle.source_files(bigint) IS 'the files that sources are stored in: others after a rewrite, which fires no trigger';

CREATE FUNCTION pgtrickle.detach_as_owner(pgt_id bigint) RETURNS text
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _view regclass := (SELECT to_regclass(o.identity) FROM pgtrickle.pgt_objects o
                     WHERE o.pgt_id = detach_as_owner.pgt_id AND o.kind = 'view' AND o.role = 'definition');
BEGIN
  PERFORM pgtrickle.require_owner(detach_as_owner.pgt_id);
  IF _view IS NOT NULL THEN
    INSERT INTO pgtrickle_state.detached (pgt_id, definition, comment, files)
      VALUES (detach_as_owner.pgt_id, pg_get_viewdef(_view), obj_description(_view, 'pg_class'),
              pgtrickle.source_files(detach_as_owner.pgt_id));
    EXECUTE format('DROP VIEW %s', _view);
  END IF;
  RETURN CASE WHEN EXISTS (SELECT FROM pgtrickle_state.detached x WHERE x.pgt_id = detach_as_owner.pgt_id)
              THEN 'detached' ELSE 'has no definition view' END;
END
$body$;
COMMENT ON FUNCTION pgtrickle.detach_as_owner(bigint) IS 'drops the definition view of a stream table and records it';

CREATE FUNCTION pgtrickle.needs_compiling(pgt_id bigint, problem text) RETURNS text
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  UPDATE pgtrickle.pgt_stream_tables s
    SET needs_reinit = true, reinit_reason = problem || '; tricklec upgrade compiles it again', updated_at = now(),
        status = CASE s.status WHEN 'SUSPENDED' THEN s.status ELSE 'ERROR' END
    WHERE needs_compiling.pgt_id IN (SELECT s.pgt_id UNION ALL SELECT pgtrickle.auxiliaries_of(s.pgt_id))
      AND pgtrickle.has_owner_rights(s.pgt_id)
      AND (NOT s.needs_reinit OR s.status NOT IN ('SUSPENDED', 'ERROR'));
  RETURN 'has to be compiled again: ' || problem;
END
$body$;
COMMENT ON FUNCTION pgtrickle.needs_compiling(bigint, text) IS 'marks a stream table whose generated text does not fit its sources';

CREATE FUNCTION pgtrickle.definition_statement(pgt_id bigint) RETURNS text
  LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT format('CREATE VIEW pgtrickle_state.%I AS %s', (parse_ident(o.identity))[2], x.definition)
  FROM pgtrickle_state.detached x
  JOIN pgtrickle.pgt_objects o ON o.pgt_id = x.pgt_id AND o.kind = 'view' AND o.role = 'definition'
  WHERE x.pgt_id = definition_statement.pgt_id;
END;
COMMENT ON FUNCTION pgtrickle.definition_statement(bigint) IS 'the statement that makes a detached definition view again';

CREATE FUNCTION pgtrickle.attach_as_owner(pgt_id bigint) RETURNS text
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _detached pgtrickle_state.detached;
  _view name;
  _problem text;
BEGIN
  PERFORM pgtrickle.require_owner(attach_as_owner.pgt_id);
  SELECT * INTO _detached FROM pgtrickle_state.detached x WHERE x.pgt_id = attach_as_owner.pgt_id FOR UPDATE;
  IF NOT FOUND THEN
    RETURN 'attached';
  END IF;
  SELECT (parse_ident(o.identity))[2]::name INTO _view FROM pgtrickle.pgt_objects o
    WHERE o.pgt_id = attach_as_owner.pgt_id AND o.kind = 'view' AND o.role = 'definition';
  BEGIN
    EXECUTE pgtrickle.definition_statement(attach_as_owner.pgt_id);
  EXCEPTION WHEN undefined_column OR undefined_table OR undefined_function OR datatype_mismatch OR cannot_coerce
      OR collation_mismatch OR indeterminate_collation OR ambiguous_function OR invalid_text_representation THEN
    GET STACKED DIAGNOSTICS _problem = MESSAGE_TEXT;
    RETURN pgtrickle.needs_compiling(attach_as_owner.pgt_id, format('its query does not fit its sources: %s', _problem));
  END;
  IF _detached.comment IS NOT NULL THEN
    EXECUTE format('COMMENT ON VIEW pgtrickle_state.%I IS %L', _view, _detached.comment);
  END IF;
  PERFORM pgtrickle.record_object(attach_as_owner.pgt_id, 'view',
                                  format('pgtrickle_state.%I', _view), 'definition');
  DELETE FROM pgtrickle_state.detached x WHERE x.pgt_id = attach_as_owner.pgt_id;

  _problem := pgtrickle.source_problem(attach_as_owner.pgt_id);
  IF _problem IS NOT NULL THEN
    RETURN pgtrickle.needs_compiling(attach_as_owner.pgt_id, _problem);
  END IF;
  IF _detached.files <> pgtrickle.source_files(attach_as_owner.pgt_id) THEN
    UPDATE pgtrickle.pgt_stream_tables s
      SET needs_reinit = true, reinit_reason = 'a source was rewritten', updated_at = now()
      WHERE s.pgt_id = attach_as_owner.pgt_id AND s.is_populated AND NOT s.needs_reinit;
    RETURN 'attached; to be refreshed, because a source was rewritten';
  END IF;
  RETURN 'attached';
END
$body$;
COMMENT ON FUNCTION pgtrickle.attach_as_owner(bigint) IS 'makes the definition view of a stream table again, and finds out whether the stream table still fits';

CREATE FUNCTION pgtrickle.change_definitions(name text, source regclass, attach boolean)
  RETURNS TABLE (stream_table text, result text)
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _reader record;
BEGIN
  IF source IS NULL THEN
    RAISE undefined_table USING
      MESSAGE = CASE WHEN name IS NULL THEN 'the name of a source must not be NULL'
                     ELSE format('relation "%s" does not exist', name) END;
  END IF;
  FOR _reader IN SELECT DISTINCT s.pgt_id, s.pgt_schema, s.pgt_name, p.oid AS function, p.proname, p.proowner
                 FROM pgtrickle.pgt_dependencies d
                 JOIN pgtrickle.pgt_stream_tables s ON s.pgt_id = d.pgt_id
                 LEFT JOIN pgtrickle.pgt_objects o ON o.pgt_id = s.pgt_id AND o.role = 'detach'
                 LEFT JOIN pg_proc p ON p.oid = to_regprocedure(o.identity)
                 WHERE d.source_relid IN (SELECT t.relid FROM pgtrickle.relation_tree(source) t)
                 ORDER BY s.pgt_schema, s.pgt_name LOOP
    stream_table := pgtrickle.quoted_name(_reader.pgt_schema, _reader.pgt_name);
    PERFORM pgtrickle.require_generated_function(_reader.pgt_id, _reader.function, 'text', '{boolean}');
    IF has_function_privilege(_reader.function, 'EXECUTE') THEN
      EXECUTE format('SELECT pgtrickle_impl.%I($1)', _reader.proname) INTO result USING attach;
    ELSE
      result := format('not %s: only its owner, role "%s", and owners of its sources may do that',
                       CASE WHEN attach THEN 'attached' ELSE 'detached' END, pg_get_userbyid(_reader.proowner));
    END IF;
    RETURN NEXT;
  END LOOP;
END
$body$;
COMMENT ON FUNCTION pgtrickle.change_definitions(text, regclass, boolean) IS 'detach_definitions and attach_definitions after the name was resolved';

CREATE FUNCTION pgtrickle.detach_definitions(source text) RETURNS TABLE (stream_table text, result text)
  LANGUAGE sql VOLATILE
BEGIN ATOMIC
  SELECT c.stream_table, c.result
  FROM pgtrickle.change_definitions(detach_definitions.source, to_regclass(detach_definitions.source), false) c;
END;
COMMENT ON FUNCTION pgtrickle.detach_definitions(text) IS 'takes the definition views of all stream tables over a source away, so that its columns can be dropped or retyped';

CREATE FUNCTION pgtrickle.attach_definitions(source text) RETURNS TABLE (stream_table text, result text)
  LANGUAGE sql VOLATILE
BEGIN ATOMIC
  SELECT c.stream_table, c.result
  FROM pgtrickle.change_definitions(attach_definitions.source, to_regclass(attach_definitions.source), true) c;
END;
COMMENT ON FUNCTION pgtrickle.attach_definitions(text) IS 'makes the definition views again that detach_definitions took away, and says which stream tables have to be compiled again';
