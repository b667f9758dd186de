SELECT json_build_object(
  'name', quote_ident(n.nspname) || '.' || quote_ident(c.collname),
  'deterministic', c.collisdeterministic)
FROM pg_collation c
JOIN pg_namespace n ON n.oid = c.collnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND n.nspname NOT IN ('pgtrickle', 'pgtrickle_state', 'pgtrickle_changes', 'pgtrickle_impl')
