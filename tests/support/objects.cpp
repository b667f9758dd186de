#include "tricklec/testsupport/objects.h"

#include <stdexcept>

namespace tricklec::testsupport {
namespace {

/// A query of one row an object: identity and definition. Default privileges are written out, so that
/// having them granted is no difference; an access control list has an order of its own.
constexpr const char* kDefinitions = R"sql(
WITH space AS (
  SELECT oid, nspname, nspowner, nspacl FROM pg_namespace
  WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
),
class AS (
  SELECT c.* FROM pg_class c WHERE c.relnamespace IN (SELECT oid FROM space)
),
object(identity, definition, acl) AS (
  SELECT format('schema %I', nspname), nspowner::regrole::text, coalesce(nspacl, acldefault('n', nspowner))
  FROM space
  UNION ALL
  SELECT format('relation %s', c.oid::regclass),
         format('%s %s %s %s options %s row security %s %s identity %s %s %s', c.relkind, c.relpersistence,
                c.relowner::regrole, (SELECT amname FROM pg_am WHERE oid = c.relam), c.reloptions,
                c.relrowsecurity, c.relforcerowsecurity, c.relreplident,
                CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
                (SELECT format('%s to %s by %s', s.seqstart, s.seqmax, s.seqincrement)
                 FROM pg_sequence s WHERE s.seqrelid = c.oid)),
         CASE WHEN c.relkind <> 'i' THEN
           coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner)) END
  FROM class c
  UNION ALL
  SELECT format('column %s.%I', a.attrelid::regclass, a.attname),
         format('%s %s collation %s not null %s identity %s generated %s storage %s options %s default %s',
                CASE WHEN c.relnamespace <> 'pgtrickle_changes'::regnamespace OR c.relname !~ '/changes(~|$)'
                     THEN 'number ' || (SELECT count(*) FROM pg_attribute o WHERE o.attrelid = a.attrelid
                                        AND o.attnum BETWEEN 1 AND a.attnum AND NOT o.attisdropped) END,
                format_type(a.atttypid, a.atttypmod), a.attcollation::regcollation, a.attnotnull, a.attidentity,
                a.attgenerated, a.attstorage,
                -- Debian's 15.20 has a number of its own in each column.
                ARRAY(SELECT o FROM unnest(a.attoptions) o WHERE o !~ '^pg_attver='),
                pg_get_expr(d.adbin, d.adrelid)),
         a.attacl
  FROM class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  UNION ALL
  SELECT format('constraint %I of %s', k.conname,
                CASE WHEN k.conrelid <> 0 THEN k.conrelid::regclass::text ELSE k.contypid::regtype::text END),
         format('%s %s %s %s', pg_get_constraintdef(k.oid), k.condeferrable, k.condeferred, k.convalidated), NULL
  FROM pg_constraint k WHERE k.connamespace IN (SELECT oid FROM space)
  UNION ALL
  SELECT format('index %s', i.indexrelid::regclass),
         format('%s %s %s %s', pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisclustered, i.indisreplident), NULL
  FROM class c JOIN pg_index i ON i.indexrelid = c.oid
  UNION ALL
  SELECT format('function %s', p.oid::regprocedure),
         format('%s %s', p.proowner::regrole,
                CASE WHEN o.pgt_id IS NULL THEN pg_get_functiondef(p.oid)
                     ELSE replace(pg_get_functiondef(p.oid), format('(%s)::bigint', o.pgt_id),
                                  format('<pgt_id of %s>', s.pgt_relid)) END),
         coalesce(p.proacl, acldefault('f', p.proowner))
  FROM pg_proc p
  LEFT JOIN pgtrickle.pgt_objects o ON o.role IN ('refresh', 'verify', 'detach') AND to_regprocedure(o.identity) = p.oid
  LEFT JOIN pgtrickle.pgt_stream_tables s ON s.pgt_id = o.pgt_id
  WHERE p.pronamespace IN (SELECT oid FROM space) AND p.prokind <> 'a'
  UNION ALL
  SELECT format('trigger %I on %s', t.tgname, t.tgrelid::regclass),
         format('%s %s', pg_get_triggerdef(t.oid), t.tgenabled), NULL
  FROM pg_trigger t WHERE NOT t.tgisinternal
  UNION ALL
  SELECT format('rule %I on %s', r.rulename, r.ev_class::regclass),
         format('%s %s', pg_get_ruledef(r.oid), r.ev_enabled), NULL
  FROM pg_rewrite r JOIN class c ON c.oid = r.ev_class
  UNION ALL
  SELECT format('policy %I on %s', p.polname, p.polrelid::regclass),
         format('%s %s %s %s %s', p.polcmd, p.polpermissive, p.polroles::regrole[],
                pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)), NULL
  FROM pg_policy p
  UNION ALL
  SELECT format('type %s', t.oid::regtype),
         format('%s %s %s %s %s', t.typtype, t.typowner::regrole, format_type(t.typbasetype, t.typtypmod), t.typnotnull,
                (SELECT array_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)),
         coalesce(t.typacl, acldefault('T', t.typowner))
  FROM pg_type t WHERE t.typnamespace IN (SELECT oid FROM space)
  UNION ALL
  SELECT format('event trigger %I', e.evtname),
         format('%s %s %s %s', e.evtevent, e.evtfoid::regproc, e.evtenabled, e.evttags), NULL
  FROM pg_event_trigger e
  UNION ALL
  SELECT format('default privileges of %s in %s for %s', d.defaclrole::regrole,
                CASE WHEN d.defaclnamespace <> 0 THEN d.defaclnamespace::regnamespace::text END, d.defaclobjtype),
         '', d.defaclacl
  FROM pg_default_acl d
  UNION ALL
  SELECT format('comment on %s %s', i.type, i.identity), d.description, NULL
  FROM pg_description d CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) i
  WHERE d.objoid >= 16384
  UNION ALL
  SELECT DISTINCT format('dependency (%s) of %s %s on %s %s', d.deptype, i.type, i.identity, r.type, r.identity),
         '', NULL::aclitem[]
  FROM pg_depend d
  CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, d.objsubid) i
  CROSS JOIN LATERAL pg_identify_object(d.refclassid, d.refobjid, d.refobjsubid) r
  WHERE d.objid >= 16384 AND d.refobjid >= 16384
    -- These have numbers in their names.
    AND i.identity !~ 'RI_ConstraintTrigger_|pg_toast' AND r.identity !~ 'pg_toast'
)
SELECT o.identity, o.definition || coalesce((
  SELECT string_agg(format(' %s=%s%s/%s', x.grantee::regrole, x.privilege_type,
                           CASE WHEN x.is_grantable THEN '*' END, x.grantor::regrole), ''
    ORDER BY x.grantee::regrole::text COLLATE "C", x.privilege_type, x.grantor::regrole::text COLLATE "C")
  FROM aclexplode(o.acl) x), '')
FROM object o
)sql";

/// Columns of the runtime's tables that say when something happened, or in which order.
constexpr const char* kPassing =
    "'{pgt_id,refresh_id,upgrade_id,system_identifier,installed_at,upgraded_at,created_at,updated_"
    "at,"
    "data_timestamp,last_refresh_at,start_time,end_time,complete_since,complete_xid,snap,own,last,"
    "xid,"
    "change_id,tracked_by}'::text[]";

/// A query of the rows of all tables of the runtime, but for the changes in buffers.
std::string Rows(Session& session) {
  std::string query;
  for (const Row& row :
       session.Rows("SELECT c.oid::regclass::text FROM pg_catalog.pg_class c "
                    "WHERE c.relkind = 'r' AND (c.relnamespace = 'pgtrickle'::regnamespace "
                    "  OR c.oid IN ('pgtrickle_state.version'::regclass, "
                    "               'pgtrickle_changes.truncations'::regclass)) ORDER BY 1")) {
    if (!query.empty()) query += " UNION ALL ";
    query += "SELECT " + QuoteLiteral(*row[0]) + ", to_jsonb(t) FROM " + *row[0] + " t";
  }
  return "WITH r(relation, j) AS (" + query +
         "), s(id, name) AS (SELECT x.pgt_id, quote_ident(x.pgt_schema) || '.' || "
         "quote_ident(x.pgt_name) FROM pgtrickle.pgt_stream_tables x) "
         "SELECT format('row of %s: %s%s%s', r.relation, "
         "  (SELECT s.name || ' ' FROM s WHERE s.id = (r.j->>'pgt_id')::bigint), "
         "  (SELECT 'read by ' || string_agg(s.name, ', ' ORDER BY s.name COLLATE \"C\") || ' ' "
         "FROM s "
         "   WHERE r.j->'tracked_by' @> to_jsonb(s.id)), "
         // The content of these contains the pgt_id; their text is compared above.
         "  CASE WHEN r.j->>'role' IN ('refresh', 'verify', 'detach') THEN (r.j - " +
         kPassing +
         " - 'content_hash') || jsonb_build_object('unchanged', r.j->>'content_hash' = "
         "    pgtrickle.content_hash('function', (r.j->>'identity')::regprocedure)) "
         "  ELSE r.j - " +
         kPassing + " END), count(*) FROM r GROUP BY 1";
}

}  // namespace

Objects ObjectsOf(Session& session) {
  Objects objects;
  for (const std::string& query : {std::string(kDefinitions), Rows(session)}) {
    for (const Row& row : session.Rows("SET LOCAL search_path = pg_catalog; " + query)) {
      std::string identity = row[0].value();
      if (!objects.emplace(identity, row[1].value_or("NULL")).second) {
        throw std::logic_error("two objects with the identity " + identity);
      }
    }
  }
  return objects;
}

testing::AssertionResult SameObjects(const Objects& actual, const Objects& expected) {
  std::string differences;
  for (const auto& [identity, definition] : expected) {
    auto found = actual.find(identity);
    if (found == actual.end()) {
      differences += "missing: " + identity + "\n    " + definition + "\n";
    } else if (found->second != definition) {
      differences +=
          "differs: " + identity + "\n    is  " + found->second + "\n    not " + definition + "\n";
    }
  }
  for (const auto& [identity, definition] : actual) {
    if (!expected.contains(identity))
      differences += "extra: " + identity + "\n    " + definition + "\n";
  }
  if (differences.empty()) return testing::AssertionSuccess();
  return testing::AssertionFailure() << differences;
}

}  // namespace tricklec::testsupport
