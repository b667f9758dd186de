-- Schedules: durations and calendars
--
-- A duration counts from the last refresh. A calendar is cron's: minute, hour, day of month, month and day
-- of week, with seconds before them if there are six fields. The compiler checks both by the same rules.

CREATE FUNCTION pgtrickle.parse_duration_seconds(duration text) RETURNS bigint
  LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  -- The larger unit before the smaller, each at most once.
  IF duration !~ '^([0-9]{1,9}[wW])?([0-9]{1,9}[dD])?([0-9]{1,9}[hH])?([0-9]{1,9}[mM])?([0-9]{1,9}[sS])?$' OR duration = '' THEN
    RAISE invalid_parameter_value USING
      MESSAGE = format('invalid duration "%s"', duration),
      HINT = 'Write numbers with units w, d, h, m and s in this order, such as 30s or 1h30m.';
  END IF;
  RETURN (SELECT sum(part[1]::bigint * CASE upper(part[2]) WHEN 'S' THEN 1 WHEN 'M' THEN 60 WHEN 'H' THEN 3600
                                                           WHEN 'D' THEN 86400 WHEN 'W' THEN 604800 END)::bigint
          FROM regexp_matches(duration, '([0-9]+)([smhdwSMHDW])', 'g') part);
END
$body$;
COMMENT ON FUNCTION pgtrickle.parse_duration_seconds(text) IS 'seconds in a duration such as 30s, 1h30m, 2d or 1w';

CREATE FUNCTION pgtrickle.is_duration(schedule text) RETURNS boolean
  LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  -- A calendar has blanks, or is a word with @.
  RETURN schedule ~ '^[0-9a-zA-Z]+$';
END
$body$;
COMMENT ON FUNCTION pgtrickle.is_duration(text) IS 'whether a schedule is a duration, and not a calendar';

CREATE FUNCTION pgtrickle.calendar_field(field text, name text, low int, high int, words text[] DEFAULT '{}') RETURNS int[]
  LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _entry text;
  _parts text[];   -- *, first, last, step
  _first int;
  _last int;
  _step int;
  _values int[] := '{}'::int[];
BEGIN
  FOREACH _entry IN ARRAY string_to_array(field, ',') LOOP
    _parts := regexp_match(lower(_entry COLLATE "C"), '^(?:(\*)|([0-9]{1,9}|[a-z]+)(?:-([0-9]{1,9}|[a-z]+))?)(?:/([0-9]{1,9}))?$');
    _first := CASE WHEN _parts[1] IS NOT NULL THEN low
                   WHEN _parts[2] ~ '^[0-9]' THEN _parts[2]::int
                   ELSE low + array_position(words, _parts[2]) - 1 END;
    -- A value with a step is a range to the end.
    _last := CASE WHEN _parts[1] IS NOT NULL OR _parts[3] IS NULL AND _parts[4] IS NOT NULL THEN high
                  WHEN _parts[3] IS NULL THEN _first
                  WHEN _parts[3] ~ '^[0-9]' THEN _parts[3]::int
                  ELSE low + array_position(words, _parts[3]) - 1 END;
    _step := coalesce(_parts[4]::int, 1);
    IF (_first >= low AND _first <= _last AND _last <= high AND _step BETWEEN 1 AND high) IS NOT TRUE THEN
      RAISE invalid_parameter_value USING
        MESSAGE = format('invalid entry "%s" for the %s of a calendar', _entry, name),
        HINT = format('Write *, a value from %s to %s, a range or a list of these, each with an optional /step.', low, high);
    END IF;
    _values := _values || ARRAY(SELECT generate_series(_first, _last, _step));
  END LOOP;
  RETURN _values;
END
$body$;
COMMENT ON FUNCTION pgtrickle.calendar_field(text, text, int, int, text[]) IS 'the values that one field of a calendar stands for';

CREATE FUNCTION pgtrickle.parse_calendar(calendar text, OUT seconds int[], OUT minutes int[], OUT hours int[],
    OUT days int[], OUT months int[], OUT weekdays int[], OUT either_day boolean)
  LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _fields text[] := regexp_split_to_array(btrim(CASE calendar
    WHEN '@hourly' THEN '0 * * * *'
    WHEN '@daily' THEN '0 0 * * *'
    WHEN '@weekly' THEN '0 0 * * 0'
    WHEN '@monthly' THEN '0 0 1 * *'
    ELSE calendar END, E' \t'), '[ \t]+');
BEGIN
  IF cardinality(_fields) = 5 THEN
    _fields := '0'::text || _fields;
  ELSIF cardinality(_fields) <> 6 THEN
    RAISE invalid_parameter_value USING
      MESSAGE = format('invalid schedule "%s"', calendar),
      HINT = 'Write a duration such as 30s or 1h30m, five or six fields as in cron, @hourly, @daily, @weekly, @monthly, or calculated.';
  END IF;
  seconds := pgtrickle.calendar_field(_fields[1], 'second', 0, 59);
  minutes := pgtrickle.calendar_field(_fields[2], 'minute', 0, 59);
  hours := pgtrickle.calendar_field(_fields[3], 'hour', 0, 23);
  days := pgtrickle.calendar_field(_fields[4], 'day of month', 1, 31);
  months := pgtrickle.calendar_field(_fields[5], 'month', 1, 12, '{jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec}');
  weekdays := pgtrickle.calendar_field(_fields[6], 'day of week', 0, 7, '{sun,mon,tue,wed,thu,fri,sat}');
  IF 7 = ANY (weekdays) THEN
    weekdays := weekdays || 0;
  END IF;
  -- As cron has it: where both say something, either will do.
  either_day := _fields[4] !~ '^\*' AND _fields[6] !~ '^\*';
  IF NOT either_day AND NOT EXISTS (
      SELECT FROM unnest(days) d, unnest(months) m WHERE d <= ('{31,29,31,30,31,30,31,31,30,31,30,31}'::int[])[m]) THEN
    RAISE invalid_parameter_value USING
      MESSAGE = format('invalid schedule "%s"', calendar),
      DETAIL = 'No month that it names has such a day.';
  END IF;
END
$body$;
COMMENT ON FUNCTION pgtrickle.parse_calendar(text) IS 'the values of all fields of a calendar, and whether either the day of month or the day of week is enough';

CREATE FUNCTION pgtrickle.next_calendar_time(calendar text, after timestamp) RETURNS timestamp
  LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _calendar record := pgtrickle.parse_calendar(calendar);
  _from timestamp := date_trunc('second', after) + '1 second'::interval;
  _day date := _from::date;
  _hour int := extract(hour FROM _from)::int;
  _minute int := extract(minute FROM _from)::int;
  _second int := extract(second FROM _from)::int;
  _found int;   -- second of the day
BEGIN
  -- A 29 February on a given day of the week comes every 28 years, and every 40 around 2100.
  WHILE _day < _from::date + 41 * 366 LOOP
    IF extract(month FROM _day) <> ALL (_calendar.months) THEN
      _day := (date_trunc('month', _day::timestamp) + '1 month'::interval)::date;
      _hour := 0; _minute := 0; _second := 0;
      CONTINUE;
    END IF;
    IF (CASE WHEN _calendar.either_day
             THEN extract(day FROM _day) = ANY (_calendar.days) OR extract(dow FROM _day) = ANY (_calendar.weekdays)
             ELSE extract(day FROM _day) = ANY (_calendar.days) AND extract(dow FROM _day) = ANY (_calendar.weekdays) END) THEN
      -- In the same minute, in the same hour, in a later hour.
      SELECT min(x) INTO _found FROM (VALUES
        (CASE WHEN _hour = ANY (_calendar.hours) AND _minute = ANY (_calendar.minutes)
              THEN _hour * 3600 + _minute * 60 + (SELECT min(s) FROM unnest(_calendar.seconds) s WHERE s >= _second) END),
        (CASE WHEN _hour = ANY (_calendar.hours)
              THEN _hour * 3600 + (SELECT min(m) FROM unnest(_calendar.minutes) m WHERE m > _minute) * 60
                   + (SELECT min(s) FROM unnest(_calendar.seconds) s) END),
        ((SELECT min(h) FROM unnest(_calendar.hours) h WHERE h > _hour) * 3600
         + (SELECT min(m) FROM unnest(_calendar.minutes) m) * 60 + (SELECT min(s) FROM unnest(_calendar.seconds) s))) t(x);
      IF _found IS NOT NULL THEN
        RETURN _day + make_interval(secs => _found);
      END IF;
    END IF;
    _day := _day + 1;
    -- Before the first moment of the next day, so that its first hour counts as a later one.
    _hour := -1; _minute := 0; _second := 0;
  END LOOP;
  RETURN NULL;
END
$body$;
COMMENT ON FUNCTION pgtrickle.next_calendar_time(text, timestamp) IS 'the first time after another that a calendar names, NULL if there is none';

CREATE FUNCTION pgtrickle.next_time(schedule text, after timestamptz) RETURNS timestamptz
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  _zone text;
  _local timestamp;
BEGIN
  IF pgtrickle.is_duration(schedule) THEN
    RETURN after + make_interval(secs => pgtrickle.parse_duration_seconds(schedule));
  END IF;
  _zone := pgtrickle.setting('schedule_time_zone');
  _local := after AT TIME ZONE _zone;
  -- Where the clock is set, a later local time can be no later moment.
  LOOP
    _local := pgtrickle.next_calendar_time(schedule, _local);
    EXIT WHEN _local IS NULL OR _local AT TIME ZONE _zone > after;
  END LOOP;
  RETURN _local AT TIME ZONE _zone;
END
$body$;
COMMENT ON FUNCTION pgtrickle.next_time(text, timestamptz) IS 'when a schedule that was kept at one time is to be kept again';

CREATE FUNCTION pgtrickle.require_schedule(schedule text) RETURNS void
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF pgtrickle.is_duration(schedule) THEN
    IF pgtrickle.parse_duration_seconds(schedule) NOT BETWEEN 1 AND 100::bigint * 366 * 86400 THEN
      RAISE invalid_parameter_value USING
        MESSAGE = format('invalid schedule "%s"', schedule),
        DETAIL = 'It is no time at all, or more than 100 years.';
    END IF;
  ELSE
    PERFORM pgtrickle.parse_calendar(schedule);
  END IF;
END
$body$;
COMMENT ON FUNCTION pgtrickle.require_schedule(text) IS 'an error unless the text is a schedule';
