#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "handmade.h"

/// Differential and full stream tables written by hand, as a compiler would write them: what a
/// refresh reads, applies and consumes is one statement.
namespace tricklec::testsupport {

struct HandMadeRefresh {
  std::string name;  ///< in schema app
  std::string objects;
  std::string query;
  std::vector<HandMadeColumn> columns;
  /// Qualified name and the columns used, as elements of a text[] literal; in name order.
  std::vector<std::pair<std::string, std::string>> sources;
  std::string mode = "DIFFERENTIAL";
  bool with_data = true;
};

inline constexpr std::string_view kTotalsObjects = R"sql(-- one source
CREATE VIEW pgtrickle_state."app.totals" AS
  SELECT s.region, sum(s.amount) AS total, count(*) AS n FROM app.sales s GROUP BY s.region;
CREATE TABLE app.totals (region text, total numeric, n bigint NOT NULL, __pgt_nonnull bigint NOT NULL,
  CONSTRAINT totals_key UNIQUE NULLS NOT DISTINCT (region));
CREATE FUNCTION pgtrickle_impl."app.totals/fill"() RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  DELETE FROM app.totals;
  INSERT INTO app.totals (region, total, n, __pgt_nonnull)
  SELECT s.region, sum(s.amount), count(*), count(s.amount) FROM app.sales s GROUP BY s.region;
END
$body$;
CREATE FUNCTION pgtrickle_impl."app.totals/differential"(pgt_id bigint) RETURNS pgtrickle.refresh_counts
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
  f pgtrickle.pgt_frontiers;
  counts pgtrickle.refresh_counts;
BEGIN
  -- The runtime holds this row's lock, and those of the sources.
  SELECT * INTO STRICT f FROM pgtrickle.pgt_frontiers x WHERE x.pgt_id = $1;
  WITH d_sales AS MATERIALIZED (
    -- changes of app.sales since the last refresh
    SELECT b.__pgt_weight AS w, b.region, b.amount
    FROM pgtrickle_changes."app.sales/changes" b
    WHERE b.__pgt_xid >= pg_snapshot_xmin(f.snap)
      AND NOT CASE WHEN b.__pgt_xid = f.own THEN b.__pgt_change <= f.last
                   ELSE pg_visible_in_snapshot(b.__pgt_xid, f.snap) END
  ), d_groups AS MATERIALIZED (
    SELECT d.region, sum(d.w) AS n, count(d.amount) FILTER (WHERE d.w > 0) - count(d.amount) FILTER (WHERE d.w < 0) AS nonnull,
           coalesce(sum(d.w * d.amount), 0) AS total
    FROM d_sales d GROUP BY d.region
    HAVING sum(d.w) <> 0 OR coalesce(sum(d.w * d.amount), 0) <> 0
      OR count(d.amount) FILTER (WHERE d.w > 0) <> count(d.amount) FILTER (WHERE d.w < 0)
  ), new_groups AS MATERIALIZED (
    SELECT d.region, coalesce(t.n, 0) + d.n AS n, coalesce(t.__pgt_nonnull, 0) + d.nonnull AS nonnull,
           coalesce(t.total, 0) + d.total AS total, t.n IS NOT NULL AS is_old
    FROM d_groups d LEFT JOIN app.totals t ON t.region = d.region OR t.region IS NULL AND d.region IS NULL
  ), gone AS (
    DELETE FROM app.totals t USING new_groups g
    WHERE g.n = 0 AND (t.region = g.region OR t.region IS NULL AND g.region IS NULL)
    RETURNING 1
  ), stored AS (
    INSERT INTO app.totals AS t (region, total, n, __pgt_nonnull)
    SELECT g.region, CASE WHEN g.nonnull > 0 THEN g.total END, g.n, g.nonnull FROM new_groups g WHERE g.n <> 0
    ON CONFLICT ON CONSTRAINT totals_key DO UPDATE
    SET total = excluded.total, n = excluded.n, __pgt_nonnull = excluded.__pgt_nonnull
    RETURNING 1
  ), consumed AS (
    UPDATE pgtrickle.pgt_frontiers x
    SET snap = pg_current_snapshot(), own = pg_current_xact_id(),
        last = (SELECT c.last_value FROM pgtrickle_state.change c),
        system_identifier = (SELECT c.system_identifier FROM pg_control_system() c)
    WHERE x.pgt_id = $1
  )
  SELECT count(*) FILTER (WHERE NOT g.is_old AND g.n <> 0), count(*) FILTER (WHERE g.is_old AND g.n <> 0),
         (SELECT count(*) FROM gone), (SELECT count(*) FROM d_sales)
  INTO counts FROM new_groups g;
  RETURN counts;
END
$body$;
CREATE FUNCTION pgtrickle_impl."app.totals/full"(pgt_id bigint) RETURNS pgtrickle.refresh_counts
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
  counts pgtrickle.refresh_counts;
BEGIN
  WITH want AS MATERIALIZED (
    SELECT s.region, sum(s.amount) AS total, count(*) AS n, count(s.amount) AS nonnull FROM app.sales s GROUP BY s.region
  ), gone AS (
    DELETE FROM app.totals t
    WHERE NOT EXISTS (SELECT FROM want w WHERE w.region = t.region)
      AND (t.region IS NOT NULL OR NOT EXISTS (SELECT FROM want w WHERE w.region IS NULL))
    RETURNING 1
  ), changed AS (
    UPDATE app.totals t SET total = w.total, n = w.n, __pgt_nonnull = w.nonnull FROM want w
    WHERE (t.region = w.region OR t.region IS NULL AND w.region IS NULL)
      AND (t.total, t.n, t.__pgt_nonnull) IS DISTINCT FROM (w.total, w.n, w.nonnull)
    RETURNING 1
  ), added AS (
    INSERT INTO app.totals (region, total, n, __pgt_nonnull)
    SELECT w.region, w.total, w.n, w.nonnull FROM want w
    WHERE NOT EXISTS (SELECT FROM app.totals t WHERE t.region = w.region OR t.region IS NULL AND w.region IS NULL)
    RETURNING 1
  ), consumed AS (
    UPDATE pgtrickle.pgt_frontiers x
    SET snap = pg_current_snapshot(), own = pg_current_xact_id(),
        last = (SELECT c.last_value FROM pgtrickle_state.change c),
        system_identifier = (SELECT c.system_identifier FROM pg_control_system() c)
    WHERE x.pgt_id = $1
  )
  SELECT (SELECT count(*) FROM added), (SELECT count(*) FROM changed), (SELECT count(*) FROM gone),
         (SELECT count(*) FROM want)
  INTO counts;
  RETURN counts;
END
$body$;
)sql";

inline constexpr std::string_view kNamedObjects = R"sql(CREATE VIEW pgtrickle_state."app.named" AS
  SELECT o.id, c.name, o.amount FROM app.orders o JOIN app.customers c ON c.id = o.customer;
CREATE TABLE app.named (id int PRIMARY KEY, name text, amount int);
CREATE FUNCTION pgtrickle_impl."app.named/fill"() RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  DELETE FROM app.named;
  INSERT INTO app.named (id, name, amount)
  SELECT o.id, c.name, o.amount FROM app.orders o JOIN app.customers c ON c.id = o.customer;
END
$body$;
CREATE FUNCTION pgtrickle_impl."app.named/differential"(pgt_id bigint) RETURNS pgtrickle.refresh_counts
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
  f pgtrickle.pgt_frontiers;
  counts pgtrickle.refresh_counts;
BEGIN
  SELECT * INTO STRICT f FROM pgtrickle.pgt_frontiers x WHERE x.pgt_id = $1;
  WITH d_orders AS MATERIALIZED (
    SELECT b.__pgt_weight AS w, b.id, b.customer, b.amount
    FROM pgtrickle_changes."app.orders/changes" b
    WHERE b.__pgt_xid >= pg_snapshot_xmin(f.snap)
      AND NOT CASE WHEN b.__pgt_xid = f.own THEN b.__pgt_change <= f.last
                   ELSE pg_visible_in_snapshot(b.__pgt_xid, f.snap) END
  ), d_customers AS MATERIALIZED (
    SELECT b.__pgt_weight AS w, b.id, b.name
    FROM pgtrickle_changes."app.customers/changes" b
    WHERE b.__pgt_xid >= pg_snapshot_xmin(f.snap)
      AND NOT CASE WHEN b.__pgt_xid = f.own THEN b.__pgt_change <= f.last
                   ELSE pg_visible_in_snapshot(b.__pgt_xid, f.snap) END
  ), delta AS (
    SELECT d.w, d.id, c.name, d.amount FROM d_orders d JOIN app.customers c ON c.id = d.customer
    UNION ALL
    SELECT d.w, o.id, d.name, o.amount FROM d_customers d JOIN app.orders o ON o.customer = d.id
    UNION ALL
    SELECT -d.w * o.w, o.id, d.name, o.amount FROM d_customers d JOIN d_orders o ON o.customer = d.id
  ), net AS MATERIALIZED (
    SELECT d.id, d.name, d.amount, sum(d.w) AS n FROM delta d GROUP BY d.id, d.name, d.amount HAVING sum(d.w) <> 0
  ), gone AS (
    DELETE FROM app.named t USING net n
    WHERE t.id = n.id AND n.n < 0 AND NOT EXISTS (SELECT FROM net m WHERE m.id = n.id AND m.n > 0)
    RETURNING 1
  ), stored AS (
    INSERT INTO app.named AS t (id, name, amount)
    SELECT n.id, n.name, n.amount FROM net n WHERE n.n > 0
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, amount = excluded.amount
    RETURNING t.id
  ), consumed AS (
    UPDATE pgtrickle.pgt_frontiers x
    SET snap = pg_current_snapshot(), own = pg_current_xact_id(),
        last = (SELECT c.last_value FROM pgtrickle_state.change c),
        system_identifier = (SELECT c.system_identifier FROM pg_control_system() c)
    WHERE x.pgt_id = $1
  )
  SELECT (SELECT count(*) FROM stored s WHERE NOT EXISTS (SELECT FROM net n WHERE n.id = s.id AND n.n < 0)),
         (SELECT count(*) FROM stored s WHERE EXISTS (SELECT FROM net n WHERE n.id = s.id AND n.n < 0)),
         (SELECT count(*) FROM gone), (SELECT count(*) FROM d_orders) + (SELECT count(*) FROM d_customers)
  INTO counts;
  RETURN counts;
END
$body$;
CREATE FUNCTION pgtrickle_impl."app.named/full"(pgt_id bigint) RETURNS pgtrickle.refresh_counts
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
  counts pgtrickle.refresh_counts;
BEGIN
  WITH want AS MATERIALIZED (
    SELECT o.id, c.name, o.amount FROM app.orders o JOIN app.customers c ON c.id = o.customer
  ), gone AS (
    DELETE FROM app.named t WHERE NOT EXISTS (SELECT FROM want w WHERE w.id = t.id) RETURNING 1
  ), changed AS (
    UPDATE app.named t SET name = w.name, amount = w.amount FROM want w
    WHERE t.id = w.id AND NOT record_image_eq(ROW(t.name, t.amount), ROW(w.name, w.amount))
    RETURNING 1
  ), added AS (
    INSERT INTO app.named (id, name, amount)
    SELECT w.id, w.name, w.amount FROM want w WHERE NOT EXISTS (SELECT FROM app.named t WHERE t.id = w.id) RETURNING 1
  ), consumed AS (
    UPDATE pgtrickle.pgt_frontiers x
    SET snap = pg_current_snapshot(), own = pg_current_xact_id(),
        last = (SELECT c.last_value FROM pgtrickle_state.change c),
        system_identifier = (SELECT c.system_identifier FROM pg_control_system() c)
    WHERE x.pgt_id = $1
  )
  SELECT (SELECT count(*) FROM added), (SELECT count(*) FROM changed), (SELECT count(*) FROM gone),
         (SELECT count(*) FROM want)
  INTO counts;
  RETURN counts;
END
$body$;
)sql";

inline constexpr std::string_view kBigObjects = R"sql(CREATE VIEW pgtrickle_state."app.big" AS
  SELECT n.id, n.name FROM app.named n WHERE n.amount > 50;
CREATE TABLE app.big (id int PRIMARY KEY, name text);
CREATE FUNCTION pgtrickle_impl."app.big/fill"() RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  DELETE FROM app.big;
  INSERT INTO app.big (id, name)
  SELECT n.id, n.name FROM app.named n WHERE n.amount > 50;
END
$body$;
CREATE FUNCTION pgtrickle_impl."app.big/differential"(pgt_id bigint) RETURNS pgtrickle.refresh_counts
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
  f pgtrickle.pgt_frontiers;
  counts pgtrickle.refresh_counts;
BEGIN
  SELECT * INTO STRICT f FROM pgtrickle.pgt_frontiers x WHERE x.pgt_id = $1;
  WITH d_named AS MATERIALIZED (
    SELECT b.__pgt_weight AS w, b.id, b.name, b.amount
    FROM pgtrickle_changes."app.named/changes" b
    WHERE b.__pgt_xid >= pg_snapshot_xmin(f.snap)
      AND NOT CASE WHEN b.__pgt_xid = f.own THEN b.__pgt_change <= f.last
                   ELSE pg_visible_in_snapshot(b.__pgt_xid, f.snap) END
  ), delta AS (
    SELECT d.w, d.id, d.name FROM d_named d WHERE d.amount > 50
  ), net AS MATERIALIZED (
    SELECT d.id, d.name, sum(d.w) AS n FROM delta d GROUP BY d.id, d.name HAVING sum(d.w) <> 0
  ), gone AS (
    DELETE FROM app.big t USING net n
    WHERE t.id = n.id AND n.n < 0 AND NOT EXISTS (SELECT FROM net m WHERE m.id = n.id AND m.n > 0)
    RETURNING 1
  ), stored AS (
    INSERT INTO app.big AS t (id, name)
    SELECT n.id, n.name FROM net n WHERE n.n > 0
    ON CONFLICT (id) DO UPDATE SET name = excluded.name
    RETURNING t.id
  ), consumed AS (
    UPDATE pgtrickle.pgt_frontiers x
    SET snap = pg_current_snapshot(), own = pg_current_xact_id(),
        last = (SELECT c.last_value FROM pgtrickle_state.change c),
        system_identifier = (SELECT c.system_identifier FROM pg_control_system() c)
    WHERE x.pgt_id = $1
  )
  SELECT (SELECT count(*) FROM stored s WHERE NOT EXISTS (SELECT FROM net n WHERE n.id = s.id AND n.n < 0)),
         (SELECT count(*) FROM stored s WHERE EXISTS (SELECT FROM net n WHERE n.id = s.id AND n.n < 0)),
         (SELECT count(*) FROM gone), (SELECT count(*) FROM d_named)
  INTO counts;
  RETURN counts;
END
$body$;
CREATE FUNCTION pgtrickle_impl."app.big/full"(pgt_id bigint) RETURNS pgtrickle.refresh_counts
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
  counts pgtrickle.refresh_counts;
BEGIN
  WITH want AS MATERIALIZED (
    SELECT n.id, n.name FROM app.named n WHERE n.amount > 50
  ), gone AS (
    DELETE FROM app.big t WHERE NOT EXISTS (SELECT FROM want w WHERE w.id = t.id) RETURNING 1
  ), changed AS (
    UPDATE app.big t SET name = w.name FROM want w
    WHERE t.id = w.id AND NOT record_image_eq(ROW(t.name), ROW(w.name))
    RETURNING 1
  ), added AS (
    INSERT INTO app.big (id, name)
    SELECT w.id, w.name FROM want w WHERE NOT EXISTS (SELECT FROM app.big t WHERE t.id = w.id) RETURNING 1
  ), consumed AS (
    UPDATE pgtrickle.pgt_frontiers x
    SET snap = pg_current_snapshot(), own = pg_current_xact_id(),
        last = (SELECT c.last_value FROM pgtrickle_state.change c),
        system_identifier = (SELECT c.system_identifier FROM pg_control_system() c)
    WHERE x.pgt_id = $1
  )
  SELECT (SELECT count(*) FROM added), (SELECT count(*) FROM changed), (SELECT count(*) FROM gone),
         (SELECT count(*) FROM want)
  INTO counts;
  RETURN counts;
END
$body$;
)sql";

/// An aggregate over app.sales: groups with hidden counts.
inline HandMadeRefresh Totals() {
  return {"totals",
          std::string(kTotalsObjects),
          "SELECT region, sum(amount) AS total, count(*) AS n FROM app.sales GROUP BY region",
          {{"region", "text", "key", "image"},
           {"total", "numeric"},
           {"n", "bigint"},
           {"__pgt_nonnull", "bigint", "hidden"}},
          {{"app.sales", "region,amount"}}};
}

/// The same under another name.
inline HandMadeRefresh TotalsAs(const std::string& name) {
  HandMadeRefresh made = Totals();
  for (size_t at = made.objects.find("totals"); at != std::string::npos;
       at = made.objects.find("totals", at + name.size())) {
    made.objects.replace(at, 6, name);
  }
  made.name = name;
  return made;
}

/// A join of app.orders and app.customers: rows with a key.
inline HandMadeRefresh Named() {
  return {
      "named",
      std::string(kNamedObjects),
      "SELECT o.id, c.name, o.amount FROM app.orders o JOIN app.customers c ON c.id = o.customer",
      {{"id", "int", "key", "image"},
       {"name", "text", "value", "image"},
       {"amount", "int", "value", "image"}},
      {{"app.customers", "id,name"}, {"app.orders", "id,customer,amount"}}};
}

/// A filter over the stream table app.named.
inline HandMadeRefresh Big() {
  return {"big",
          std::string(kBigObjects),
          "SELECT n.id, n.name FROM app.named n WHERE n.amount > 50",
          {{"id", "int", "key", "image"}, {"name", "text", "value", "image"}},
          {{"app.named", "id,name,amount"}}};
}

/// The whole script, as the compiler lays it out; one transaction if sent at once.
inline std::string ScriptOf(const HandMadeRefresh& made) {
  std::string table = QuoteLiteral("app." + made.name);
  auto function = [&](std::string_view part, std::string_view arguments) {
    return QuoteLiteral("pgtrickle_impl.\"app." + made.name + "/" + std::string(part) + "\"(" +
                        std::string(arguments) + ")");
  };
  std::string script = made.objects;
  for (const char* part : {"fill\"()", "differential\"(bigint)", "full\"(bigint)"}) {
    script +=
        "REVOKE ALL ON FUNCTION pgtrickle_impl.\"app." + made.name + "/" + part + " FROM PUBLIC;\n";
  }
  script += "SELECT pgtrickle.register_stream_table(" + table + ", " + QuoteLiteral(made.mode) +
            ", 'algebraic', 'none', " + QuoteLiteral(made.query) +
            ", 'CREATE STREAM TABLE', 'hash', 1, " + function("fill", "") + ");\n";
  for (const HandMadeColumn& column : made.columns) {
    script += "SELECT pgtrickle.register_column(" + table + ", " + QuoteLiteral(column.name) +
              ", " + QuoteLiteral(column.role) + ", " + QuoteLiteral(column.compare) + ");\n";
  }
  for (const auto& [source, columns] : made.sources) {
    if (made.mode == "DIFFERENTIAL") {
      script += "SELECT pgtrickle.ensure_capture(" + QuoteLiteral(source) + ", " +
                QuoteLiteral("{" + columns + "}") + ");\n";
    }
  }
  for (const auto& [source, columns] : made.sources) {
    script += "SELECT pgtrickle.register_dependency(" + table + ", " + QuoteLiteral(source) + ", " +
              QuoteLiteral("{" + columns + "}") + ");\n";
  }
  script += "SELECT pgtrickle.register_object(" + table + ", 'view', " +
            QuoteLiteral("pgtrickle_state.\"app." + made.name + "\"") + ");\n";
  if (made.mode != "DIFFERENTIAL") {
    script += "SELECT pgtrickle.register_object(" + table + ", 'function', " +
              function("differential", "bigint") + ");\n";
  }
  script += "SELECT pgtrickle.attach_refresh(" + table + ", " +
            (made.mode == "DIFFERENTIAL" ? function("differential", "bigint") : "NULL") + ", " +
            function("full", "bigint") + ");\n";
  return script + "SELECT pgtrickle." + (made.with_data ? "populate" : "postpone") + "(" + table +
         ");\n";
}

inline testing::AssertionResult HoldsQueryOf(Session& session, const HandMadeRefresh& made) {
  return HoldsQuery(session, "app." + made.name, made.query);
}

}  // namespace tricklec::testsupport
