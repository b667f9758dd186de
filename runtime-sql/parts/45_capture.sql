-- Capture: the change buffer of a source, and the triggers that fill it
--
-- Both belong to the source's owner and serve every differential stream table over the source. A buffer
-- has a column for each that somebody uses. Its writer is whoever writes the source, through functions
-- that are SECURITY DEFINER. Like maintenance triggers, those of capture stand on every table of a
-- partition or inheritance tree. They fire before them (rank 0), and the order does not matter: a change
-- is a signed row, and what a nested statement did may be written before what caused it.

CREATE FUNCTION pgtrickle.capture_body(buffer name, columns text[], event text) RETURNS text
  LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _names text;   -- , "a", "b"
  _old text;     -- , r."a", r."b" of one side
  _row text;     -- , r."a" AS c1, …: no name of a column can collide with one of ours
  _left text;    -- , o.c1, o.c2
  _right text;
BEGIN
  SELECT coalesce(string_agg(format(', %I', u.name), '' ORDER BY u.k), ''),
         coalesce(string_agg(format(', r.%I', u.name), '' ORDER BY u.k), ''),
         coalesce(string_agg(format(', r.%I AS c%s', u.name, u.k), '' ORDER BY u.k), ''),
         coalesce(string_agg(format(', o.c%s', u.k), '' ORDER BY u.k), ''),
         coalesce(string_agg(format(', n.c%s', u.k), '' ORDER BY u.k), '')
    INTO _names, _old, _row, _left, _right
    FROM unnest(columns) WITH ORDINALITY u(name, k);
  RETURN CASE event
    WHEN 'insert' THEN format($sql$
BEGIN
  INSERT INTO pgtrickle_changes.%I (__pgt_weight%s)
  SELECT 1%s FROM __pgt_new r;
  RETURN NULL;
END
$sql$, buffer, _names, _old)
    WHEN 'delete' THEN format($sql$
BEGIN
  INSERT INTO pgtrickle_changes.%I (__pgt_weight%s)
  SELECT -1%s FROM __pgt_old r;
  RETURN NULL;
END
$sql$, buffer, _names, _old)
    -- Rows are paired by their position only to leave out pairs that are the same to the bit: whatever
    -- the pairs are, what is left out adds up to nothing.
    WHEN 'update' THEN format($sql$
BEGIN
  INSERT INTO pgtrickle_changes.%1$I (__pgt_weight%2$s)
  SELECT d.*
  FROM (SELECT pg_catalog.row_number() OVER () AS k%3$s FROM __pgt_old r) o
  FULL JOIN (SELECT pg_catalog.row_number() OVER () AS k%3$s FROM __pgt_new r) n ON n.k = o.k
  CROSS JOIN LATERAL (SELECT -1%4$s WHERE o.k IS NOT NULL UNION ALL SELECT 1%5$s WHERE n.k IS NOT NULL) d
  WHERE NOT pg_catalog.record_image_eq(ROW(o.k%4$s), ROW(n.k%5$s));
  RETURN NULL;
END
$sql$, buffer, _names, _row, _left, _right)
    WHEN 'truncate' THEN format($sql$
BEGIN
  INSERT INTO pgtrickle_changes.truncations (source_relid)
  SELECT k.source_relid FROM pgtrickle.pgt_change_tracking k WHERE k.buffer = %L;
  IF NOT found THEN
    -- The snapshot is older than the capture.
    RAISE serialization_failure USING
      MESSAGE = pg_catalog.format('could not serialize access because changes of %%s are captured only since', TG_RELID::pg_catalog.regclass),
      HINT = 'The transaction might succeed if retried.';
  END IF;
  RETURN NULL;
END
$sql$, buffer) END;
END
$body$;
COMMENT ON FUNCTION pgtrickle.capture_body(name, text[], text) IS 'text of the trigger function that writes the changes of one event into a buffer';

CREATE FUNCTION pgtrickle.capture_functions(source_name text, buffer name, columns text[])
  RETURNS TABLE (event text, function_name name, body text)
  LANGUAGE plpgsql IMMUTABLE ROWS 4 SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  FOREACH event IN ARRAY ARRAY['insert', 'update', 'delete', 'truncate'] LOOP
    -- An update of a source of which only the number of rows matters is no change.
    CONTINUE WHEN event = 'update' AND cardinality(columns) = 0;
    function_name := pgtrickle.generated_name(source_name, '/capture/' || event);
    body := pgtrickle.capture_body(buffer, columns, event);
    RETURN NEXT;
  END LOOP;
END
$body$;
COMMENT ON FUNCTION pgtrickle.capture_functions(text, name, text[]) IS 'the trigger functions that a capture consists of';

CREATE FUNCTION pgtrickle.capture_triggers(source regclass)
  RETURNS TABLE (relid regclass, event text, trigger_name name, function_name name, is_present boolean, is_enabled boolean)
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _tracking pgtrickle.pgt_change_tracking;
  _owner oid := pgtrickle.source_owner(source);
BEGIN
  SELECT * INTO _tracking FROM pgtrickle.pgt_change_tracking k WHERE k.source_relid = source;
  RETURN QUERY
    SELECT t.relid, f.event, g.name, f.function_name,
           x.oid IS NOT NULL, coalesce(x.tgenabled IN ('O', 'A'), false)
    FROM pgtrickle.capture_functions(_tracking.source_name, _tracking.buffer, _tracking.columns) f
    CROSS JOIN LATERAL pgtrickle.generated_name(format('pgt_0000_%s_%s', f.event, _tracking.source_name), '') g(name)
    LEFT JOIN pg_proc p ON p.pronamespace = 'pgtrickle_impl'::regnamespace AND p.proname = f.function_name
      AND p.pronargs = 0 AND p.prosrc = f.body AND p.prosecdef AND p.proowner = _owner
    CROSS JOIN pgtrickle.relation_tree(source) t
    LEFT JOIN pg_trigger x ON x.tgrelid = t.relid AND x.tgname = g.name AND x.tgfoid = p.oid AND x.tgqual IS NULL
    WHERE _tracking.source_relid IS NOT NULL;
END
$body$;
COMMENT ON FUNCTION pgtrickle.capture_triggers(regclass) IS 'the triggers that a capture consists of; one is present if its function is as it was made';

CREATE FUNCTION pgtrickle.buffer_of(source regclass) RETURNS regclass
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RETURN (SELECT c.oid::regclass FROM pgtrickle.pgt_change_tracking k
          JOIN pg_class c ON c.relnamespace = 'pgtrickle_changes'::regnamespace AND c.relname = k.buffer AND c.relkind = 'r'
          WHERE k.source_relid = source AND c.relowner = pgtrickle.source_owner(source));
END
$body$;
COMMENT ON FUNCTION pgtrickle.buffer_of(regclass) IS 'the change buffer of a source, NULL if it has none';

CREATE FUNCTION pgtrickle.buffer_columns(source regclass)
  RETURNS TABLE (number int, name name, type text, is_current boolean)
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _buffer regclass := pgtrickle.buffer_of(source);
BEGIN
  -- Of all columns of the source that can be captured: how they look in the buffer, and whether they do.
  RETURN QUERY
    SELECT a.attnum::int, a.attname,
           format_type(a.atttypid, a.atttypmod)
             || CASE WHEN a.attcollation <> t.typcollation THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END,
           b.attname IS NOT NULL
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attribute b ON b.attrelid = _buffer AND b.attname = a.attname
      AND NOT b.attisdropped AND b.atttypid = a.atttypid AND b.atttypmod = a.atttypmod
      AND b.attcollation = a.attcollation
    WHERE a.attrelid = source AND a.attnum > 0 AND NOT a.attisdropped
      -- Virtual columns are not there when a trigger looks at a row.
      AND a.attgenerated <> 'v'
    ORDER BY a.attnum;
END
$body$;
COMMENT ON FUNCTION pgtrickle.buffer_columns(regclass) IS 'columns of a source, and whether its buffer has them with the same type';

CREATE FUNCTION pgtrickle.is_captured(source regclass, columns text[]) RETURNS boolean
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _tracking pgtrickle.pgt_change_tracking;
BEGIN
  SELECT * INTO _tracking FROM pgtrickle.pgt_change_tracking k
    WHERE k.source_relid = source AND k.columns @> is_captured.columns;
  RETURN FOUND
    AND EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.oid = source AND n.nspname || '.' || c.relname = _tracking.source_name)
    AND pgtrickle.buffer_of(source) IS NOT NULL
    AND _tracking.columns <@ ARRAY(SELECT b.name::text FROM pgtrickle.buffer_columns(source) b WHERE b.is_current)
    AND NOT EXISTS (SELECT FROM pgtrickle.capture_triggers(source) t WHERE NOT t.is_present OR NOT t.is_enabled);
END
$body$;
COMMENT ON FUNCTION pgtrickle.is_captured(regclass, text[]) IS 'whether all changes of these columns reach a buffer';

CREATE FUNCTION pgtrickle.require_capturable(source regclass, columns text[]) RETURNS void
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _table record;
  _column text;
BEGIN
  FOR _table IN SELECT c.oid::regclass AS relid, c.relkind, c.relpersistence
                FROM pgtrickle.relation_tree(source) t JOIN pg_class c ON c.oid = t.relid
                WHERE c.relkind NOT IN ('r', 'p') OR c.relpersistence <> 'p' LOOP
    RAISE wrong_object_type USING
      MESSAGE = format('changes of %s cannot be captured', _table.relid),
      DETAIL = CASE WHEN _table.relpersistence = 't' THEN 'It is a temporary table, which belongs to one session.'
                    WHEN _table.relpersistence = 'u' THEN 'After a crash of the server an unlogged table is empty, and no trigger has seen it.'
                    ELSE 'Its changes fire no triggers on this server: it is a '
                      || CASE _table.relkind WHEN 'f' THEN 'foreign table.' WHEN 'm' THEN 'materialized view.'
                                             WHEN 'v' THEN 'view.' ELSE 'relation of another kind.' END END,
      HINT = CASE WHEN _table.relpersistence = 'u' THEN format('ALTER TABLE %s SET LOGGED, or use a FULL stream table.', _table.relid)
                  ELSE 'FULL stream tables can read materialized views and foreign tables.' END;
  END LOOP;
  IF NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = source) THEN
    RAISE undefined_table USING MESSAGE = format('there is no relation %s', coalesce(source::text, 'NULL'));
  END IF;
  SELECT u INTO _column FROM unnest(columns) u
    WHERE u NOT IN (SELECT b.name FROM pgtrickle.buffer_columns(source) b);
  IF FOUND THEN
    RAISE undefined_column USING
      MESSAGE = format('column "%s" of %s cannot be captured', _column, source),
      DETAIL = 'There is no such column, or it is a virtual generated column, which triggers do not see.';
  END IF;
  SELECT u INTO _column FROM unnest(columns) u WHERE u IN ('__pgt_change', '__pgt_xid', '__pgt_weight');
  IF FOUND THEN
    RAISE reserved_name USING
      MESSAGE = format('column "%s" of %s cannot be captured', _column, source),
      DETAIL = 'Change buffers have a column of this name for themselves.';
  END IF;
END
$body$;
COMMENT ON FUNCTION pgtrickle.require_capturable(regclass, text[]) IS 'an error that says why changes of a relation cannot be captured';

CREATE FUNCTION pgtrickle.require_source_owner(source regclass, columns text[], reader text) RETURNS void
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _owner name := pg_get_userbyid(pgtrickle.source_owner(source));
BEGIN
  IF NOT pgtrickle.has_source_rights(source) THEN
    RAISE insufficient_privilege USING
      MESSAGE = format('changes of %s can only be captured with the rights of its owner', source),
      DETAIL = format('It belongs to role "%s", and role "%s" is not a member of it.', _owner, current_user),
      HINT = format('Let its owner run: SELECT pgtrickle.ensure_capture(%L, %L, %L);', source, columns,
                    coalesce(reader, current_user));
  END IF;
  -- Buffer and functions become this role's.
  IF NOT has_schema_privilege(_owner, 'pgtrickle_changes', 'CREATE')
     OR NOT has_schema_privilege(_owner, 'pgtrickle_impl', 'CREATE') THEN
    RAISE insufficient_privilege USING
      MESSAGE = format('changes of %s cannot be captured yet', source),
      DETAIL = format('Role "%s", which owns it, has no right to own a change buffer.', _owner),
      HINT = format('Let the owner of the runtime run: SELECT pgtrickle.grant_compile(%L);', _owner);
  END IF;
END
$body$;
COMMENT ON FUNCTION pgtrickle.require_source_owner(regclass, text[], text) IS 'an error that says who can capture the changes of a source, and how';

CREATE FUNCTION pgtrickle.buffer_column_statement(source regclass, number int) RETURNS text
  LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT format('ALTER TABLE %s ADD COLUMN %I %s', pgtrickle.buffer_of(source), b.name, b.type)
  FROM pgtrickle.buffer_columns(source) b WHERE b.number = buffer_column_statement.number;
END;
COMMENT ON FUNCTION pgtrickle.buffer_column_statement(regclass, int) IS 'the statement that adds a column to the change buffer of a source';

CREATE FUNCTION pgtrickle.make_buffer(source regclass, columns text[]) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  SET client_min_messages = warning  -- no notice for each column that is new
AS $body$
DECLARE
  _owner name := pg_get_userbyid(pgtrickle.source_owner(source));
  _buffer regclass := pgtrickle.buffer_of(source);
  _tracking pgtrickle.pgt_change_tracking;
  _column record;
BEGIN
  SELECT * INTO _tracking FROM pgtrickle.pgt_change_tracking k WHERE k.source_relid = source;
  IF _buffer IS NULL THEN
    EXECUTE format('CREATE TABLE pgtrickle_changes.%I ('
      '__pgt_change bigint NOT NULL DEFAULT pg_catalog.nextval(''pgtrickle_state.change''), '
      '__pgt_xid xid8 NOT NULL DEFAULT pg_catalog.pg_current_xact_id(), __pgt_weight int NOT NULL)', _tracking.buffer);
    EXECUTE format('ALTER TABLE pgtrickle_changes.%I OWNER TO %I', _tracking.buffer, _owner);
    EXECUTE format('COMMENT ON TABLE pgtrickle_changes.%I IS %L', _tracking.buffer,
                   format('changes of %s that stream tables have still to consume', source));
    EXECUTE format('CREATE INDEX ON pgtrickle_changes.%I (__pgt_xid)', _tracking.buffer);
    _buffer := pgtrickle.buffer_of(source);
  END IF;
  FOR _column IN SELECT b.number, b.name FROM pgtrickle.buffer_columns(source) b
                 WHERE NOT b.is_current AND b.name = ANY (columns) LOOP
    -- One that has another type now: its readers were made for the other type, and begin anew.
    EXECUTE format('ALTER TABLE %s DROP COLUMN IF EXISTS %I', _buffer, _column.name);
    EXECUTE pgtrickle.buffer_column_statement(source, _column.number);
  END LOOP;
END
$body$;
COMMENT ON FUNCTION pgtrickle.make_buffer(regclass, text[]) IS 'makes or widens the change buffer of a source';

CREATE FUNCTION pgtrickle.make_capture_triggers(source regclass) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $body$
DECLARE
  _owner name := pg_get_userbyid(pgtrickle.source_owner(source));
  _tracking pgtrickle.pgt_change_tracking;
  _function record;
  _cleanup name;
  _trigger record;
BEGIN
  SELECT * INTO _tracking FROM pgtrickle.pgt_change_tracking k WHERE k.source_relid = source;
  FOR _function IN SELECT * FROM pgtrickle.capture_functions(_tracking.source_name, _tracking.buffer, _tracking.columns) LOOP
    EXECUTE format('CREATE OR REPLACE FUNCTION pgtrickle_impl.%I() RETURNS trigger LANGUAGE plpgsql '
                   'SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS %L', _function.function_name, _function.body);
    EXECUTE format('ALTER FUNCTION pgtrickle_impl.%I() OWNER TO %I', _function.function_name, _owner);
    EXECUTE format('REVOKE ALL ON FUNCTION pgtrickle_impl.%I() FROM PUBLIC', _function.function_name);
    EXECUTE format('COMMENT ON FUNCTION pgtrickle_impl.%I() IS %L', _function.function_name,
      format('captures the changes of %s: %s', _tracking.source_name, _function.event));
  END LOOP;

  _cleanup := pgtrickle.generated_name(_tracking.source_name, '/capture/cleanup');
  EXECUTE format('CREATE OR REPLACE FUNCTION pgtrickle_impl.%I() RETURNS bigint LANGUAGE plpgsql '
    'SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS %L', _cleanup,
    format(E'\nBEGIN\n  RETURN pgtrickle.cleanup_as_owner(%L);\nEND\n', _tracking.buffer));
  EXECUTE format('ALTER FUNCTION pgtrickle_impl.%I() OWNER TO %I', _cleanup, _owner);
  EXECUTE format('REVOKE ALL ON FUNCTION pgtrickle_impl.%I() FROM PUBLIC', _cleanup);
  EXECUTE format('GRANT EXECUTE ON FUNCTION pgtrickle_impl.%I() TO %I', _cleanup,
    (SELECT pg_get_userbyid(n.nspowner) FROM pg_namespace n WHERE n.nspname = 'pgtrickle'));
  EXECUTE format('COMMENT ON FUNCTION pgtrickle_impl.%I() IS %L', _cleanup,
    format('deletes captured changes of %s that every reader has consumed', _tracking.source_name));

  FOR _trigger IN SELECT * FROM pgtrickle.capture_triggers(source) t
                  ORDER BY t.relid::text COLLATE "C", t.trigger_name LOOP
    PERFORM pgtrickle.make_trigger(_trigger.relid, _trigger.trigger_name, _trigger.event,
                                   format('pgtrickle_impl.%I()', _trigger.function_name)::regprocedure);
  END LOOP;
END
$body$;
COMMENT ON FUNCTION pgtrickle.make_capture_triggers(regclass) IS 'makes or repairs the functions and triggers that capture a source';

CREATE FUNCTION pgtrickle.may_read_buffer(reader text, source regclass, columns text[]) RETURNS boolean
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT bool_and(has_column_privilege(reader, pgtrickle.buffer_of(source), c, 'SELECT'))
  FROM unnest(ARRAY['__pgt_change', '__pgt_xid', '__pgt_weight'] || columns) c;
END;
COMMENT ON FUNCTION pgtrickle.may_read_buffer(text, regclass, text[]) IS 'whether a role may read these columns of a change buffer';

CREATE FUNCTION pgtrickle.grant_buffer(reader text, source regclass, columns text[]) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  -- The columns it asked for and no others: a buffer may hold more than this reader may see of the source.
  EXECUTE format('GRANT SELECT (%s) ON %s TO %I',
    (SELECT string_agg(quote_ident(c), ', ') FROM unnest(ARRAY['__pgt_change', '__pgt_xid', '__pgt_weight'] || columns) c),
    pgtrickle.buffer_of(source), reader);
  EXECUTE format('GRANT EXECUTE ON FUNCTION pgtrickle_impl.%I() TO %I', pgtrickle.generated_name(
    (SELECT k.source_name FROM pgtrickle.pgt_change_tracking k WHERE k.source_relid = source), '/capture/cleanup'), reader);
END
$body$;
COMMENT ON FUNCTION pgtrickle.grant_buffer(text, regclass, text[]) IS 'allows a role to read columns of a change buffer, and to clean it up';

CREATE FUNCTION pgtrickle.ensure_capture(source regclass, columns text[], reader text DEFAULT NULL) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _tracking pgtrickle.pgt_change_tracking;
  _name text;
  _buffer name;
  _columns text[];
  _was_complete boolean;
BEGIN
  PERFORM pgtrickle.require_capturable(source, columns);
  -- Held until the end: nobody removes the capture before this transaction has registered its reader.
  SELECT * INTO _tracking FROM pgtrickle.pgt_change_tracking k WHERE k.source_relid = source FOR UPDATE;
  IF NOT pgtrickle.is_captured(source, columns) THEN
    PERFORM pgtrickle.require_source_owner(source, columns, reader);
    -- Widened, or repaired? Only in the second case others may have missed something.
    _was_complete := pgtrickle.is_captured(source, '{}');
    -- Waits for writers: what they have yet to do is captured, what they did belongs to the first fill.
    EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', source);
    SELECT n.nspname || '.' || c.relname INTO _name FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = source;
    _buffer := pgtrickle.generated_name(_name, '/changes');
    _columns := ARRAY(SELECT b.name FROM pgtrickle.buffer_columns(source) b
                      WHERE b.name = ANY (columns) OR b.name = ANY (_tracking.columns));
    IF _tracking.source_name <> _name THEN
      -- The source was renamed. Readers that know it by the other name have to be compiled again.
      PERFORM pgtrickle.drop_capture_functions(_tracking.source_name);
      IF pgtrickle.buffer_of(source) IS NOT NULL THEN
        EXECUTE format('ALTER TABLE pgtrickle_changes.%I RENAME TO %I', _tracking.buffer, _buffer);
      END IF;
    END IF;
    INSERT INTO pgtrickle.pgt_change_tracking AS k (source_relid, source_name, buffer, columns, complete_since, complete_xid)
      VALUES (source, _name, _buffer, _columns, nextval('pgtrickle_state.change'), pg_current_xact_id())
      ON CONFLICT (source_relid) DO UPDATE SET source_name = excluded.source_name, buffer = excluded.buffer,
        columns = ARRAY(SELECT b.name FROM pgtrickle.buffer_columns(source) b
                        WHERE b.name = ANY (excluded.columns) OR b.name = ANY (k.columns)),
        complete_since = CASE WHEN _was_complete THEN k.complete_since ELSE excluded.complete_since END,
        complete_xid = CASE WHEN _was_complete THEN k.complete_xid ELSE excluded.complete_xid END;
    SELECT * INTO _tracking FROM pgtrickle.pgt_change_tracking k WHERE k.source_relid = source;
    PERFORM pgtrickle.make_buffer(source, _tracking.columns);
    PERFORM pgtrickle.make_capture_triggers(source);
  END IF;
  IF reader IS NOT NULL AND NOT pgtrickle.may_read_buffer(reader, source, columns) THEN
    PERFORM pgtrickle.require_source_owner(source, columns, reader);
    PERFORM pgtrickle.grant_buffer(reader, source, columns);
  END IF;
END
$body$;
COMMENT ON FUNCTION pgtrickle.ensure_capture(regclass, text[], text)
  IS 'makes, widens or repairs the capture of a source''s changes; does nothing where all is in place';

CREATE FUNCTION pgtrickle.read_capture(pgt_id bigint, source regclass, columns text[]) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _reader name := pg_get_userbyid(pgtrickle.stream_table_owner(read_capture.pgt_id));
BEGIN
  -- A new version of the row, for those who clean up or remove captures at the same time.
  UPDATE pgtrickle.pgt_change_tracking k SET tracked_by = k.tracked_by WHERE k.source_relid = source;
  IF NOT FOUND OR NOT pgtrickle.is_captured(source, columns) THEN
    RAISE object_not_in_prerequisite_state USING
      MESSAGE = format('changes of %s are not captured', source),
      HINT = format('SELECT pgtrickle.ensure_capture(%L, %L, %L) comes first.', source, columns, _reader);
  END IF;
  IF NOT pgtrickle.may_read_buffer(_reader, source, columns) THEN
    PERFORM pgtrickle.require_source_owner(source, columns, _reader);
    PERFORM pgtrickle.grant_buffer(_reader, source, columns);
  END IF;
END
$body$;
COMMENT ON FUNCTION pgtrickle.read_capture(bigint, regclass, text[]) IS 'makes a stream table a reader of a change buffer';

CREATE FUNCTION pgtrickle.drop_capture_functions(source_name text) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _function regprocedure;
BEGIN
  FOR _function IN SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                   WHERE n.nspname = 'pgtrickle_impl' AND p.pronargs = 0 AND p.proname IN
                     (SELECT pgtrickle.generated_name(drop_capture_functions.source_name, '/capture/' || e)
                      FROM unnest(ARRAY['insert', 'update', 'delete', 'truncate', 'cleanup']) e)
                   ORDER BY p.proname LOOP
    PERFORM pgtrickle.drop_generated_function(_function);
  END LOOP;
END
$body$;
COMMENT ON FUNCTION pgtrickle.drop_capture_functions(text) IS 'drops the functions of a capture, and its triggers with them';

CREATE FUNCTION pgtrickle.release_capture(source regclass) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _tracking pgtrickle.pgt_change_tracking;
  _buffer regclass;
BEGIN
  UPDATE pgtrickle.pgt_change_tracking k SET tracked_by = k.tracked_by WHERE k.source_relid = source
    RETURNING * INTO _tracking;
  -- Without the right to remove it, it stays, and health_check says so.
  IF FOUND AND cardinality(_tracking.tracked_by) = 0 AND pgtrickle.has_source_rights(source) THEN
    _buffer := pgtrickle.buffer_of(source);
    PERFORM pgtrickle.drop_capture_functions(_tracking.source_name);
    DELETE FROM pgtrickle_changes.truncations t WHERE t.source_relid = source;
    DELETE FROM pgtrickle.pgt_change_tracking k WHERE k.source_relid = source;
    IF _buffer IS NOT NULL THEN
      EXECUTE format('DROP TABLE %s', _buffer);
    END IF;
  END IF;
END
$body$;
COMMENT ON FUNCTION pgtrickle.release_capture(regclass) IS 'removes the capture of a source that no stream table reads any more';

CREATE FUNCTION pgtrickle.rebuild_cdc_triggers() RETURNS TABLE (source_table text, is_complete boolean)
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _tracking pgtrickle.pgt_change_tracking;
BEGIN
  FOR _tracking IN SELECT k.* FROM pgtrickle.pgt_change_tracking k
                   WHERE EXISTS (SELECT FROM pg_class c WHERE c.oid = k.source_relid)
                   ORDER BY k.source_relid::text COLLATE "C" LOOP
    IF pgtrickle.has_source_rights(_tracking.source_relid) THEN
      -- Without columns that are gone: who reads these has to be compiled again anyway.
      PERFORM pgtrickle.ensure_capture(_tracking.source_relid,
        ARRAY(SELECT u FROM unnest(_tracking.columns) u
              WHERE u IN (SELECT b.name FROM pgtrickle.buffer_columns(_tracking.source_relid) b)));
    END IF;
    source_table := pgtrickle.relation_name(_tracking.source_relid);
    is_complete := pgtrickle.is_captured(_tracking.source_relid, '{}');
    RETURN NEXT;
  END LOOP;
END
$body$;
COMMENT ON FUNCTION pgtrickle.rebuild_cdc_triggers()
  IS 'repairs the captures of all sources that the current role owns; stream tables that missed changes are recomputed at their next refresh';
