-- Types but arrays and row types, which go without saying. Equality is that of a type's own default
-- operator class: strategy 3 of btree, 1 of hash; support function 4 of btree is `equalimage`.
SELECT json_strip_nulls(json_build_object(
  'name', quote_ident(n.nspname) || '.' || quote_ident(t.typname),
  'kind', CASE WHEN NOT t.typisdefined THEN 'unknown' ELSE
    CASE t.typtype WHEN 'b' THEN 'base' WHEN 'd' THEN 'domain' WHEN 'e' THEN 'enum'
      WHEN 'r' THEN 'range' WHEN 'm' THEN 'multirange' ELSE 'pseudo' END END,
  'extension', x.extname,
  'category', CASE WHEN t.typtype = 'b' THEN t.typcategory END,
  'preferred', CASE WHEN t.typtype = 'b' THEN t.typispreferred END,
  'length', CASE WHEN t.typtype = 'b' THEN t.typlen END,
  'element', CASE WHEN t.typtype = 'b' AND t.typelem <> 0 THEN format_type(t.typelem, NULL) END,
  'default_collation', CASE WHEN t.typtype = 'b' THEN own.collname END,
  'equality', CASE WHEN t.typtype = 'b' THEN (
    SELECT quote_ident(on_.nspname) || '.' || o.oprname
    FROM pg_operator o JOIN pg_namespace on_ ON on_.oid = o.oprnamespace
    WHERE o.oid = coalesce(b.op, h.op)) END,
  'equal_image', b.image,
  'base', CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END,
  'collation', CASE WHEN t.typtype = 'd' AND t.typcollation <> base.typcollation
    THEN quote_ident(own_n.nspname) || '.' || quote_ident(own.collname) END,
  'not_null', CASE WHEN t.typtype = 'd' THEN t.typnotnull END,
  'checks', (
    SELECT json_agg(json_build_object('name', c.conname, 'validated', c.convalidated,
             'expression', pg_get_expr(c.conbin, 0)) ORDER BY c.conname)
    FROM pg_constraint c WHERE c.contypid = t.oid AND c.contype = 'c'),
  'subtype', CASE t.typtype WHEN 'r' THEN format_type(r.rngsubtype, NULL)
                            WHEN 'm' THEN format_type(m.rngtypid, NULL) END,
  'labels', (SELECT json_agg(l.enumlabel ORDER BY l.enumsortorder)
             FROM pg_enum l WHERE l.enumtypid = t.oid),
  'sortable', b.op IS NOT NULL,
  'hashable', h.op IS NOT NULL
))
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_type base ON base.oid = t.typbasetype
LEFT JOIN pg_range r ON r.rngtypid = t.oid
LEFT JOIN pg_range m ON m.rngmultitypid = t.oid
LEFT JOIN pg_collation own ON own.oid = t.typcollation
LEFT JOIN pg_namespace own_n ON own_n.oid = own.collnamespace
LEFT JOIN LATERAL (
  SELECT a.amopopr AS op, CASE p.amproc WHEN 'btequalimage'::regproc THEN 'always'
                                        WHEN 'btvarstrequalimage'::regproc THEN 'by collation' END AS image
  FROM pg_opclass o
  JOIN pg_amop a ON a.amopfamily = o.opcfamily AND a.amopstrategy = 3
       AND a.amoplefttype = o.opcintype AND a.amoprighttype = o.opcintype
  LEFT JOIN pg_amproc p ON p.amprocfamily = o.opcfamily AND p.amprocnum = 4
       AND p.amproclefttype = o.opcintype AND p.amprocrighttype = o.opcintype
  WHERE o.opcmethod = (SELECT am.oid FROM pg_am am WHERE am.amname = 'btree')
    AND o.opcdefault AND o.opcintype = t.oid) b ON true
LEFT JOIN LATERAL (
  SELECT a.amopopr AS op
  FROM pg_opclass o
  JOIN pg_amop a ON a.amopfamily = o.opcfamily AND a.amopstrategy = 1
       AND a.amoplefttype = o.opcintype AND a.amoprighttype = o.opcintype
  WHERE o.opcmethod = (SELECT am.oid FROM pg_am am WHERE am.amname = 'hash')
    AND o.opcdefault AND o.opcintype = t.oid) h ON true
LEFT JOIN LATERAL (
  SELECT e.extname FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
  WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.objsubid = 0
    AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e') x ON true
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND n.nspname NOT IN ('pgtrickle', 'pgtrickle_state', 'pgtrickle_changes', 'pgtrickle_impl')
  AND t.typrelid = 0
  AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
