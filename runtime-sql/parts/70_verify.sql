-- Verification: the stream table against its query, in one statement and so in one snapshot

CREATE FUNCTION pgtrickle.nearly_equal(a double precision, b double precision) RETURNS boolean
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  -- NaN equals NaN here, and an infinity only itself.
  SELECT CASE WHEN a IS NULL OR b IS NULL THEN a IS NULL AND b IS NULL
              WHEN a = b THEN true
              WHEN a = 'NaN' OR b = 'NaN' OR abs(a) = 'Infinity' OR abs(b) = 'Infinity' THEN false
              ELSE abs(a / greatest(abs(a), abs(b)) - b / greatest(abs(a), abs(b))) <= 1e-9 END;
END;
COMMENT ON FUNCTION pgtrickle.nearly_equal(double precision, double precision) IS 'whether two numbers differ by at most 1e-9 of the larger one';

CREATE FUNCTION pgtrickle.verification_query(pgt_id bigint) RETURNS text
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
-- Columns are c1, c2, … inside, so that no column of the user's can collide. A column compared by image
-- becomes its text; its value is made from the text again for the rows that are reported.
DECLARE
  _stream_table regclass;
  _definition regclass;
  _column record;
  _compared text := '';   -- the columns as compared, from one side
  _columns text := '';    -- c1, c2, …
  _shown text := '';      -- back to values under the columns' names
  _exact text := '';      -- those that have to agree for rows to be near each other
  _near text := '';       -- those compared approximately
  _near_test text := '';
  _unmatched text;
BEGIN
  SELECT s.pgt_relid INTO _stream_table FROM pgtrickle.pgt_stream_tables s WHERE s.pgt_id = verification_query.pgt_id;
  SELECT to_regclass(o.identity) INTO _definition FROM pgtrickle.pgt_objects o
    WHERE o.pgt_id = verification_query.pgt_id AND o.role = 'definition';
  IF _definition IS NULL THEN
    RAISE undefined_object USING
      MESSAGE = format('the definition view of stream table %s does not exist', _stream_table),
      HINT = CASE WHEN EXISTS (SELECT FROM pgtrickle_state.detached x WHERE x.pgt_id = verification_query.pgt_id)
                  THEN 'It was detached; attach_definitions makes it again.'
                  ELSE 'Drop the stream table, and apply its definition again.' END;
  END IF;
  FOR _column IN
    SELECT format('c%s', row_number() OVER (ORDER BY a.attnum)) AS alias, a.attname,
           format_type(a.atttypid, NULL) AS type, c.compare
    FROM pgtrickle.pgt_columns c JOIN pg_attribute a ON a.attrelid = _stream_table AND a.attname = c.column_name
    WHERE c.pgt_id = verification_query.pgt_id AND c.column_role <> 'hidden' AND NOT a.attisdropped
    ORDER BY a.attnum LOOP
    _compared := _compared || format(CASE _column.compare WHEN 'image' THEN '(t.%I)::pg_catalog.text COLLATE pg_catalog."C" AS %s, '
                                                          ELSE 't.%I AS %s, ' END, _column.attname, _column.alias);
    _columns := _columns || _column.alias || ', ';
    _shown := _shown || format(', (g.%s)::%s AS %I', _column.alias, _column.type, _column.attname);
    IF _column.compare = 'approximate' THEN
      _near := _near || ', ' || _column.alias;
      _near_test := _near_test || format(' AND pgtrickle.nearly_equal(m.%1$s, r.%1$s)', _column.alias);
    ELSE
      _exact := _exact || ', ' || _column.alias;
    END IF;
  END LOOP;
  _shown := substr(_shown, 3);

  _unmatched := format(
    'SELECT %1$ssum(u.w)::bigint AS n FROM (SELECT %2$s1 AS w FROM %3$s t UNION ALL SELECT %2$s-1 FROM %4$s t) u'
    ' %5$sHAVING sum(u.w) <> 0',
    _columns, _compared, _definition, _stream_table, 'GROUP BY ' || nullif(rtrim(_columns, ', '), '') || ' ');
  IF _near <> '' THEN
    -- What is left over on both sides is paired in the order of the approximate columns.
    _unmatched := format(
      'SELECT q.* FROM (WITH r AS (SELECT d.*, row_number() OVER (PARTITION BY %1$sd.n > 0 ORDER BY %2$s) AS k'
      '   FROM (%3$s) d CROSS JOIN LATERAL generate_series(1, abs(d.n)))'
      ' SELECT %4$ssign(r.n)::bigint AS n FROM r WHERE NOT EXISTS (SELECT FROM r m WHERE %5$sm.k = r.k'
      '   AND (m.n > 0) <> (r.n > 0)%6$s)) q',
      CASE WHEN _exact <> '' THEN substr(_exact, 3) || ', ' ELSE '' END, substr(_near, 3), _unmatched, _columns,
      (SELECT coalesce(string_agg(format('m.%1$s IS NOT DISTINCT FROM r.%1$s AND ', x), ''), '')
       FROM unnest(string_to_array(nullif(substr(_exact, 3), ''), ', ')) x),
      _near_test);
    _unmatched := format('SELECT %ssum(q.n)::bigint AS n FROM (%s) q GROUP BY %s, q.n > 0',
                         _columns, _unmatched, rtrim(_columns, ', '));
  END IF;
  RETURN format(
    'SELECT CASE WHEN g.n > 0 THEN ''missing'' ELSE ''extra'' END, '
    '(SELECT to_jsonb(x.*) FROM (SELECT %s) x), abs(g.n) FROM (%s) g', _shown, _unmatched);
END
$body$;
COMMENT ON FUNCTION pgtrickle.verification_query(bigint) IS 'the statement that compares a stream table with its query';

CREATE FUNCTION pgtrickle.verify_as_owner(pgt_id bigint)
  RETURNS TABLE (side text, "row" jsonb, copies bigint)
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1
AS $body$
BEGIN
  PERFORM pgtrickle.require_owner(verify_as_owner.pgt_id);
  RETURN QUERY EXECUTE pgtrickle.verification_query(verify_as_owner.pgt_id);
END
$body$;
COMMENT ON FUNCTION pgtrickle.verify_as_owner(bigint) IS 'compares a stream table with its query; called by its verify function, which runs as its owner';

CREATE FUNCTION pgtrickle.verify_relation(name text, stream_table regclass)
  RETURNS TABLE (side text, "row" jsonb, copies bigint)
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF stream_table IS NULL THEN
    PERFORM pgtrickle.missing_stream_table(name);
  END IF;
  RETURN QUERY EXECUTE format('SELECT v.side, v."row", v.copies FROM %s v',
    pgtrickle.owner_function(pgtrickle.stream_table_id(stream_table), 'verify'));
END
$body$;
COMMENT ON FUNCTION pgtrickle.verify_relation(text, regclass) IS 'verify_stream_table after the name was resolved';

CREATE FUNCTION pgtrickle.verify_stream_table(name text)
  RETURNS TABLE (side text, "row" jsonb, copies bigint)
  LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT v.side, v."row", v.copies
  FROM pgtrickle.verify_relation(verify_stream_table.name, to_regclass(verify_stream_table.name)) v;
END;
COMMENT ON FUNCTION pgtrickle.verify_stream_table(text)
  IS 'rows in which a stream table differs from its query: side missing (only in the query) or extra (only in the table), and how many copies';
