-- Extensions that were not there from the beginning, as plpgsql is.
SELECT json_build_object('name', e.extname, 'schema', n.nspname)
FROM pg_extension e
JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE e.oid >= 16384
