-- Who may do what
--
-- Functions of the runtime run with the rights of their caller; none is SECURITY DEFINER. What keeps one
-- role's stream tables safe from another is the row check below, on every catalog table that compiling
-- roles write: a row of a stream table may only be written by a role that has the rights of its owner.
-- Work that has to happen with the owner's rights, whoever asks for it, happens in functions that belong
-- to that owner (see 40_registration).

CREATE FUNCTION pgtrickle.stream_table_owner(pgt_id bigint) RETURNS oid
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _owner oid;
BEGIN
  SELECT c.relowner INTO _owner FROM pg_class c
    JOIN pgtrickle.pgt_stream_tables s ON c.oid = s.pgt_relid
    WHERE s.pgt_id = stream_table_owner.pgt_id;
  IF NOT FOUND THEN
    -- A stream table that was dropped behind our back still has its functions to tell whose it was.
    SELECT p.proowner INTO _owner FROM pgtrickle.pgt_objects o
      JOIN pg_proc p ON p.oid = to_regprocedure(o.identity)
      JOIN pg_namespace n ON n.oid = p.pronamespace AND n.nspname = 'pgtrickle_impl'
      WHERE o.pgt_id = stream_table_owner.pgt_id AND o.role = 'refresh';
  END IF;
  RETURN _owner;
END
$body$;
COMMENT ON FUNCTION pgtrickle.stream_table_owner(bigint) IS 'the role that owns a stream table, NULL if nothing of it is left';

CREATE FUNCTION pgtrickle.has_owner_rights(pgt_id bigint) RETURNS boolean
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  -- Asked for every row that is written: the usual case without a function.
  RETURN coalesce(pg_has_role(coalesce(
    (SELECT c.relowner FROM pg_class c JOIN pgtrickle.pgt_stream_tables s ON c.oid = s.pgt_relid
     WHERE s.pgt_id = has_owner_rights.pgt_id),
    pgtrickle.stream_table_owner(has_owner_rights.pgt_id)), 'USAGE'), false);
END
$body$;
COMMENT ON FUNCTION pgtrickle.has_owner_rights(bigint) IS 'whether the current role has the rights of a stream table''s owner';

CREATE FUNCTION pgtrickle.check_catalog_row() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _allowed boolean;
BEGIN
  -- Referential actions run as the owner of the catalog, and this role is trusted with its own tables.
  IF pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_TABLE_NAME = 'pgt_stream_tables' THEN
    IF TG_OP = 'INSERT' THEN
      _allowed := (SELECT pg_has_role(c.relowner, 'USAGE') FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.oid = NEW.pgt_relid AND n.nspname = NEW.pgt_schema AND c.relname = NEW.pgt_name);
    ELSE
      _allowed := pgtrickle.has_owner_rights(OLD.pgt_id);
      IF TG_OP = 'UPDATE' THEN
        -- Identity is fixed at registration: changing it would take over another role's row.
        _allowed := _allowed AND NEW.pgt_id = OLD.pgt_id AND NEW.pgt_relid = OLD.pgt_relid
          AND NEW.pgt_schema = OLD.pgt_schema AND NEW.pgt_name = OLD.pgt_name;
      END IF;
    END IF;
  ELSE
    _allowed := (TG_OP = 'INSERT' OR pgtrickle.has_owner_rights(OLD.pgt_id))
      AND (TG_OP = 'DELETE' OR pgtrickle.has_owner_rights(NEW.pgt_id));
  END IF;
  IF _allowed IS NOT TRUE THEN
    RAISE insufficient_privilege USING
      MESSAGE = format('role "%s" may not change the entry of this stream table in %s', current_user, TG_RELID::regclass),
      HINT = 'Only the owner of a stream table, or a member of that role, may do so.';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$body$;
COMMENT ON FUNCTION pgtrickle.check_catalog_row() IS 'trigger: catalog rows of a stream table are changed by its owner only';

CREATE FUNCTION pgtrickle.check_version_row() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _id text := CASE WHEN TG_OP = 'DELETE' THEN OLD.id ELSE NEW.id END;
BEGIN
  IF pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP = 'UPDATE' THEN
    -- Reached only for what the trigger's WHEN clause lets through: everything but the lock itself.
    RAISE insufficient_privilege USING
      MESSAGE = 'a version row can only be given the current transaction''s id';
  END IF;
  -- All of them, because "a.b"."c" and "a"."b.c" have the same id (and the second cannot be registered).
  IF (SELECT bool_and(pgtrickle.has_owner_rights(s.pgt_id)) FROM pgtrickle.pgt_stream_tables s
      WHERE s.pgt_schema || '.' || s.pgt_name = _id) IS NOT TRUE THEN
    RAISE insufficient_privilege USING
      MESSAGE = format('role "%s" may not change the version row of stream table %s', current_user, _id);
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$body$;
COMMENT ON FUNCTION pgtrickle.check_version_row() IS 'trigger: version rows are made and removed by the owner of the stream table only';

CREATE FUNCTION pgtrickle.source_owner(source regclass) RETURNS oid
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _owner oid;
BEGIN
  -- One of them: after a TRUNCATE elsewhere and one here, an old snapshot shows a relation's row twice.
  SELECT c.relowner INTO _owner FROM pg_class c WHERE c.oid = source LIMIT 1;
  IF NOT FOUND THEN
    -- The buffer belongs to the same role, and is still there after the source was dropped.
    SELECT c.relowner INTO _owner FROM pgtrickle.pgt_change_tracking k
      JOIN pg_class c ON c.relnamespace = 'pgtrickle_changes'::regnamespace AND c.relname = k.buffer
      WHERE k.source_relid = source;
  END IF;
  RETURN _owner;
END
$body$;
COMMENT ON FUNCTION pgtrickle.source_owner(regclass) IS 'the role that owns a source, or its buffer where the source is gone';

CREATE FUNCTION pgtrickle.has_source_rights(source regclass) RETURNS boolean
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RETURN coalesce(pg_has_role(pgtrickle.source_owner(source), 'USAGE'), false);
END
$body$;
COMMENT ON FUNCTION pgtrickle.has_source_rights(regclass) IS 'whether the current role has the rights of a source''s owner';

CREATE FUNCTION pgtrickle.check_tracking_row() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF TG_OP <> 'DELETE' THEN
    -- Nobody's word: whoever writes the row, it lists the stream tables that are registered.
    NEW.tracked_by := ARRAY(SELECT d.pgt_id FROM pgtrickle.pgt_dependencies d
                            JOIN pgtrickle.pgt_stream_tables s USING (pgt_id)
                            WHERE d.source_relid = NEW.source_relid AND s.refresh_mode = 'DIFFERENTIAL'
                            ORDER BY d.pgt_id);
  END IF;
  IF TG_OP = 'UPDATE' THEN
    OLD.tracked_by := NEW.tracked_by;
  END IF;
  IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD
     OR pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP <> 'INSERT' AND NOT pgtrickle.has_source_rights(OLD.source_relid)
     OR TG_OP <> 'DELETE' AND NOT pgtrickle.has_source_rights(NEW.source_relid) THEN
    RAISE insufficient_privilege USING
      MESSAGE = format('role "%s" may not change how %s is captured', current_user,
                       CASE WHEN TG_OP = 'INSERT' THEN NEW.source_relid ELSE OLD.source_relid END),
      HINT = 'Only the owner of a source, or a member of that role, may do so.';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$body$;
COMMENT ON FUNCTION pgtrickle.check_tracking_row() IS 'trigger: the capture of a source is changed by its owner only';

CREATE FUNCTION pgtrickle.check_truncation_row() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE')
     OR pgtrickle.has_source_rights(CASE WHEN TG_OP = 'DELETE' THEN OLD.source_relid ELSE NEW.source_relid END) THEN
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  RAISE insufficient_privilege USING
    MESSAGE = format('role "%s" may not say what was truncated of a source it does not own', current_user);
END
$body$;
COMMENT ON FUNCTION pgtrickle.check_truncation_row() IS 'trigger: a TRUNCATE is recorded and forgotten with the rights of the source''s owner only';

CREATE TRIGGER check_row BEFORE INSERT OR UPDATE OR DELETE ON pgtrickle.pgt_change_tracking
  FOR EACH ROW EXECUTE FUNCTION pgtrickle.check_tracking_row();
CREATE TRIGGER check_row BEFORE INSERT OR DELETE ON pgtrickle_changes.truncations
  FOR EACH ROW EXECUTE FUNCTION pgtrickle.check_truncation_row();

DO $triggers$
DECLARE
  _table text;
BEGIN
  FOREACH _table IN ARRAY ARRAY['pgt_stream_tables', 'pgt_columns', 'pgt_frontiers', 'pgt_dependencies',
    'pgt_triggers', 'pgt_refresh_history', 'pgt_objects', 'pgt_facts'] LOOP
    EXECUTE pg_catalog.format('CREATE TRIGGER check_row BEFORE INSERT OR UPDATE OR DELETE ON pgtrickle.%I
      FOR EACH ROW EXECUTE FUNCTION pgtrickle.check_catalog_row()', _table);
  END LOOP;
END
$triggers$;

CREATE TRIGGER check_row BEFORE INSERT OR UPDATE OR DELETE ON pgtrickle_state.alerts
  FOR EACH ROW EXECUTE FUNCTION pgtrickle.check_catalog_row();
CREATE TRIGGER check_row BEFORE INSERT OR UPDATE OR DELETE ON pgtrickle_state.detached
  FOR EACH ROW EXECUTE FUNCTION pgtrickle.check_catalog_row();
CREATE TRIGGER check_row BEFORE INSERT OR DELETE ON pgtrickle_state.inspected
  FOR EACH ROW EXECUTE FUNCTION pgtrickle.check_catalog_row();
CREATE TRIGGER check_row BEFORE INSERT OR DELETE ON pgtrickle_state.version
  FOR EACH ROW EXECUTE FUNCTION pgtrickle.check_version_row();
-- A WHEN clause costs the writers of sources no function call.
CREATE TRIGGER check_update BEFORE UPDATE ON pgtrickle_state.version
  FOR EACH ROW WHEN (NEW.id OPERATOR(pg_catalog.<>) OLD.id
    OR NEW.xid OPERATOR(pg_catalog.<>) pg_catalog.pg_current_xact_id())
  EXECUTE FUNCTION pgtrickle.check_version_row();
