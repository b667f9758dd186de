-- What happened to the schema under a stream table: problems that need a new definition, or a new content
--
-- PostgreSQL refuses to drop or retype what a definition view uses. Everything else passes: renames, partitions,
-- constraints, functions and views that are replaced. What was there at compile time is recorded and compared.

CREATE FUNCTION pgtrickle.called_functions(definition regclass) RETURNS TABLE (function regprocedure, is_direct boolean)
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  -- Functions that came with the server have no entries. What a body in quotes calls is not known to the server
  -- either; a body of BEGIN ATOMIC, an operator and an aggregate depend on the functions that they call.
  RETURN QUERY
    WITH RECURSIVE used(classid, objid, is_direct) AS (
      SELECT d.refclassid, d.refobjid, true
      FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
      WHERE r.ev_class = definition AND d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass)
      UNION
      SELECT d.refclassid, d.refobjid, u.classid = 'pg_operator'::regclass AND u.is_direct
      FROM used u JOIN pg_depend d ON d.classid = u.classid AND d.objid = u.objid
      WHERE d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass) AND d.deptype = 'n'
    )
    SELECT u.objid::regprocedure, bool_or(u.is_direct)
    FROM used u WHERE u.classid = 'pg_proc'::regclass
    GROUP BY u.objid ORDER BY u.objid::regprocedure::text COLLATE "C";
END
$body$;
COMMENT ON FUNCTION pgtrickle.called_functions(regclass) IS 'functions that a view uses, directly (as an operator, too) or through other functions';

CREATE FUNCTION pgtrickle.functions_used(definition regclass) RETURNS text[]
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RETURN ARRAY(SELECT format('%s %s', f.function,
                        md5(concat_ws(E'\n', p.prosrc, pg_get_function_sqlbody(p.oid), p.probin, l.lanname, p.provolatile,
                                      p.proisstrict, p.proconfig)))
               FROM pgtrickle.called_functions(definition) f
               JOIN pg_proc p ON p.oid = f.function JOIN pg_language l ON l.oid = p.prolang
               ORDER BY f.function::text COLLATE "C");
END
$body$;
COMMENT ON FUNCTION pgtrickle.functions_used(regclass) IS 'functions that a view uses, each with a hash of what it does';

CREATE FUNCTION pgtrickle.replaced_function(pgt_id bigint) RETURNS text
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  -- A definition without functions stays one: its view cannot get any.
  RETURN (SELECT min(left(f.entry, -33)) FROM pgtrickle.pgt_objects o
          CROSS JOIN LATERAL unnest(pgtrickle.functions_used(to_regclass(o.identity))) f(entry)
          WHERE o.pgt_id = replaced_function.pgt_id AND o.functions_used <> '{}' AND f.entry <> ALL (o.functions_used));
END
$body$;
COMMENT ON FUNCTION pgtrickle.replaced_function(bigint) IS 'a function that does something else than when the stream table was computed, NULL if there is none';

CREATE FUNCTION pgtrickle.accept_schema(pgt_id bigint) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  UPDATE pgtrickle.pgt_dependencies d
    SET schema_fingerprint = pgtrickle.schema_fingerprint(d.source_relid, d.columns_used)
    WHERE d.pgt_id = accept_schema.pgt_id
      AND d.schema_fingerprint <> pgtrickle.schema_fingerprint(d.source_relid, d.columns_used);
  UPDATE pgtrickle.pgt_objects o SET functions_used = pgtrickle.functions_used(to_regclass(o.identity))
    WHERE o.pgt_id = accept_schema.pgt_id AND o.functions_used <> '{}'
      AND o.functions_used <> pgtrickle.functions_used(to_regclass(o.identity));
END
$body$;
COMMENT ON FUNCTION pgtrickle.accept_schema(bigint) IS 'records partitions and functions as they are, before a recomputation';

CREATE FUNCTION pgtrickle.source_problem(pgt_id bigint) RETURNS text
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _nodes bigint[] := source_problem.pgt_id || ARRAY(SELECT pgtrickle.auxiliaries_of(source_problem.pgt_id));
BEGIN
  -- What makes the generated text wrong. Partitions are no such thing.
  RETURN (SELECT min(p.problem) FROM (
    SELECT CASE WHEN c.oid IS NULL THEN format('source %s was dropped', d.source_relid::oid)
                WHEN d.source_type = 'VIEW' THEN format('view %s has another query or name than when it was compiled', d.source_relid)
                ELSE format('source %s has another name or other columns than when it was compiled', d.source_relid) END
    FROM pgtrickle.pgt_dependencies d LEFT JOIN pg_class c ON c.oid = d.source_relid
    WHERE d.pgt_id = ANY (_nodes)
      AND split_part(d.schema_fingerprint, ' ', 1)
          IS DISTINCT FROM split_part(pgtrickle.schema_fingerprint(d.source_relid, d.columns_used), ' ', 1)
    UNION ALL
    SELECT format('constraint %I of %s, which it relies on, was dropped or changed', f.constraint_name, f.relid)
    FROM pgtrickle.pgt_facts f
    WHERE f.pgt_id = ANY (_nodes)
      AND pgtrickle.fact_definition(f.relid, f.constraint_name) IS DISTINCT FROM f.definition
    UNION ALL
    SELECT format('function %s is not IMMUTABLE any more', f.function)
    FROM pgtrickle.pgt_objects o
    JOIN pgtrickle.pgt_stream_tables s ON s.pgt_id = o.pgt_id AND s.refresh_mode <> 'FULL'
    CROSS JOIN LATERAL pgtrickle.called_functions(to_regclass(o.identity)) f
    JOIN pg_proc p ON p.oid = f.function
    WHERE o.pgt_id = ANY (_nodes) AND o.functions_used <> '{}'
      AND f.is_direct AND p.prokind = 'f' AND p.provolatile <> 'i') p(problem));
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

CREATE FUNCTION pgtrickle.reinit_problem(pgt_id bigint) RETURNS text
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _nodes bigint[] := reinit_problem.pgt_id || ARRAY(SELECT pgtrickle.auxiliaries_of(reinit_problem.pgt_id));
BEGIN
  -- What recomputing repairs. Stream tables in mode FULL recompute anyway.
  RETURN (SELECT min(p.problem) FROM (
    SELECT format('partitions of %s changed', d.source_relid)
    FROM pgtrickle.pgt_dependencies d
    JOIN pgtrickle.pgt_stream_tables s ON s.pgt_id = d.pgt_id AND s.refresh_mode <> 'FULL'
    WHERE d.pgt_id = ANY (_nodes)
      AND split_part(d.schema_fingerprint, ' ', 2)
          IS DISTINCT FROM split_part(pgtrickle.schema_fingerprint(d.source_relid, d.columns_used), ' ', 2)
    UNION ALL
    SELECT format('function %s was replaced', f.name)
    FROM pgtrickle.pgt_stream_tables s CROSS JOIN LATERAL pgtrickle.replaced_function(s.pgt_id) f(name)
    WHERE s.pgt_id = ANY (_nodes) AND s.refresh_mode <> 'FULL' AND f.name IS NOT NULL
    UNION ALL
    SELECT format('trigger %I of %s was missing, changed or disabled', g.trigger_name, g.source_relid)
    FROM pgtrickle.pgt_triggers g
    LEFT JOIN pg_trigger t ON t.tgrelid = g.source_relid AND t.tgname = g.trigger_name
      AND t.tgfoid = to_regprocedure(g.function_name) AND t.tgqual IS NULL AND t.tgenabled IN ('O', 'A')
    WHERE g.pgt_id = ANY (_nodes) AND t.oid IS NULL
    UNION ALL
    SELECT format('changes of %s were not captured', d.source_relid)
    FROM pgtrickle.pgt_dependencies d
    JOIN pgtrickle.pgt_stream_tables s ON s.pgt_id = d.pgt_id AND s.refresh_mode = 'DIFFERENTIAL'
    WHERE d.pgt_id = ANY (_nodes) AND d.source_type IN ('TABLE', 'PARTITIONED_TABLE', 'STREAM_TABLE')
      AND NOT pgtrickle.is_captured(d.source_relid, d.columns_used)) p(problem));
END
$body$;
COMMENT ON FUNCTION pgtrickle.reinit_problem(bigint) IS 'why the content of a stream table may be wrong until it is recomputed, NULL if nothing is known';
