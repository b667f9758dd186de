-- Casts that were not there from the beginning: OIDs from 16384 on.
SELECT json_strip_nulls(json_build_object(
  'source', format_type(c.castsource, NULL),
  'target', format_type(c.casttarget, NULL),
  'extension', x.extname,
  'context', CASE c.castcontext WHEN 'i' THEN 'implicit' WHEN 'a' THEN 'assignment' ELSE 'explicit' END,
  'method', CASE c.castmethod WHEN 'b' THEN 'binary' WHEN 'i' THEN 'inout' ELSE 'function' END,
  'function', quote_ident(pn.nspname) || '.' || quote_ident(p.proname),
  'function_args', (SELECT json_agg(format_type(u.type, NULL) ORDER BY u.place)
                    FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY u (type, place))
))
FROM pg_cast c
LEFT JOIN pg_proc p ON p.oid = c.castfunc
LEFT JOIN pg_namespace pn ON pn.oid = p.pronamespace
LEFT JOIN LATERAL (
  SELECT e.extname FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
  WHERE d.classid = 'pg_cast'::regclass AND d.objid = c.oid AND d.objsubid = 0
    AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e') x ON true
WHERE c.oid >= 16384
