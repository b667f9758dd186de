-- The scheduler: what is due, in which order, and the procedure that refreshes it
--
-- A tick plans once and then works through units: one stream table, or those of a diamond, in a transaction of
-- its own. It refreshes what its caller may refresh. Several ticks share the work: each takes an advisory lock
-- for the members of a unit, which ends with its transaction however that ends, and looks again whether the
-- unit is due. Under REPEATABLE READ that look can be older than the lock; then the refresh itself fails with
-- 40001, and the next tick finds out what is left to do.

CREATE TYPE pgtrickle.refresh_unit AS (
  members bigint[],
  is_group boolean,
  is_slowest boolean
);
COMMENT ON TYPE pgtrickle.refresh_unit IS 'stream tables that are refreshed in one transaction; a group is due when its first or its last member is';

CREATE FUNCTION pgtrickle.may_refresh(pgt_id bigint) RETURNS boolean
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RETURN EXISTS (SELECT FROM pgtrickle.pgt_objects o JOIN pg_proc p ON p.oid = to_regprocedure(o.identity)
                 WHERE o.pgt_id = may_refresh.pgt_id AND o.role = 'refresh' AND has_function_privilege(p.oid, 'EXECUTE'))
     AND EXISTS (SELECT FROM pgtrickle.pgt_stream_tables s JOIN pg_class c ON c.oid = s.pgt_relid
                 WHERE s.pgt_id = may_refresh.pgt_id);
END
$body$;
COMMENT ON FUNCTION pgtrickle.may_refresh(bigint) IS 'whether the current role may refresh a stream table, and there is one';

CREATE FUNCTION pgtrickle.mark_problems() RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _stream_table pgtrickle.pgt_stream_tables;
  _problem text;
BEGIN
  FOR _stream_table IN SELECT s.* FROM pgtrickle.pgt_stream_tables s JOIN pg_class c ON c.oid = s.pgt_relid
                       WHERE s.pgt_schema <> 'pgtrickle_state' AND s.is_populated AND pgtrickle.has_owner_rights(s.pgt_id) ORDER BY s.pgt_id LOOP
    _problem := pgtrickle.source_problem(_stream_table.pgt_id);
    IF _problem IS NOT NULL THEN
      PERFORM pgtrickle.needs_compiling(_stream_table.pgt_id, _problem);
    ELSE
      UPDATE pgtrickle.pgt_stream_tables s
        SET needs_reinit = true, reinit_reason = p.problem, updated_at = now()
        FROM pgtrickle.reinit_problem(_stream_table.pgt_id) p(problem)
        WHERE s.pgt_id = _stream_table.pgt_id AND NOT s.needs_reinit AND p.problem IS NOT NULL;
    END IF;
  END LOOP;
END
$body$;
COMMENT ON FUNCTION pgtrickle.mark_problems() IS 'marks the caller''s stream tables whose sources or triggers are not what they were: to be recomputed, or to be compiled again';

CREATE FUNCTION pgtrickle.is_due(stream_table pgtrickle.pgt_stream_tables) RETURNS boolean
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  -- After a failure the next attempt is as far away as after a success.
  _since timestamptz := CASE WHEN (stream_table).consecutive_errors > 0
                             THEN greatest((stream_table).last_refresh_at, (stream_table).updated_at)
                             ELSE (stream_table).last_refresh_at END;
BEGIN
  IF (stream_table).status = 'SUSPENDED'
     OR (stream_table).refresh_mode = 'IMMEDIATE'
        AND NOT ((stream_table).is_populated
                 AND ((stream_table).needs_reinit OR pgtrickle.reinit_problem((stream_table).pgt_id) IS NOT NULL))
     -- Nothing but a new definition helps.
     OR pgtrickle.source_problem((stream_table).pgt_id) IS NOT NULL THEN
    RETURN false;
  END IF;
  IF (stream_table).consecutive_errors = 0
     AND (NOT (stream_table).is_populated OR (stream_table).needs_reinit OR (stream_table).refresh_mode = 'IMMEDIATE') THEN
    RETURN true;
  END IF;
  RETURN coalesce((SELECT min(pgtrickle.next_time(s, _since)) <= clock_timestamp()
                   FROM pgtrickle.schedules_of((stream_table).pgt_id) s), _since IS NULL);
END
$body$;
COMMENT ON FUNCTION pgtrickle.is_due(pgtrickle.pgt_stream_tables) IS 'whether a scheduler has to refresh a stream table now; an IMMEDIATE one only to repair it';

CREATE FUNCTION pgtrickle.is_unit_due(unit pgtrickle.refresh_unit) RETURNS boolean
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RETURN (SELECT coalesce(CASE WHEN (unit).is_slowest THEN bool_and(pgtrickle.is_due(s)) ELSE bool_or(pgtrickle.is_due(s)) END, false)
          FROM pgtrickle.pgt_stream_tables s
          WHERE s.pgt_id = ANY ((unit).members) AND s.status <> 'SUSPENDED');
END
$body$;
COMMENT ON FUNCTION pgtrickle.is_unit_due(pgtrickle.refresh_unit) IS 'whether the first, or the last, of several stream tables is due; suspended ones do not count';

CREATE FUNCTION pgtrickle.upstream_of(pgt_id bigint) RETURNS SETOF bigint
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  WITH RECURSIVE upstream(pgt_id) AS (
    SELECT s.pgt_id FROM pgtrickle.pgt_dependencies d
    JOIN pgtrickle.pgt_stream_tables s ON s.pgt_relid = d.source_relid
    WHERE d.pgt_id = upstream_of.pgt_id
    UNION
    SELECT s.pgt_id FROM upstream u
    JOIN pgtrickle.pgt_dependencies d ON d.pgt_id = u.pgt_id
    JOIN pgtrickle.pgt_stream_tables s ON s.pgt_relid = d.source_relid
  )
  SELECT u.pgt_id FROM upstream u;
END;
COMMENT ON FUNCTION pgtrickle.upstream_of(bigint) IS 'the stream tables that a stream table reads, directly and through others';

CREATE FUNCTION pgtrickle.due_units() RETURNS SETOF pgtrickle.refresh_unit
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _units pgtrickle.refresh_unit[];
  _rest int[];
  _ready int[];
BEGIN
  _units := ARRAY(
    SELECT u.unit FROM (
      SELECT ROW(array_agg(s.pgt_id ORDER BY s.pgt_id),
                 -- Triggers are made in READ COMMITTED only; after such a repair the next tick is in one snapshot again.
                 g.group_id IS NOT NULL AND bool_and(pgtrickle.reinit_problem(s.pgt_id) IS NULL),
                 coalesce(bool_or(g.is_convergence AND g.schedule_policy = 'slowest'), false))::pgtrickle.refresh_unit AS unit
      FROM pgtrickle.pgt_stream_tables s
      LEFT JOIN pgtrickle.diamond_groups() g ON g.member_schema = s.pgt_schema AND g.member_name = s.pgt_name
      WHERE s.pgt_schema <> 'pgtrickle_state'
      GROUP BY g.group_id, CASE WHEN g.group_id IS NULL THEN s.pgt_id END
      -- Part of a group alone would not agree with the rest.
      HAVING bool_and(pgtrickle.may_refresh(s.pgt_id))) u
    WHERE pgtrickle.is_unit_due(u.unit)
    ORDER BY ((u.unit).members)[1]);
  _rest := ARRAY(SELECT generate_subscripts(_units, 1));
  WHILE cardinality(_rest) > 0 LOOP
    -- Those that read no other of the rest; any one where they read each other in a circle, as groups can.
    _ready := ARRAY(
      SELECT r FROM unnest(_rest) r
      WHERE NOT EXISTS (SELECT FROM unnest((_units[r]).members) m(pgt_id) CROSS JOIN LATERAL pgtrickle.upstream_of(m.pgt_id) u(pgt_id)
                        JOIN unnest(_rest) o(k) ON o.k <> r AND u.pgt_id = ANY ((_units[o.k]).members))
      ORDER BY r);
    IF cardinality(_ready) = 0 THEN
      _ready := _rest[1:1];
    END IF;
    RETURN QUERY SELECT (_units[r]).* FROM unnest(_ready) WITH ORDINALITY x(r, k) ORDER BY x.k;
    _rest := ARRAY(SELECT r FROM unnest(_rest) r WHERE r <> ALL (_ready) ORDER BY r);
  END LOOP;
END
$body$;
COMMENT ON FUNCTION pgtrickle.due_units() IS 'what the current role may refresh and is due, sources before their readers';

CREATE FUNCTION pgtrickle.refresh_due(unit pgtrickle.refresh_unit) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _pgt_id bigint;
  _member record;
  _left_out bigint[] := '{}'::bigint[];
  _message text;
BEGIN
  FOREACH _pgt_id IN ARRAY (unit).members LOOP
    IF NOT pg_try_advisory_xact_lock(1885828210, (_pgt_id % 2147483647)::int) THEN
      RETURN;  -- another tick is at it
    END IF;
  END LOOP;
  IF NOT pgtrickle.is_unit_due(unit) THEN
    RETURN;  -- another tick was faster
  END IF;
  FOR _member IN SELECT s.pgt_id, s.pgt_relid, s.status FROM pgtrickle.pgt_stream_tables s
                 WHERE s.pgt_id = ANY ((unit).members)
                 ORDER BY pgtrickle.trigger_rank(s.pgt_id), s.pgt_relid::text COLLATE "C" LOOP
    -- What reads a member that stays as it was would mix two states of their common sources.
    IF _member.status = 'SUSPENDED'
       OR EXISTS (SELECT FROM pgtrickle.upstream_of(_member.pgt_id) u WHERE u = ANY (_left_out))
       OR pgtrickle.refresh_relation(NULL, _member.pgt_relid, true) IS NOT NULL THEN
      _left_out := _left_out || _member.pgt_id;
    END IF;
  END LOOP;
EXCEPTION
  WHEN serialization_failure OR deadlock_detected THEN
    NULL;  -- the whole unit is as before, and due at the next tick
  WHEN OTHERS THEN
    -- Not a refresh that failed, which is kept, but one that could not be tried. The others have to go on.
    GET STACKED DIAGNOSTICS _message = MESSAGE_TEXT;
    RAISE WARNING USING
      MESSAGE = format('stream table %s could not be refreshed: %s',
        (SELECT string_agg(pgtrickle.quoted_name(s.pgt_schema, s.pgt_name), ', ' ORDER BY s.pgt_schema, s.pgt_name)
         FROM pgtrickle.pgt_stream_tables s WHERE s.pgt_id = ANY ((unit).members)), _message);
END
$body$;
COMMENT ON FUNCTION pgtrickle.refresh_due(pgtrickle.refresh_unit) IS 'refreshes the stream tables of a unit if it is still due; failures are kept';

CREATE FUNCTION pgtrickle.heartbeat() RETURNS boolean
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _last timestamptz := (SELECT r.scheduler_heartbeat FROM pgtrickle.pgt_runtime r);
  _interval interval := make_interval(secs => pgtrickle.parse_duration_seconds(pgtrickle.setting('cleanup_interval')));
BEGIN
  IF has_column_privilege('pgtrickle.pgt_runtime', 'scheduler_heartbeat', 'UPDATE') THEN
    -- Another tick that is writing it does as well.
    UPDATE pgtrickle.pgt_runtime r SET scheduler_heartbeat = clock_timestamp()
      WHERE r.singleton IN (SELECT x.singleton FROM pgtrickle.pgt_runtime x FOR UPDATE SKIP LOCKED);
  END IF;
  RETURN (date_bin(_interval, _last, 'epoch') = date_bin(_interval, clock_timestamp(), 'epoch')) IS NOT TRUE;
END
$body$;
COMMENT ON FUNCTION pgtrickle.heartbeat() IS 'shows that a scheduler is alive; whether it is the first time in a clean-up interval';

CREATE FUNCTION pgtrickle.clean_up() RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF has_function_privilege('pgtrickle.cleanup_buffers()', 'EXECUTE') THEN
    PERFORM FROM pgtrickle.cleanup_buffers();
  END IF;
  IF has_function_privilege('pgtrickle.cleanup_history()', 'EXECUTE')
     AND has_table_privilege('pgtrickle.pgt_refresh_history', 'DELETE') THEN
    PERFORM pgtrickle.cleanup_history();
  END IF;
EXCEPTION WHEN serialization_failure OR deadlock_detected OR lock_not_available THEN
  NULL;  -- the next clean-up
END
$body$;
COMMENT ON FUNCTION pgtrickle.clean_up() IS 'cleans up what the current role may: change buffers and history';

CREATE FUNCTION pgtrickle.require_own_transaction() RETURNS void
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  -- In a transaction block the statement is younger than the transaction.
  IF now() < statement_timestamp() THEN
    RAISE invalid_transaction_termination USING
      MESSAGE = 'pgtrickle.scheduler_tick() cannot be called inside a transaction block',
      DETAIL = 'It commits after every stream table it refreshed.',
      HINT = 'CALL it with autocommit on, as a statement of its own; SELECT pgtrickle.refresh_stream_table(name) works in transactions.';
  END IF;
END
$body$;
COMMENT ON FUNCTION pgtrickle.require_own_transaction() IS 'an error where a procedure could not commit';

-- A procedure that commits can have neither SECURITY DEFINER nor a search_path of its own. So every name in it
-- has its schema, and it has no operators.
CREATE PROCEDURE pgtrickle.scheduler_tick()
  LANGUAGE plpgsql
AS $body$
DECLARE
  _units pgtrickle.refresh_unit[];
  _unit pgtrickle.refresh_unit;
  _cleans boolean;
BEGIN
  PERFORM pgtrickle.require_own_transaction();
  -- The caller's defaults may be other ones. Nothing may be evaluated between COMMIT and SET.
  COMMIT;
  SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE;
  _cleans := pgtrickle.heartbeat();
  PERFORM pgtrickle.mark_problems();
  COMMIT;
  SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE;
  _units := ARRAY(SELECT u FROM pgtrickle.due_units() u);
  FOREACH _unit IN ARRAY _units LOOP
    _cleans := pgtrickle.heartbeat() OR _cleans;
    IF _unit.is_group THEN
      -- One snapshot for all.
      COMMIT;
      SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ WRITE;
    ELSE
      COMMIT;
      SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE;
    END IF;
    PERFORM pgtrickle.refresh_due(_unit);
    COMMIT;
    SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE;
  END LOOP;
  PERFORM pgtrickle.raise_alerts();
  IF _cleans THEN
    COMMIT;
    SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE;
    PERFORM pgtrickle.clean_up();
  END IF;
  COMMIT;
END
$body$;
COMMENT ON PROCEDURE pgtrickle.scheduler_tick() IS 'refreshes what is due and the current role may refresh, in dependency order, each in its own transaction';
