-- Frontiers: which captured changes a stream table has consumed
--
-- A frontier is a snapshot, the id of the transaction that took it, and the number of the last change at that
-- time. A change is consumed if its transaction is visible in the snapshot; a change of the frontier's own
-- transaction, which a snapshot does not know, if its number is not above `last`. Numbers alone would not do
-- (they are not in the order of commits), and snapshots alone neither (a stream table over another one always
-- reads changes of the transaction that refreshes it).

CREATE FUNCTION pgtrickle.is_consumed(change bigint, xid xid8, frontier pgtrickle.pgt_frontiers) RETURNS boolean
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT CASE WHEN is_consumed.xid = (frontier).own THEN change <= (frontier).last
              ELSE pg_visible_in_snapshot(is_consumed.xid, (frontier).snap) END;
END;
COMMENT ON FUNCTION pgtrickle.is_consumed(bigint, xid8, pgtrickle.pgt_frontiers) IS 'whether a stream table with this frontier has consumed a change';

CREATE FUNCTION pgtrickle.this_system() RETURNS bigint
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RETURN (SELECT c.system_identifier FROM pg_control_system() c);
END
$body$;
COMMENT ON FUNCTION pgtrickle.this_system() IS 'the cluster whose transaction ids frontiers are made of';

CREATE FUNCTION pgtrickle.readers_of(source regclass) RETURNS SETOF pgtrickle.pgt_frontiers
  LANGUAGE plpgsql STABLE ROWS 3 SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  -- Those that begin anew at their next refresh read no change of today's.
  RETURN QUERY
    SELECT f.* FROM pgtrickle.pgt_dependencies d
    JOIN pgtrickle.pgt_stream_tables s ON s.pgt_id = d.pgt_id
    JOIN pgtrickle.pgt_frontiers f ON f.pgt_id = d.pgt_id
    WHERE d.source_relid = source AND s.refresh_mode = 'DIFFERENTIAL' AND s.is_populated AND NOT s.needs_reinit
      AND f.system_identifier = (SELECT pgtrickle.this_system());
END
$body$;
COMMENT ON FUNCTION pgtrickle.readers_of(regclass) IS 'frontiers of the stream tables that have still to consume changes of a source';

CREATE FUNCTION pgtrickle.unique_keys(source regclass) RETURNS TABLE (index regclass, columns text[], matches text)
  LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT i.indexrelid::regclass, array_agg(a.attname::text ORDER BY k.place),
         string_agg(format('s.%1$I OPERATOR(%2$I.%3$s) b.%1$I', a.attname, n.nspname, p.oprname), ' AND ' ORDER BY k.place)
  FROM pg_index i
  CROSS JOIN LATERAL ROWS FROM (unnest(i.indkey::int2[]), unnest(i.indclass::oid[])) WITH ORDINALITY k(attnum, opclass, place)
  JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
  JOIN pg_opclass o ON o.oid = k.opclass
  JOIN pg_amop m ON m.amopfamily = o.opcfamily AND m.amoplefttype = o.opcintype AND m.amoprighttype = o.opcintype
    AND m.amopstrategy = 3
  JOIN pg_operator p ON p.oid = m.amopopr
  JOIN pg_namespace n ON n.oid = p.oprnamespace
  WHERE i.indrelid = source AND i.indisunique AND i.indimmediate AND i.indisvalid AND i.indpred IS NULL
    AND k.place <= i.indnkeyatts
  GROUP BY i.indexrelid, i.indnkeyatts
  HAVING count(*) = i.indnkeyatts;
END;
COMMENT ON FUNCTION pgtrickle.unique_keys(regclass) IS 'keys that unique indexes keep: their columns, and the condition that s and b have the same';

CREATE FUNCTION pgtrickle.repeated_key_query(source regclass, index regclass) RETURNS text
  LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  -- Not a join: it would look no further than the first row, since the planner, too, believes in the key.
  SELECT format('SELECT EXISTS (SELECT FROM %s b WHERE b.__pgt_xid = pg_current_xact_id() AND b.__pgt_weight > 0 '
                'AND (SELECT count(*) FROM %s s WHERE %s) > 1)', pgtrickle.buffer_of(source), source, k.matches)
  FROM pgtrickle.unique_keys(source) k WHERE k.index = repeated_key_query.index;
END;
COMMENT ON FUNCTION pgtrickle.repeated_key_query(regclass, regclass) IS 'the query whether a key of a row that this transaction inserted is there twice';

CREATE FUNCTION pgtrickle.repeated_key(source regclass, columns text[]) RETURNS regclass
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _index regclass;
  _is_repeated boolean;
BEGIN
  -- Inheritance shares no keys.
  IF EXISTS (SELECT FROM pg_class c WHERE c.oid = source AND c.relkind = 'r' AND c.relhassubclass)
     OR NOT pgtrickle.is_captured(source, columns) THEN
    RETURN NULL;
  END IF;
  FOR _index IN SELECT k.index FROM pgtrickle.unique_keys(source) k
                WHERE k.columns <@ repeated_key.columns ORDER BY k.index::text COLLATE "C" LOOP
    EXECUTE pgtrickle.repeated_key_query(source, _index) INTO _is_repeated;
    IF _is_repeated THEN
      RETURN _index;
    END IF;
  END LOOP;
  RETURN NULL;
END
$body$;
COMMENT ON FUNCTION pgtrickle.repeated_key(regclass, text[]) IS 'a unique index over some of these columns of which this transaction sees a key in two rows, one of them its own; NULL if there is none';

CREATE FUNCTION pgtrickle.lock_sources(pgt_id bigint) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _source regclass;
  _columns text[];
BEGIN
  -- Keeps TRUNCATE and DDL away until the end: what is looked at after this stays as it is. A query that
  -- returns nothing takes the lock that the refresh would take, also on partitions, and needs no more rights.
  FOR _source IN SELECT d.source_relid FROM pgtrickle.pgt_dependencies d
                 JOIN pg_class c ON c.oid = d.source_relid
                 WHERE d.pgt_id = lock_sources.pgt_id ORDER BY d.source_relid::text COLLATE "C" LOOP
    EXECUTE format('SELECT FROM %s LIMIT 0', _source);
  END LOOP;
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    -- The snapshot is older than the locks. Rows that a TRUNCATE removed since are gone although the snapshot
    -- should show them, and its marker does not show. SQL reads the old catalog row, the functions the present.
    FOR _source IN SELECT d.source_relid FROM pgtrickle.pgt_dependencies d
                   WHERE d.pgt_id = lock_sources.pgt_id
                     AND (EXISTS (SELECT FROM pgtrickle.relation_tree(d.source_relid) t JOIN pg_class c ON c.oid = t.relid
                                  WHERE c.relkind IN ('r', 'm') AND c.relfilenode IS DISTINCT FROM pg_relation_filenode(c.oid))
                          OR EXISTS (SELECT p.relid FROM pg_partition_tree(d.source_relid) p
                                     EXCEPT SELECT t.relid FROM pgtrickle.relation_tree(d.source_relid) t)) LOOP
      RAISE serialization_failure USING
        MESSAGE = format('could not serialize access because %s was truncated or rewritten', _source),
        HINT = 'The transaction might succeed if retried.';
    END LOOP;
    -- A row that somebody deleted since is no conflict for one that this transaction inserted with the same key, and
    -- the snapshot shows both: keys are none. Nothing that was compiled to rely on them would be right.
    IF pg_current_xact_id_if_assigned() IS NOT NULL THEN
      FOR _source, _columns IN
          SELECT d.source_relid, d.columns_used FROM pgtrickle.pgt_dependencies d
          JOIN pgtrickle.pgt_stream_tables s ON s.pgt_id = d.pgt_id AND s.refresh_mode = 'DIFFERENTIAL'
          WHERE d.pgt_id = lock_sources.pgt_id AND d.source_type IN ('TABLE', 'PARTITIONED_TABLE', 'STREAM_TABLE')
          ORDER BY d.source_relid::text COLLATE "C" LOOP
        IF pgtrickle.repeated_key(_source, _columns) IS NOT NULL THEN
          RAISE serialization_failure USING
            MESSAGE = format('could not serialize access to %s due to concurrent delete', _source),
            DETAIL = format('A row that this transaction inserted has the same key in %s as one that was deleted after its snapshot was taken.',
                            pgtrickle.repeated_key(_source, _columns)),
            HINT = 'The transaction might succeed if retried.';
        END IF;
      END LOOP;
    END IF;
  END IF;
END
$body$;
COMMENT ON FUNCTION pgtrickle.lock_sources(bigint) IS 'locks the sources of a stream table against TRUNCATE and DDL, and makes sure that the snapshot shows them';

CREATE FUNCTION pgtrickle.lock_frontier(pgt_id bigint) RETURNS boolean
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _system bigint;
BEGIN
  -- A statement of its own: what it waited for is visible to the next one, or it fails.
  SELECT f.system_identifier INTO _system FROM pgtrickle.pgt_frontiers f WHERE f.pgt_id = lock_frontier.pgt_id FOR UPDATE;
  IF NOT FOUND THEN
    -- An entry that has consumed nothing, to be updated by the first refresh.
    INSERT INTO pgtrickle.pgt_frontiers (pgt_id, snap, own, last, system_identifier)
      VALUES (lock_frontier.pgt_id, pg_current_snapshot(), '0', 0, 0)
      ON CONFLICT ON CONSTRAINT pgt_frontiers_pkey DO NOTHING;
    SELECT f.system_identifier INTO _system FROM pgtrickle.pgt_frontiers f WHERE f.pgt_id = lock_frontier.pgt_id FOR UPDATE;
    IF NOT FOUND THEN
      RAISE serialization_failure USING
        MESSAGE = format('could not serialize access because stream table %s was dropped or refreshed',
          (SELECT s.pgt_relid FROM pgtrickle.pgt_stream_tables s WHERE s.pgt_id = lock_frontier.pgt_id)),
        HINT = 'The transaction might succeed if retried.';
    END IF;
  END IF;
  RETURN _system = pgtrickle.this_system();
END
$body$;
COMMENT ON FUNCTION pgtrickle.lock_frontier(bigint) IS 'waits for other refreshes of a stream table and excludes them; whether its frontier means anything';

CREATE FUNCTION pgtrickle.begin_anew(pgt_id bigint) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _source regclass;
BEGIN
  -- Clean-up does not know the frontier that is about to be made: a new version of these rows makes it wait,
  -- or this transaction fail if it has a snapshot from before.
  FOR _source IN SELECT d.source_relid FROM pgtrickle.pgt_dependencies d
                 WHERE d.pgt_id = begin_anew.pgt_id ORDER BY d.source_relid::text COLLATE "C" LOOP
    UPDATE pgtrickle.pgt_change_tracking k SET tracked_by = k.tracked_by WHERE k.source_relid = _source;
  END LOOP;
  -- A sequence that was never asked since it was made has a last_value that it has yet to give.
  PERFORM nextval('pgtrickle_state.change');
END
$body$;
COMMENT ON FUNCTION pgtrickle.begin_anew(bigint) IS 'prepares for a first frontier: no change may be cleaned up that it will not have consumed';

CREATE FUNCTION pgtrickle.count_changes(pgt_id bigint, source regclass, most bigint) RETURNS bigint
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _frontier pgtrickle.pgt_frontiers;
  _count bigint;
BEGIN
  SELECT * INTO _frontier FROM pgtrickle.pgt_frontiers f WHERE f.pgt_id = count_changes.pgt_id;
  EXECUTE format('SELECT count(*) FROM (SELECT FROM %s b WHERE b.__pgt_xid >= pg_snapshot_xmin($1) '
                 'AND NOT CASE WHEN b.__pgt_xid = $2 THEN b.__pgt_change <= $3 '
                 'ELSE pg_visible_in_snapshot(b.__pgt_xid, $1) END LIMIT $4) x', pgtrickle.buffer_of(source))
    INTO _count USING _frontier.snap, _frontier.own, _frontier.last, most;
  RETURN _count;
END
$body$;
COMMENT ON FUNCTION pgtrickle.count_changes(bigint, regclass, bigint) IS 'how many changes of a source a stream table has still to consume; counts no further than the most asked for';

CREATE FUNCTION pgtrickle.estimated_rows(source regclass) RETURNS double precision
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  -- NULL if a table of the tree has rows that no statistics know of.
  RETURN (SELECT CASE WHEN bool_or(c.reltuples <= 0 AND pg_relation_size(c.oid) > 0) THEN NULL
                      ELSE sum(greatest(c.reltuples::double precision, 0)) END
          FROM pgtrickle.relation_tree(source) t JOIN pg_class c ON c.oid = t.relid
          WHERE c.relkind = 'r');
END
$body$;
COMMENT ON FUNCTION pgtrickle.estimated_rows(regclass) IS 'number of rows of a source as the planner''s statistics have it, NULL if unknown';

CREATE FUNCTION pgtrickle.setting(key text) RETURNS text
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _value text := (SELECT s.value FROM pgtrickle.pgt_settings s WHERE s.key = setting.key);
BEGIN
  IF _value IS NULL THEN
    RAISE undefined_parameter USING
      MESSAGE = format('there is no setting "%s"', setting.key),
      HINT = 'Settings are rows of pgtrickle.pgt_settings.';
  END IF;
  RETURN _value;
END
$body$;
COMMENT ON FUNCTION pgtrickle.setting(text) IS 'value of a row of pgt_settings';
