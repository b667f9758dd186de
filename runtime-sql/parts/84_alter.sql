-- Operational properties

CREATE FUNCTION pgtrickle.alter_relation(name text, stream_table regclass, query text, schedule text, refresh_mode text,
    status text, diamond_consistency text, diamond_schedule_policy text, full_threshold double precision) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _stream_table pgtrickle.pgt_stream_tables;
BEGIN
  IF stream_table IS NULL THEN
    PERFORM pgtrickle.missing_stream_table(name);
  END IF;
  SELECT * INTO _stream_table FROM pgtrickle.pgt_stream_tables s WHERE s.pgt_id = pgtrickle.stream_table_id(stream_table);
  PERFORM pgtrickle.require_owner(_stream_table.pgt_id);
  IF query IS NOT NULL OR upper(refresh_mode) <> _stream_table.refresh_mode THEN
    RAISE feature_not_supported USING
      MESSAGE = format('the %s of stream table %s cannot be changed on the server',
                       CASE WHEN query IS NOT NULL THEN 'query' ELSE 'refresh mode' END, stream_table),
      DETAIL = 'Everything that maintains it is made by the compiler.',
      HINT = 'Change its definition, and run tricklec upgrade.';
  END IF;
  IF status IS NOT NULL AND upper(status) NOT IN ('ACTIVE', 'SUSPENDED') THEN
    RAISE invalid_parameter_value USING
      MESSAGE = format('invalid status "%s"', status),
      HINT = 'A stream table can be made ACTIVE or SUSPENDED.';
  END IF;
  IF schedule IS NOT NULL THEN
    IF _stream_table.refresh_mode = 'IMMEDIATE' THEN
      RAISE object_not_in_prerequisite_state USING
        MESSAGE = format('IMMEDIATE stream table %s has no schedule', stream_table);
    END IF;
    IF lower(schedule) <> 'calculated' THEN
      PERFORM pgtrickle.require_schedule(schedule);
    END IF;
  END IF;
  UPDATE pgtrickle.pgt_stream_tables s SET
    schedule = CASE lower(alter_relation.schedule) WHEN 'calculated' THEN NULL
                    ELSE coalesce(alter_relation.schedule, s.schedule) END,
    status = CASE upper(alter_relation.status)
               WHEN 'SUSPENDED' THEN 'SUSPENDED'
               WHEN 'ACTIVE' THEN CASE WHEN s.is_populated THEN 'ACTIVE' ELSE 'INITIALIZING' END
               ELSE s.status END,
    consecutive_errors = CASE upper(alter_relation.status) WHEN 'ACTIVE' THEN 0 ELSE s.consecutive_errors END,
    diamond_consistency = coalesce(lower(alter_relation.diamond_consistency), s.diamond_consistency),
    diamond_schedule_policy = coalesce(lower(alter_relation.diamond_schedule_policy), s.diamond_schedule_policy),
    full_threshold = CASE WHEN alter_relation.full_threshold < 0 THEN NULL
                          ELSE coalesce(alter_relation.full_threshold, s.full_threshold) END,
    updated_at = now()
    WHERE s.pgt_id = _stream_table.pgt_id;
  IF _stream_table.status = 'SUSPENDED' AND upper(status) = 'ACTIVE' THEN
    PERFORM pgtrickle.alert(_stream_table.pgt_id, 'resumed');
  END IF;
END
$body$;
COMMENT ON FUNCTION pgtrickle.alter_relation(text, regclass, text, text, text, text, text, text, double precision)
  IS 'alter_stream_table after the name was resolved';

CREATE FUNCTION pgtrickle.alter_stream_table(name text, query text DEFAULT NULL, schedule text DEFAULT NULL,
    refresh_mode text DEFAULT NULL, status text DEFAULT NULL, diamond_consistency text DEFAULT NULL,
    diamond_schedule_policy text DEFAULT NULL, full_threshold double precision DEFAULT NULL) RETURNS void
  LANGUAGE sql VOLATILE
BEGIN ATOMIC
  SELECT pgtrickle.alter_relation(alter_stream_table.name, to_regclass(alter_stream_table.name), alter_stream_table.query,
    alter_stream_table.schedule, alter_stream_table.refresh_mode, alter_stream_table.status,
    alter_stream_table.diamond_consistency, alter_stream_table.diamond_schedule_policy, alter_stream_table.full_threshold);
END;
COMMENT ON FUNCTION pgtrickle.alter_stream_table(text, text, text, text, text, text, text, double precision)
  IS 'changes schedule, status and other operational properties of a stream table; what is NULL stays';

CREATE FUNCTION pgtrickle.resume_stream_table(name text) RETURNS void
  LANGUAGE sql VOLATILE
BEGIN ATOMIC
  SELECT pgtrickle.alter_relation(resume_stream_table.name, to_regclass(resume_stream_table.name),
                                  NULL, NULL, NULL, 'ACTIVE', NULL, NULL, NULL);
END;
COMMENT ON FUNCTION pgtrickle.resume_stream_table(text) IS 'allows a suspended stream table to be refreshed again, and forgets its errors';
