-- Versions of catalog rows: whether anything changed since a stream table was last found to fit its sources
--
-- Whether generated text, captures and functions are still what they should be takes a dozen queries to find
-- out, and the answer is nearly always yes. So a refresh that has asked keeps which versions (place and
-- transaction) of which rows the answer is about. As long as exactly these are the rows, nothing changed.
--
-- That holds because
-- - the rows are all that the questions read: of the sources with their trees and buffers, of the definition views, and of
--   whatever user-made they depend on, directly or not: types, functions, operators, collations, schemas, relations;
-- - they are looked at before the questions are asked: what changes meanwhile is found the next time;
-- - versions are kept that are older than the transaction that keeps them. Of such a row there is one version for each
--   transaction that wrote it, so that no later one can look the same, wherever VACUUM FULL may put it;
-- - transaction ids are not compared over half of their circle, and not in another cluster or database.
-- Under a snapshot from before, the rows are not the present ones, and everything is asked.

CREATE FUNCTION pgtrickle.catalog_versions(seen pgtrickle_state.inspected, OUT versions numeric, OUT youngest int)
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  SELECT sum(v.version), min(v.age) INTO versions, youngest FROM (
    SELECT hash_record_extended(ROW(c.tableoid, c.ctid, c.xmin), 0), age(c.xmin)
    FROM pg_class c WHERE c.oid = ANY (seen.relations)
    UNION ALL
    SELECT hash_record_extended(ROW(c.tableoid, c.ctid, c.xmin), 0), age(c.xmin)
    FROM pg_attribute c WHERE c.attrelid = ANY (seen.relations) AND c.attnum > 0
    UNION ALL
    SELECT hash_record_extended(ROW(c.tableoid, c.ctid, c.xmin), 0), age(c.xmin)
    FROM pg_trigger c WHERE c.tgrelid = ANY (seen.relations)
    UNION ALL
    SELECT hash_record_extended(ROW(c.tableoid, c.ctid, c.xmin), 0), age(c.xmin)
    FROM pg_constraint c WHERE c.conrelid = ANY (seen.relations)
    UNION ALL
    SELECT hash_record_extended(ROW(c.tableoid, c.ctid, c.xmin), 0), age(c.xmin)
    FROM pg_index c WHERE c.indrelid = ANY (seen.relations)
    UNION ALL
    SELECT hash_record_extended(ROW(c.tableoid, c.ctid, c.xmin), 0), age(c.xmin)
    FROM pg_rewrite c WHERE c.ev_class = ANY (seen.relations)
    UNION ALL
    SELECT hash_record_extended(ROW(c.tableoid, c.ctid, c.xmin), 0), age(c.xmin)
    FROM pg_proc c WHERE c.oid = ANY (seen.functions)
    UNION ALL
    SELECT hash_record_extended(ROW(c.tableoid, c.ctid, c.xmin), 0), age(c.xmin)
    FROM pg_namespace c WHERE c.oid = ANY (seen.schemas)
    UNION ALL
    SELECT hash_record_extended(ROW(c.tableoid, c.ctid, c.xmin), 0), age(c.xmin)
    FROM pgtrickle.pgt_dependencies c WHERE c.pgt_id = ANY (seen.nodes)
    UNION ALL
    SELECT hash_record_extended(ROW(c.tableoid, c.ctid, c.xmin), 0), age(c.xmin)
    FROM pgtrickle.pgt_facts c WHERE c.pgt_id = ANY (seen.nodes)
    UNION ALL
    SELECT hash_record_extended(ROW(c.tableoid, c.ctid, c.xmin), 0), age(c.xmin)
    FROM pgtrickle.pgt_objects c WHERE c.pgt_id = ANY (seen.nodes)
    UNION ALL
    -- Clean-up makes new versions of these, so what counts is what they say.
    SELECT hash_record_extended(ROW(c.source_relid, c.source_name, c.buffer, c.columns, c.capture), 0), age(c.xmin)
    FROM pgtrickle.pgt_change_tracking c WHERE c.source_relid = ANY (seen.relations::regclass[])) v(version, age);
  -- Most tables are made of nothing of these.
  IF coalesce(seen.parents, seen.types, seen.operators, seen.collations) IS NOT NULL THEN
    SELECT versions + coalesce(sum(v.version), 0), least(youngest, min(v.age)) INTO versions, youngest FROM (
      SELECT hash_record_extended(ROW(c.tableoid, c.ctid, c.xmin), 0), age(c.xmin)
      FROM pg_inherits c WHERE c.inhparent = ANY (seen.parents)
      UNION ALL
      SELECT hash_record_extended(ROW(c.tableoid, c.ctid, c.xmin), 0), age(c.xmin)
      FROM pg_type c WHERE c.oid = ANY (seen.types)
      UNION ALL
      SELECT hash_record_extended(ROW(c.tableoid, c.ctid, c.xmin), 0), age(c.xmin)
      FROM pg_operator c WHERE c.oid = ANY (seen.operators)
      UNION ALL
      SELECT hash_record_extended(ROW(c.tableoid, c.ctid, c.xmin), 0), age(c.xmin)
      FROM pg_collation c WHERE c.oid = ANY (seen.collations)) v(version, age);
  END IF;
END
$body$;
COMMENT ON FUNCTION pgtrickle.catalog_versions(pgtrickle_state.inspected) IS 'a hash of the versions that catalog rows have, and the age of the youngest in transactions';

CREATE FUNCTION pgtrickle.inspection(pgt_id bigint) RETURNS pgtrickle_state.inspected
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _nodes bigint[] := inspection.pgt_id || ARRAY(SELECT pgtrickle.auxiliaries_of(inspection.pgt_id));
  _tables oid[];
  _seen pgtrickle_state.inspected;
BEGIN
  _tables := ARRAY(
    SELECT t.relid::oid FROM pgtrickle.pgt_dependencies d CROSS JOIN LATERAL pgtrickle.relation_tree(d.source_relid) t
    WHERE d.pgt_id = ANY (_nodes)
    UNION
    SELECT f.relid::oid FROM pgtrickle.pgt_facts f WHERE f.pgt_id = ANY (_nodes)
    UNION
    SELECT pgtrickle.buffer_of(d.source_relid)::oid FROM pgtrickle.pgt_dependencies d WHERE d.pgt_id = ANY (_nodes)
    UNION
    SELECT to_regclass(o.identity)::oid FROM pgtrickle.pgt_objects o WHERE o.pgt_id = ANY (_nodes) AND o.role = 'definition');
  -- Objects that came with the server have no entries: nobody changes them. From the tables themselves the way also
  -- leads to what their constraints and triggers need; not from others, or it would lead through all foreign keys.
  WITH RECURSIVE used(classid, objid) AS (
    SELECT 'pg_class'::regclass::oid, u FROM unnest(_tables) u
    UNION
    SELECT x.classid, x.objid FROM used u CROSS JOIN LATERAL (
      SELECT d.refclassid, d.refobjid FROM pg_depend d WHERE d.classid = u.classid AND d.objid = u.objid
      UNION ALL
      SELECT 'pg_rewrite'::regclass, r.oid FROM pg_rewrite r WHERE u.classid = 'pg_class'::regclass AND r.ev_class = u.objid
      UNION ALL
      SELECT 'pg_constraint'::regclass, c.oid FROM pg_constraint c
      WHERE u.classid = 'pg_class'::regclass AND u.objid = ANY (_tables) AND c.conrelid = u.objid
      UNION ALL
      SELECT 'pg_trigger'::regclass, t.oid FROM pg_trigger t
      WHERE u.classid = 'pg_class'::regclass AND u.objid = ANY (_tables) AND t.tgrelid = u.objid
      UNION ALL
      SELECT 'pg_class'::regclass, i.indexrelid FROM pg_index i
      WHERE u.classid = 'pg_class'::regclass AND u.objid = ANY (_tables) AND i.indrelid = u.objid
    ) x(classid, objid)
  )
  SELECT array_agg(u.objid ORDER BY u.objid) FILTER (WHERE u.classid = 'pg_class'::regclass),
         array_agg(u.objid ORDER BY u.objid) FILTER (WHERE u.classid = 'pg_proc'::regclass),
         array_agg(u.objid ORDER BY u.objid) FILTER (WHERE u.classid = 'pg_type'::regclass),
         array_agg(u.objid ORDER BY u.objid) FILTER (WHERE u.classid = 'pg_operator'::regclass),
         array_agg(u.objid ORDER BY u.objid) FILTER (WHERE u.classid = 'pg_collation'::regclass),
         array_agg(u.objid ORDER BY u.objid) FILTER (WHERE u.classid = 'pg_namespace'::regclass)
    INTO _seen.relations, _seen.functions, _seen.types, _seen.operators, _seen.collations, _seen.schemas
    FROM used u;
  -- A relation that gets its first child or partition has a new row of its own.
  _seen.parents := (SELECT array_agg(c.oid ORDER BY c.oid) FROM pg_class c
                    WHERE c.oid = ANY (_seen.relations) AND (c.relkind = 'p' OR c.relhassubclass));
  _seen.pgt_id := inspection.pgt_id;
  _seen.nodes := _nodes;
  _seen.seen_by := pg_current_xact_id();
  _seen.database := (SELECT b.oid FROM pg_database b WHERE b.datname = current_database());
  _seen.system_identifier := pgtrickle.this_system();
  -- No versions, which equal nothing, if this transaction itself made one of them, or one that began after it.
  _seen.versions := (SELECT v.versions FROM pgtrickle.catalog_versions(_seen) v WHERE v.youngest > 0);
  RETURN _seen;
END
$body$;
COMMENT ON FUNCTION pgtrickle.inspection(bigint) IS 'everything that a stream table''s fitness depends on, and its versions; to be kept if it then proves to fit';

CREATE FUNCTION pgtrickle.keep_inspection(seen pgtrickle_state.inspected) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  -- Not under an older snapshot, which shows other versions.
  IF seen.versions IS NOT NULL AND current_setting('transaction_isolation') = 'read committed' THEN
    DELETE FROM pgtrickle_state.inspected i WHERE i.pgt_id = seen.pgt_id;
    INSERT INTO pgtrickle_state.inspected SELECT seen.*;
  END IF;
END
$body$;
COMMENT ON FUNCTION pgtrickle.keep_inspection(pgtrickle_state.inspected) IS 'keeps what a stream table was found to fit';

CREATE FUNCTION pgtrickle.is_inspected(pgt_id bigint) RETURNS boolean
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _seen pgtrickle_state.inspected;
BEGIN
  -- The frontier is known to belong to this cluster.
  SELECT i.* INTO _seen FROM pgtrickle_state.inspected i
    JOIN pgtrickle.pgt_frontiers f ON f.pgt_id = i.pgt_id AND f.system_identifier = i.system_identifier
    JOIN pg_database b ON b.oid = i.database AND b.datname = current_database()
    WHERE i.pgt_id = is_inspected.pgt_id;
  RETURN FOUND AND current_setting('transaction_isolation') = 'read committed'
    AND pg_current_xact_id()::text::bigint - _seen.seen_by::text::bigint < 1000000000
    AND _seen.versions = (pgtrickle.catalog_versions(_seen)).versions;
END
$body$;
COMMENT ON FUNCTION pgtrickle.is_inspected(bigint) IS 'whether nothing changed since a stream table, whose frontier is valid, was found to fit its sources';
