-- Functions but those that no query and no statement of ours can name.
SELECT json_strip_nulls(json_build_object(
  'name', quote_ident(n.nspname) || '.' || quote_ident(p.proname),
  'kind', CASE p.prokind WHEN 'a' THEN 'aggregate' WHEN 'w' THEN 'window' WHEN 'p' THEN 'procedure' END,
  'extension', x.extname,
  'args', (SELECT coalesce(json_agg(format_type(u.type, NULL) ORDER BY u.place), '[]')
           FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY u (type, place)),
  'arg_names', (
    SELECT CASE WHEN bool_or(u.name <> '') THEN json_agg(coalesce(u.name, '') ORDER BY u.place) END
    FROM unnest(p.proargnames, p.proargmodes) WITH ORDINALITY u (name, mode, place)
    WHERE u.mode IS NULL OR u.mode IN ('i', 'b', 'v')),
  'defaults', nullif(p.pronargdefaults, 0),
  'variadic', CASE WHEN p.provariadic <> 0 THEN format_type(p.provariadic, NULL) END,
  'returns', format_type(p.prorettype, NULL),
  'returns_set', p.proretset,
  -- A single OUT column is the result itself, of RETURNS TABLE it keeps its name.
  'columns', (
    SELECT CASE WHEN count(*) > 1 OR bool_or(u.mode = 't')
      THEN json_agg(json_build_array(coalesce(u.name, ''), format_type(u.type, NULL)) ORDER BY u.place) END
    FROM unnest(p.proargnames, p.proargmodes, p.proallargtypes) WITH ORDINALITY u (name, mode, type, place)
    WHERE u.mode IN ('o', 'b', 't')),
  'volatility', CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END,
  'strict', p.proisstrict,
  'leakproof', p.proleakproof,
  'aggregate', CASE g.aggkind WHEN 'o' THEN 'ordered-set' WHEN 'h' THEN 'hypothetical-set' END,
  'direct_args', nullif(g.aggnumdirectargs, 0)
))
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
LEFT JOIN pg_aggregate g ON g.aggfnoid = p.oid
LEFT JOIN LATERAL (
  SELECT e.extname FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
  WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.objsubid = 0
    AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e') x ON true
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND n.nspname NOT IN ('pgtrickle', 'pgtrickle_state', 'pgtrickle_changes', 'pgtrickle_impl')
  AND 'internal'::regtype <> ALL (p.proargtypes::oid[]) AND p.prorettype <> 'internal'::regtype
  AND (x.extname IS NULL OR p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype))
