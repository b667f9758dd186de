-- Registration: what the script of a stream table calls

CREATE FUNCTION pgtrickle.name_hash(name text) RETURNS text
  LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
AS $body$
-- FNV-1a with 32 bits, over the name in UTF-8: the compiler has to find the same names without a server.
DECLARE
  _bytes bytea := convert_to(name, 'UTF8');
  _hash bigint := 2166136261;
BEGIN
  FOR _k IN 0 .. octet_length(_bytes) - 1 LOOP
    _hash := ((_hash # get_byte(_bytes, _k)) * 16777619) & 4294967295;
  END LOOP;
  RETURN lpad(to_hex(_hash), 8, '0');
END
$body$;
COMMENT ON FUNCTION pgtrickle.name_hash(text) IS 'eight digits that stand for what was cut off a name';

CREATE FUNCTION pgtrickle.generated_name(stream_table text, suffix text) RETURNS name
  LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _full text := stream_table || suffix;
  _short text := _full;
BEGIN
  IF octet_length(_full) <= 63 THEN
    RETURN _full::name;
  END IF;
  -- Whole characters only: PostgreSQL itself would cut without telling, and two names could collide.
  WHILE octet_length(_short) > 63 - 9 LOOP
    _short := left(_short, -1);
  END LOOP;
  RETURN (_short || '~' || pgtrickle.name_hash(_full))::name;
END
$body$;
COMMENT ON FUNCTION pgtrickle.generated_name(text, text) IS 'the name of a generated object, cut to 63 bytes with a hash';

CREATE FUNCTION pgtrickle.stream_table_id(stream_table regclass) RETURNS bigint
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _pgt_id bigint := (SELECT s.pgt_id FROM pgtrickle.pgt_stream_tables s WHERE s.pgt_relid = stream_table);
BEGIN
  IF _pgt_id IS NULL THEN
    RAISE undefined_object USING
      MESSAGE = CASE WHEN stream_table IS NULL THEN 'the name of a stream table must not be NULL'
                     ELSE format('%s is not a stream table', stream_table) END,
      HINT = 'SELECT name FROM pgtrickle.pgt_status() lists the stream tables of this database.';
  END IF;
  RETURN _pgt_id;
END
$body$;
COMMENT ON FUNCTION pgtrickle.stream_table_id(regclass) IS 'the pgt_id of a stream table; an error if it is none';

CREATE FUNCTION pgtrickle.require_owner(pgt_id bigint) RETURNS void
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF NOT pgtrickle.has_owner_rights(require_owner.pgt_id) THEN
    RAISE insufficient_privilege USING
      MESSAGE = format('must be owner of stream table %s',
        (SELECT s.pgt_relid FROM pgtrickle.pgt_stream_tables s WHERE s.pgt_id = require_owner.pgt_id));
  END IF;
END
$body$;
COMMENT ON FUNCTION pgtrickle.require_owner(bigint) IS 'an error unless the current role has the rights of the stream table''s owner';

CREATE FUNCTION pgtrickle.require_generated_function(pgt_id bigint, function regprocedure, result regtype,
    arguments regtype[] DEFAULT '{}') RETURNS void
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  -- Called by a superuser, a function with the caller's rights would hand these to the function's author.
  IF NOT EXISTS (
      SELECT FROM pg_proc p
      WHERE p.oid = function AND p.prosecdef AND p.prokind = 'f' AND p.pronamespace = 'pgtrickle_impl'::regnamespace
        AND p.proargtypes::text = array_to_string(arguments::oid[], ' ') AND (result IS NULL OR p.prorettype = result)
        AND p.proowner = coalesce(
          (SELECT c.relowner FROM pg_class c JOIN pgtrickle.pgt_stream_tables s ON c.oid = s.pgt_relid
           WHERE s.pgt_id = require_generated_function.pgt_id),
          pgtrickle.stream_table_owner(require_generated_function.pgt_id))) THEN
    RAISE invalid_object_definition USING
      MESSAGE = format('%s is not a function of stream table %s', coalesce(function::text, 'NULL'),
        (SELECT s.pgt_relid FROM pgtrickle.pgt_stream_tables s WHERE s.pgt_id = require_generated_function.pgt_id)),
      DETAIL = format('A generated function stands in schema pgtrickle_impl, belongs to the stream table''s owner, is SECURITY DEFINER, takes %s%s.',
        CASE WHEN cardinality(arguments) = 0 THEN 'no arguments'
             ELSE 'arguments of types ' || array_to_string(arguments, ', ') END,
        ' and returns ' || result::text),
      HINT = 'Compile and apply the definition of the stream table again.';
  END IF;
END
$body$;
COMMENT ON FUNCTION pgtrickle.require_generated_function(bigint, regprocedure, regtype, regtype[]) IS 'an error unless the function is safe to call on behalf of a stream table';

CREATE FUNCTION pgtrickle.content_hash(kind text, object oid) RETURNS text
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RETURN md5(CASE kind
    WHEN 'function' THEN pg_get_functiondef(object)
    WHEN 'view' THEN pg_get_viewdef(object)
    WHEN 'index' THEN pg_get_indexdef(object)
    WHEN 'table' THEN
      (SELECT coalesce(string_agg(format('%s %s %s %s %s', quote_ident(a.attname),
                format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated,
                CASE WHEN a.attcollation <> 0 THEN a.attcollation::regcollation::text END),
                E'\n' ORDER BY a.attnum), '')
       FROM pg_attribute a WHERE a.attrelid = object AND a.attnum > 0 AND NOT a.attisdropped) END);
END
$body$;
COMMENT ON FUNCTION pgtrickle.content_hash(text, oid) IS 'hash of an object''s definition, to find out whether it was changed';

CREATE FUNCTION pgtrickle.record_object(pgt_id bigint, kind text, identity text, role text) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _object oid;
  _owner oid;
BEGIN
  IF kind = 'function' THEN
    SELECT p.oid, p.proowner INTO _object, _owner FROM pg_proc p
      WHERE p.oid = to_regprocedure(record_object.identity);
  ELSE
    SELECT c.oid, c.relowner INTO _object, _owner FROM pg_class c
      WHERE c.oid = to_regclass(record_object.identity)
        AND c.relkind = CASE kind WHEN 'table' THEN 'r' WHEN 'view' THEN 'v' WHEN 'index' THEN 'i' END;
  END IF;
  IF _object IS NULL THEN
    RAISE undefined_object USING MESSAGE = format('%s %s does not exist', kind, identity);
  END IF;
  IF _owner <> pgtrickle.stream_table_owner(record_object.pgt_id) THEN
    RAISE invalid_object_definition USING
      MESSAGE = format('%s %s does not belong to the owner of its stream table', kind, identity);
  END IF;
  INSERT INTO pgtrickle.pgt_objects AS o (pgt_id, kind, identity, role, content_hash, functions_used)
    VALUES (record_object.pgt_id, record_object.kind,
            CASE WHEN record_object.kind = 'function' THEN _object::regprocedure::text ELSE _object::regclass::text END,
            record_object.role, pgtrickle.content_hash(record_object.kind, _object),
            CASE WHEN record_object.role = 'definition' THEN pgtrickle.functions_used(_object::regclass) ELSE '{}' END)
    ON CONFLICT ON CONSTRAINT pgt_objects_pkey DO UPDATE SET content_hash = excluded.content_hash,
      functions_used = excluded.functions_used, role = CASE WHEN excluded.role = 'part' THEN o.role ELSE excluded.role END;
END
$body$;
COMMENT ON FUNCTION pgtrickle.record_object(bigint, text, text, text) IS 'records an object with its content hash and its part in a stream table';

CREATE FUNCTION pgtrickle.refuse_direct_change() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  -- Asked here, not in the trigger's condition: every maintaining statement would parse and prepare that, too.
  IF current_setting('pgtrickle.maintenance', true) = 'on' THEN
    RETURN NULL;
  END IF;
  RAISE object_not_in_prerequisite_state USING
    MESSAGE = format('cannot change stream table "%s" directly', TG_TABLE_NAME),
    DETAIL = format('%s was refused: the content of %s is always that of its query.', TG_OP, TG_RELID::regclass),
    HINT = 'Change the tables that its query reads.';
END
$body$;
COMMENT ON FUNCTION pgtrickle.refuse_direct_change() IS 'trigger: stops accidental INSERT, UPDATE, DELETE and TRUNCATE of a stream table';

CREATE FUNCTION pgtrickle.create_owner_functions(pgt_id bigint) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _stream_table text;
  _refresh name;
  _verify name;
  _detach name;
BEGIN
  SELECT s.pgt_relid::text, pgtrickle.generated_name(s.pgt_schema || '.' || s.pgt_name, '/refresh'),
         pgtrickle.generated_name(s.pgt_schema || '.' || s.pgt_name, '/verify'),
         pgtrickle.generated_name(s.pgt_schema || '.' || s.pgt_name, '/detach')
    INTO _stream_table, _refresh, _verify, _detach
    FROM pgtrickle.pgt_stream_tables s WHERE s.pgt_id = create_owner_functions.pgt_id;

  EXECUTE format('CREATE FUNCTION pgtrickle_impl.%I(keep_failure boolean) RETURNS text LANGUAGE plpgsql VOLATILE SECURITY DEFINER '
                 'SET search_path = pg_catalog, pg_temp AS %L', _refresh,
                 format(E'\nBEGIN\n  RETURN pgtrickle.refresh_as_owner((%s)::bigint, keep_failure);\nEND\n', create_owner_functions.pgt_id));
  EXECUTE format('REVOKE ALL ON FUNCTION pgtrickle_impl.%I(boolean) FROM PUBLIC', _refresh);
  EXECUTE format('COMMENT ON FUNCTION pgtrickle_impl.%I(boolean) IS %L', _refresh,
    format('refreshes stream table %s with its owner''s rights; EXECUTE is the right to refresh', _stream_table));
  PERFORM pgtrickle.record_object(create_owner_functions.pgt_id, 'function',
                                  format('pgtrickle_impl.%I(boolean)', _refresh), 'refresh');

  EXECUTE format('CREATE FUNCTION pgtrickle_impl.%I() RETURNS TABLE (side text, "row" jsonb, copies bigint) '
                 'LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp BEGIN ATOMIC '
                 'SELECT v.side, v."row", v.copies FROM pgtrickle.verify_as_owner(%s::bigint) v; END',
                 _verify, create_owner_functions.pgt_id);
  EXECUTE format('REVOKE ALL ON FUNCTION pgtrickle_impl.%I() FROM PUBLIC', _verify);
  EXECUTE format('COMMENT ON FUNCTION pgtrickle_impl.%I() IS %L', _verify,
    format('compares stream table %s with its query, with its owner''s rights', _stream_table));
  PERFORM pgtrickle.record_object(create_owner_functions.pgt_id, 'function',
                                  format('pgtrickle_impl.%I()', _verify), 'verify');

  EXECUTE format('CREATE FUNCTION pgtrickle_impl.%I(attach boolean) RETURNS text LANGUAGE sql VOLATILE SECURITY DEFINER '
                 'SET search_path = pg_catalog, pg_temp BEGIN ATOMIC SELECT CASE WHEN attach '
                 'THEN pgtrickle.attach_as_owner(%s::bigint) ELSE pgtrickle.detach_as_owner(%s::bigint) END; END',
                 _detach, create_owner_functions.pgt_id, create_owner_functions.pgt_id);
  EXECUTE format('REVOKE ALL ON FUNCTION pgtrickle_impl.%I(boolean) FROM PUBLIC', _detach);
  EXECUTE format('COMMENT ON FUNCTION pgtrickle_impl.%I(boolean) IS %L', _detach,
    format('takes the definition view of stream table %s away for DDL on its sources, or makes it again', _stream_table));
  PERFORM pgtrickle.record_object(create_owner_functions.pgt_id, 'function',
                                  format('pgtrickle_impl.%I(boolean)', _detach), 'detach');
END
$body$;
COMMENT ON FUNCTION pgtrickle.create_owner_functions(bigint) IS 'creates the functions that refresh, verify and detach a stream table with its owner''s rights';

CREATE FUNCTION pgtrickle.register_stream_table(stream_table regclass, refresh_mode text, strategy text,
    lock_class text, defining_query text, original_query text, definition_hash text, compiler_format int,
    fill regprocedure) RETURNS bigint
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _relation record;
  _pgt_id bigint;
BEGIN
  SELECT c.relkind, c.relpersistence, c.relname, n.nspname, c.relowner INTO _relation
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = stream_table;
  IF _relation.relkind IS DISTINCT FROM 'r' OR _relation.relpersistence = 't' THEN
    RAISE wrong_object_type USING
      MESSAGE = format('%s cannot be a stream table', coalesce(stream_table::text, 'NULL')),
      DETAIL = 'A stream table is an ordinary table, neither temporary nor partitioned.';
  END IF;
  IF NOT pg_has_role(_relation.relowner, 'USAGE') THEN
    RAISE insufficient_privilege USING MESSAGE = format('must be owner of table %s', stream_table);
  END IF;
  INSERT INTO pgtrickle.pgt_stream_tables (pgt_relid, pgt_schema, pgt_name, defining_query, original_query,
      refresh_mode, strategy, lock_class, definition_hash, compiler_format)
    VALUES (stream_table, _relation.nspname, _relation.relname, register_stream_table.defining_query,
      register_stream_table.original_query, register_stream_table.refresh_mode, register_stream_table.strategy,
      register_stream_table.lock_class, register_stream_table.definition_hash,
      register_stream_table.compiler_format)
    RETURNING pgt_id INTO _pgt_id;
  INSERT INTO pgtrickle_state.version (id, xid)
    VALUES (_relation.nspname || '.' || _relation.relname, pg_current_xact_id());

  PERFORM pgtrickle.record_object(_pgt_id, 'table', stream_table::text, 'stream_table');
  PERFORM pgtrickle.require_generated_function(_pgt_id, fill, NULL);
  PERFORM pgtrickle.record_object(_pgt_id, 'function', fill::text, 'fill');
  PERFORM pgtrickle.create_owner_functions(_pgt_id);

  EXECUTE format($sql$CREATE TRIGGER pgt_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s
    FOR EACH STATEMENT WHEN (pg_catalog.pg_trigger_depth() OPERATOR(pg_catalog.=) 0)
    EXECUTE FUNCTION pgtrickle.refuse_direct_change()$sql$, stream_table);
  RETURN _pgt_id;
END
$body$;
COMMENT ON FUNCTION pgtrickle.register_stream_table(regclass, text, text, text, text, text, text, int, regprocedure)
  IS 'makes a table a stream table: catalog entry, version row, guard trigger, functions that act for its owner';

CREATE FUNCTION pgtrickle.auxiliaries_of(pgt_id bigint) RETURNS SETOF bigint
  LANGUAGE plpgsql STABLE ROWS 1 SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RETURN QUERY
    SELECT s.pgt_id FROM pgtrickle.pgt_objects o JOIN pgtrickle.pgt_stream_tables s ON s.pgt_relid = to_regclass(o.identity)
    WHERE o.pgt_id = auxiliaries_of.pgt_id AND o.role = 'auxiliary' AND s.pgt_schema = 'pgtrickle_state'
    ORDER BY s.pgt_id;
END
$body$;
COMMENT ON FUNCTION pgtrickle.auxiliaries_of(bigint) IS 'the stored inner results of a stream table, in the order in which they are brought up to date';

CREATE FUNCTION pgtrickle.register_auxiliary(stream_table regclass, auxiliary regclass) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _pgt_id bigint := pgtrickle.stream_table_id(stream_table);
BEGIN
  PERFORM pgtrickle.require_owner(pgtrickle.stream_table_id(auxiliary));
  IF NOT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE c.oid = auxiliary AND n.nspname = 'pgtrickle_state') THEN
    RAISE object_not_in_prerequisite_state USING
      MESSAGE = format('%s cannot be an inner result of stream table %s', auxiliary, stream_table),
      DETAIL = 'Inner results stand in schema pgtrickle_state.';
  END IF;
  PERFORM pgtrickle.record_object(_pgt_id, 'table', auxiliary::text, 'auxiliary');
END
$body$;
COMMENT ON FUNCTION pgtrickle.register_auxiliary(regclass, regclass)
  IS 'makes a stream table of schema pgtrickle_state an inner result of another one, refreshed and dropped with it';

CREATE FUNCTION pgtrickle.has_default_equality(type regtype) RETURNS boolean
  LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  -- Domains compare as what they are based on, arrays as their elements; composite types as their columns.
  WITH RECURSIVE part(type) AS (
    SELECT has_default_equality.type::oid
    UNION
    SELECT next.type FROM part p JOIN pg_catalog.pg_type t ON t.oid = p.type
    CROSS JOIN LATERAL (
      SELECT t.typbasetype WHERE t.typtype = 'd'
      UNION ALL
      SELECT t.typelem WHERE t.typcategory = 'A' AND t.typelem <> 0
      UNION ALL
      SELECT a.atttypid FROM pg_catalog.pg_attribute a
      WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
    ) next(type)
  )
  SELECT bool_and(t.typtype IN ('d', 'c', 'e', 'r', 'm') OR t.typcategory = 'A' AND t.typelem <> 0
    OR EXISTS (SELECT FROM pg_catalog.pg_opclass c JOIN pg_catalog.pg_am m ON m.oid = c.opcmethod
               WHERE c.opcdefault AND m.amname IN ('btree', 'hash')
                 AND (c.opcintype = t.oid OR EXISTS (SELECT FROM pg_catalog.pg_cast k
                      WHERE k.castsource = t.oid AND k.casttarget = c.opcintype
                        AND k.castmethod = 'b' AND k.castcontext = 'i'))))
  FROM part p JOIN pg_catalog.pg_type t ON t.oid = p.type;
END;
COMMENT ON FUNCTION pgtrickle.has_default_equality(regtype) IS 'whether GROUP BY can compare values of a type';

CREATE FUNCTION pgtrickle.register_column(stream_table regclass, name text, role text, compare text) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _pgt_id bigint := pgtrickle.stream_table_id(stream_table);
  _type oid;
  _compare text := register_column.compare;
BEGIN
  SELECT a.atttypid INTO _type FROM pg_attribute a
    WHERE a.attrelid = stream_table AND a.attname = register_column.name AND a.attnum > 0 AND NOT a.attisdropped;
  IF NOT FOUND THEN
    RAISE undefined_column USING
      MESSAGE = format('stream table %s has no column "%s"', stream_table, register_column.name);
  END IF;
  IF _compare = 'equal' AND NOT pgtrickle.has_default_equality(_type) THEN
    _compare := 'image';  -- no equality to compare by; an image is never weaker
  ELSIF _compare = 'approximate' THEN
    WHILE EXISTS (SELECT FROM pg_type t WHERE t.oid = _type AND t.typtype = 'd') LOOP
      _type := (SELECT t.typbasetype FROM pg_type t WHERE t.oid = _type);
    END LOOP;
    IF _type NOT IN ('float8'::regtype, 'float4'::regtype) THEN
      RAISE datatype_mismatch USING
        MESSAGE = format('column "%s" of stream table %s cannot be compared approximately', register_column.name, stream_table),
        DETAIL = format('Its type is %s; only real and double precision can.', _type::regtype);
    END IF;
  END IF;
  INSERT INTO pgtrickle.pgt_columns (pgt_id, column_name, column_role, compare)
    VALUES (_pgt_id, register_column.name, register_column.role, _compare);
END
$body$;
COMMENT ON FUNCTION pgtrickle.register_column(regclass, text, text, text)
  IS 'records the role of a column (key, value, hidden) and how it is compared (image, equal, approximate)';

CREATE FUNCTION pgtrickle.relation_tree(relation regclass) RETURNS TABLE (relid regclass)
  LANGUAGE plpgsql STABLE STRICT ROWS 5 SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = relation) THEN
    relid := relation;
    RETURN NEXT;
    RETURN;
  END IF;
  RETURN QUERY
    WITH RECURSIVE tree(relid) AS (
      SELECT relation::oid
      UNION
      SELECT i.inhrelid FROM tree t JOIN pg_inherits i ON i.inhparent = t.relid
    )
    SELECT t.relid::regclass FROM tree t ORDER BY t.relid::regclass::text COLLATE "C";
END
$body$;
COMMENT ON FUNCTION pgtrickle.relation_tree(regclass) IS 'a relation with all its partitions and inheritance descendants, in name order';

CREATE FUNCTION pgtrickle.schema_fingerprint(relation regclass, columns_used text[]) RETURNS text
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _columns text;
  _tree text;
BEGIN
  -- Two parts: what generated text depends on, and the tree, which only content and triggers depend on.
  SELECT string_agg(format('%s %s %s', quote_ident(u.name), format_type(a.atttypid, a.atttypmod),
                           a.attcollation::regcollation), E'\n' ORDER BY u.name COLLATE "C") INTO _columns
    FROM (SELECT DISTINCT x FROM unnest(columns_used) x) u(name)
    LEFT JOIN pg_attribute a ON a.attrelid = relation AND a.attname = u.name AND NOT a.attisdropped;
  SELECT string_agg(t.relid::text, E'\n' ORDER BY t.relid::text COLLATE "C") INTO _tree
    FROM pgtrickle.relation_tree(relation) t;
  RETURN md5(relation::text || E'\n' || coalesce(_columns, '')
             || CASE WHEN EXISTS (SELECT FROM pg_class c WHERE c.oid = relation AND c.relkind = 'v')
                     THEN E'\n' || pg_get_viewdef(relation) ELSE '' END)
    || ' ' || md5(_tree);
END
$body$;
COMMENT ON FUNCTION pgtrickle.schema_fingerprint(regclass, text[]) IS 'hashes of a source''s name and used columns, or of a view''s query, and of its partitions';

CREATE FUNCTION pgtrickle.register_dependency(stream_table regclass, source regclass, columns_used text[])
  RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _pgt_id bigint := pgtrickle.stream_table_id(stream_table);
  _type text;
  _missing text;
BEGIN
  SELECT CASE WHEN EXISTS (SELECT FROM pgtrickle.pgt_stream_tables s WHERE s.pgt_relid = source)
              THEN 'STREAM_TABLE'
              ELSE CASE c.relkind WHEN 'r' THEN 'TABLE' WHEN 'p' THEN 'PARTITIONED_TABLE' WHEN 'v' THEN 'VIEW'
                                  WHEN 'm' THEN 'MATVIEW' WHEN 'f' THEN 'FOREIGN_TABLE' END END
    INTO _type FROM pg_class c WHERE c.oid = source AND c.relpersistence <> 't';
  IF _type IS NULL OR source = stream_table THEN
    RAISE wrong_object_type USING
      MESSAGE = format('%s cannot be a source of stream table %s', coalesce(source::text, 'NULL'), stream_table),
      HINT = 'Sources are tables, views, materialized views, foreign tables and other stream tables; none temporary.';
  END IF;
  SELECT u INTO _missing FROM unnest(columns_used) u
    WHERE NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = source AND a.attname = u AND NOT a.attisdropped)
    LIMIT 1;
  IF FOUND THEN
    RAISE undefined_column USING MESSAGE = format('%s has no column "%s"', source, _missing);
  END IF;
  INSERT INTO pgtrickle.pgt_dependencies (pgt_id, source_relid, source_type, columns_used, schema_fingerprint)
    VALUES (_pgt_id, source, _type, register_dependency.columns_used,
            pgtrickle.schema_fingerprint(source, register_dependency.columns_used));
  IF _type IN ('TABLE', 'PARTITIONED_TABLE', 'STREAM_TABLE')
     AND EXISTS (SELECT FROM pgtrickle.pgt_stream_tables s WHERE s.pgt_id = _pgt_id AND s.refresh_mode = 'DIFFERENTIAL') THEN
    PERFORM pgtrickle.read_capture(_pgt_id, source, register_dependency.columns_used);
  END IF;
  -- Nothing depends on a view whose query was taken over, so its owner has nothing to detach.
  IF _type <> 'VIEW' AND pgtrickle.source_owner(source) <> pgtrickle.stream_table_owner(_pgt_id) THEN
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I',
      (SELECT to_regprocedure(o.identity) FROM pgtrickle.pgt_objects o WHERE o.pgt_id = _pgt_id AND o.role = 'detach'),
      pg_get_userbyid(pgtrickle.source_owner(source)));
  END IF;
END
$body$;
COMMENT ON FUNCTION pgtrickle.register_dependency(regclass, regclass, text[]) IS 'records a relation that a stream table reads, and which of its columns';

CREATE FUNCTION pgtrickle.fact_definition(relation regclass, constraint_name text) RETURNS text
  LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  -- A constraint, a unique index, or NOT NULL. The latter is a constraint with a name from PostgreSQL 18 on;
  -- before, it goes by the name it would get there, or by the column's. A domain can be NOT NULL, too.
  SELECT coalesce(
    (SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c
     WHERE c.conrelid = relation AND c.conname = fact_definition.constraint_name AND c.convalidated),
    (SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = relation AND c.relname = fact_definition.constraint_name
       AND i.indisunique AND i.indisvalid),
    (SELECT 'NOT NULL' FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE a.attrelid = relation AND a.attnotnull AND NOT a.attisdropped
       AND fact_definition.constraint_name IN (a.attname, c.relname || '_' || a.attname || '_not_null')
     LIMIT 1),
    (SELECT 'NOT NULL' FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
     WHERE n.nspname || '.' || t.typname = fact_definition.constraint_name AND t.typtype = 'd' AND t.typnotnull));
END;
COMMENT ON FUNCTION pgtrickle.fact_definition(regclass, text) IS 'definition of a validated constraint, unique index, NOT NULL column or domain, NULL if there is none';

CREATE FUNCTION pgtrickle.register_fact(stream_table regclass, relation regclass, constraint_name text,
    used_for text, protection text) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _pgt_id bigint := pgtrickle.stream_table_id(stream_table);
  _definition text := pgtrickle.fact_definition(relation, register_fact.constraint_name);
BEGIN
  IF _definition IS NULL THEN
    RAISE undefined_object USING
      MESSAGE = format('%s has no validated constraint, unique index or NOT NULL column "%s"', relation, register_fact.constraint_name),
      DETAIL = format('Stream table %s was compiled to rely on it: %s.', stream_table, register_fact.used_for),
      HINT = 'Compile the stream table again with the schema as it is now.';
  END IF;
  INSERT INTO pgtrickle.pgt_facts (pgt_id, relid, constraint_name, used_for, protection, definition)
    VALUES (_pgt_id, relation, register_fact.constraint_name, register_fact.used_for,
            register_fact.protection, _definition);
END
$body$;
COMMENT ON FUNCTION pgtrickle.register_fact(regclass, regclass, text, text, text) IS 'records a constraint that maintenance relies on';

CREATE FUNCTION pgtrickle.register_object(stream_table regclass, kind text, identity text) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _pgt_id bigint := pgtrickle.stream_table_id(stream_table);
  _role text := 'part';
BEGIN
  IF kind NOT IN ('table', 'view', 'function', 'index') THEN
    RAISE invalid_parameter_value USING
      MESSAGE = format('objects of kind "%s" cannot be registered', kind),
      HINT = 'Kinds are table, view, function and index.';
  END IF;
  -- The first view is the definition: what the stream table is compared with.
  IF kind = 'view' AND NOT EXISTS (SELECT FROM pgtrickle.pgt_objects o
                                   WHERE o.pgt_id = _pgt_id AND o.role = 'definition') THEN
    _role := 'definition';
  END IF;
  PERFORM pgtrickle.record_object(_pgt_id, kind, identity, _role);
END
$body$;
COMMENT ON FUNCTION pgtrickle.register_object(regclass, text, text) IS 'records a generated table, view, function or index; the first view is the definition';

CREATE FUNCTION pgtrickle.attach_refresh(stream_table regclass, differential regprocedure, full_refresh regprocedure)
  RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _stream_table pgtrickle.pgt_stream_tables;
BEGIN
  SELECT * INTO _stream_table FROM pgtrickle.pgt_stream_tables s
    WHERE s.pgt_id = pgtrickle.stream_table_id(stream_table);
  PERFORM pgtrickle.require_owner(_stream_table.pgt_id);
  IF _stream_table.refresh_mode = 'IMMEDIATE' OR (_stream_table.refresh_mode = 'FULL') <> (differential IS NULL) THEN
    RAISE object_not_in_prerequisite_state USING
      MESSAGE = format('stream table %s is %s', stream_table, _stream_table.refresh_mode),
      DETAIL = CASE _stream_table.refresh_mode
        WHEN 'IMMEDIATE' THEN 'IMMEDIATE stream tables are not refreshed.'
        WHEN 'FULL' THEN 'FULL stream tables have no differential refresh.'
        ELSE 'DIFFERENTIAL stream tables need a differential refresh.' END;
  END IF;
  IF differential IS NOT NULL THEN
    PERFORM pgtrickle.require_generated_function(_stream_table.pgt_id, differential, 'pgtrickle.refresh_counts', '{bigint}');
    PERFORM pgtrickle.record_object(_stream_table.pgt_id, 'function', differential::text, 'differential');
  END IF;
  PERFORM pgtrickle.require_generated_function(_stream_table.pgt_id, full_refresh, 'pgtrickle.refresh_counts', '{bigint}');
  PERFORM pgtrickle.record_object(_stream_table.pgt_id, 'function', full_refresh::text, 'full');
END
$body$;
COMMENT ON FUNCTION pgtrickle.attach_refresh(regclass, regprocedure, regprocedure)
  IS 'records the functions that refresh a DIFFERENTIAL or FULL stream table';
