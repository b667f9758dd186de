-- Hidden columns of the stream tables; inner results are in a schema of the runtime.
SELECT json_build_object(
  'name', quote_ident(s.pgt_schema) || '.' || quote_ident(s.pgt_name),
  'hidden', coalesce(json_agg(h.column_name) FILTER (WHERE h.column_role = 'hidden'), '[]'))
FROM pgtrickle.pgt_stream_tables s
LEFT JOIN pgtrickle.pgt_columns h ON h.pgt_id = s.pgt_id
WHERE s.pgt_schema !~ '^pgtrickle'
GROUP BY s.pgt_id
