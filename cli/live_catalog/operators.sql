SELECT json_strip_nulls(json_build_object(
  'name', quote_ident(n.nspname) || '.' || o.oprname,
  'extension', x.extname,
  'left', CASE WHEN o.oprleft <> 0 THEN format_type(o.oprleft, NULL) END,
  'right', format_type(o.oprright, NULL),
  'result', format_type(o.oprresult, NULL),
  'function', quote_ident(pn.nspname) || '.' || quote_ident(p.proname),
  'function_args', (SELECT json_agg(format_type(u.type, NULL) ORDER BY u.place)
                    FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY u (type, place)),
  'commutator', quote_ident(cn.nspname) || '.' || c.oprname,
  'negator', quote_ident(gn.nspname) || '.' || g.oprname,
  'merges', o.oprcanmerge,
  'hashes', o.oprcanhash
))
FROM pg_operator o
JOIN pg_namespace n ON n.oid = o.oprnamespace
JOIN pg_proc p ON p.oid = o.oprcode
JOIN pg_namespace pn ON pn.oid = p.pronamespace
LEFT JOIN pg_operator c ON c.oid = o.oprcom
LEFT JOIN pg_namespace cn ON cn.oid = c.oprnamespace
LEFT JOIN pg_operator g ON g.oid = o.oprnegate
LEFT JOIN pg_namespace gn ON gn.oid = g.oprnamespace
LEFT JOIN LATERAL (
  SELECT e.extname FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
  WHERE d.classid = 'pg_operator'::regclass AND d.objid = o.oid AND d.objsubid = 0
    AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e') x ON true
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND n.nspname NOT IN ('pgtrickle', 'pgtrickle_state', 'pgtrickle_changes', 'pgtrickle_impl')
  AND o.oprright <> 0
