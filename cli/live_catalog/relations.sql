-- Tables, views, sequences, composite types. A sequence that belongs to a column (serial, identity) is part of it.
SELECT json_strip_nulls(json_build_object(
  'name', quote_ident(n.nspname) || '.' || quote_ident(c.relname),
  'kind', CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'v' THEN 'view'
    WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence'
    ELSE 'composite type' END,
  'extension', x.extname,
  'persistence', CASE c.relpersistence WHEN 'u' THEN 'unlogged' WHEN 't' THEN 'temporary' END,
  'columns', (
    SELECT json_agg(json_build_object(
      'name', a.attname,
      'type', format_type(a.atttypid, a.atttypmod),
      'collation', CASE WHEN a.attcollation <> t.typcollation
        THEN quote_ident(cn.nspname) || '.' || quote_ident(co.collname) END,
      -- From PostgreSQL 18 on, the flag is there before a constraint is validated.
      'not_null', a.attnotnull AND NOT EXISTS (
        SELECT FROM pg_constraint nn WHERE nn.conrelid = c.oid AND nn.contype = 'n'
          AND nn.conkey = ARRAY[a.attnum] AND NOT nn.convalidated),
      'identity', CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END,
      'generated', CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END,
      'expression', CASE WHEN a.attgenerated <> '' THEN pg_get_expr(ad.adbin, ad.adrelid) END,
      'default', CASE WHEN a.attgenerated = '' AND a.atthasdef THEN true END,
      'inherited', a.attinhcount > 0) ORDER BY a.attnum)
    FROM pg_attribute a
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
    LEFT JOIN pg_collation co ON co.oid = a.attcollation
    LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind <> 'S'),
  'constraints', (
    SELECT json_agg(json_build_object(
      'name', k.conname,
      'kind', CASE k.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' WHEN 'f' THEN 'foreign key'
        WHEN 'c' THEN 'check' WHEN 'x' THEN 'exclusion' WHEN 'n' THEN 'not null' END,
      'columns', CASE WHEN k.contype <> 'c' THEN (
        SELECT json_agg(a.attname ORDER BY u.place)
        FROM unnest(k.conkey) WITH ORDINALITY u (attnum, place)
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum) END,
      'include', CASE WHEN k.contype IN ('p', 'u', 'x') THEN (
        SELECT json_agg(a.attname ORDER BY u.place)
        FROM unnest(i.indkey::int2[]) WITH ORDINALITY u (attnum, place)
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum
        WHERE u.place > i.indnkeyatts) END,
      'references', quote_ident(rn.nspname) || '.' || quote_ident(rc.relname),
      'ref_columns', (
        SELECT json_agg(a.attname ORDER BY u.place)
        FROM unnest(k.confkey) WITH ORDINALITY u (attnum, place)
        JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.attnum),
      'on_delete', CASE k.confdeltype WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null'
        WHEN 'd' THEN 'set default' END,
      'on_update', CASE k.confupdtype WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null'
        WHEN 'd' THEN 'set default' END,
      'match', CASE k.confmatchtype WHEN 'f' THEN 'full' WHEN 'p' THEN 'partial' END,
      'expression', CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid) END,
      'deferrable', k.condeferrable,
      'initially_deferred', k.condeferred,
      'validated', k.convalidated AND (k.contype NOT IN ('p', 'u', 'x') OR i.indisvalid),
      -- Columns that PostgreSQL 18 added.
      'enforced', coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true),
      'without_overlaps', coalesce((to_jsonb(k) ->> 'conperiod')::boolean, false),
      'nulls_not_distinct', CASE WHEN k.contype = 'u' THEN i.indnullsnotdistinct END,
      'no_inherit', CASE WHEN k.contype IN ('c', 'n') THEN k.connoinherit END,
      'inherited', k.coninhcount > 0))
    FROM pg_constraint k
    LEFT JOIN pg_index i ON i.indexrelid = k.conindid
    LEFT JOIN pg_class rc ON rc.oid = k.confrelid
    LEFT JOIN pg_namespace rn ON rn.oid = rc.relnamespace
    WHERE k.conrelid = c.oid AND k.contype IN ('p', 'u', 'f', 'c', 'x', 'n')
      -- Of a foreign key to a partitioned table: what the server makes of it for each partition.
      AND NOT EXISTS (SELECT FROM pg_constraint pk WHERE pk.oid = k.conparentid AND pk.conrelid = k.conrelid)),
  'indexes', (
    SELECT json_agg(json_build_object(
      'name', ic.relname,
      'unique', i.indisunique,
      'primary', i.indisprimary,
      'of_constraint', EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid
                                AND k.conrelid = c.oid AND k.contype IN ('p', 'u', 'x')),
      'valid', i.indisvalid,
      'deferrable', NOT i.indimmediate,
      'method', am.amname,
      'keys', (
        SELECT json_agg(json_build_object(
          'column', a.attname,
          'expression', CASE WHEN u.attnum = 0 THEN pg_get_indexdef(i.indexrelid, u.place::int, false) END,
          'default_opclass', oc.opcdefault,
          'default_collation', a.attname IS NULL OR i.indcollation[u.place - 1] IN (0, a.attcollation),
          'descending', i.indoption[u.place - 1] & 1 = 1) ORDER BY u.place)
        FROM unnest(i.indkey::int2[]) WITH ORDINALITY u (attnum, place)
        LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.attnum AND u.attnum <> 0
        JOIN pg_opclass oc ON oc.oid = i.indclass[u.place - 1]
        WHERE u.place <= i.indnkeyatts),
      'include', (
        SELECT json_agg(a.attname ORDER BY u.place)
        FROM unnest(i.indkey::int2[]) WITH ORDINALITY u (attnum, place)
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.attnum
        WHERE u.place > i.indnkeyatts),
      'predicate', pg_get_expr(i.indpred, i.indrelid),
      'nulls_not_distinct', i.indnullsnotdistinct))
    FROM pg_index i
    JOIN pg_class ic ON ic.oid = i.indexrelid
    JOIN pg_am am ON am.oid = ic.relam
    WHERE i.indrelid = c.oid),
  'inherits', (
    SELECT json_agg(quote_ident(pn.nspname) || '.' || quote_ident(pc.relname) ORDER BY h.inhseqno)
    FROM pg_inherits h
    JOIN pg_class pc ON pc.oid = h.inhparent
    JOIN pg_namespace pn ON pn.oid = pc.relnamespace
    WHERE h.inhrelid = c.oid),
  'partition_key', CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
  'bound', pg_get_expr(c.relpartbound, c.oid),
  'row_security', c.relrowsecurity,
  'force_row_security', c.relforcerowsecurity,
  'query', CASE WHEN c.relkind IN ('v', 'm') THEN rtrim(pg_get_viewdef(c.oid), ';') END,
  -- IS DISTINCT FROM, NULLIF, CASE and USING are printed without the schema of their operator: it is
  -- looked for where there are such operators.
  'query_search_path', CASE WHEN c.relkind IN ('v', 'm') THEN (
    SELECT json_agg(DISTINCT qn.nspname)
    FROM pg_operator q JOIN pg_namespace qn ON qn.oid = q.oprnamespace
    WHERE q.oprname = '=' AND qn.nspname !~ '^pg_' AND qn.nspname <> 'information_schema'
      AND qn.nspname NOT IN ('pgtrickle', 'pgtrickle_state', 'pgtrickle_changes', 'pgtrickle_impl')) END,
  'security_barrier', EXISTS (
    SELECT FROM pg_options_to_table(c.reloptions) o
    WHERE o.option_name = 'security_barrier' AND o.option_value::boolean),
  'security_invoker', EXISTS (
    SELECT FROM pg_options_to_table(c.reloptions) o
    WHERE o.option_name = 'security_invoker' AND o.option_value::boolean)
))
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN LATERAL (
  SELECT e.extname FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
  -- Of a composite type, the type is the member.
  WHERE d.classid = CASE WHEN c.relkind = 'c' THEN 'pg_type'::regclass ELSE 'pg_class'::regclass END
    AND d.objid = CASE WHEN c.relkind = 'c' THEN c.reltype ELSE c.oid END
    AND d.objsubid = 0 AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e') x ON true
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND n.nspname NOT IN ('pgtrickle', 'pgtrickle_state', 'pgtrickle_changes', 'pgtrickle_impl')
  AND (c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
    OR c.relkind = 'S' AND NOT EXISTS (
      SELECT FROM pg_depend d
      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0
        AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')))
