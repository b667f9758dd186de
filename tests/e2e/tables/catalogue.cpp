// The tables and stream tables of the random tests: every kind of key, column type and name.
#include "tricklec/tables/table_case.h"
#include "tricklec/testsupport/session.h"

namespace tricklec::tables {
namespace {

constexpr auto kImage = testsupport::CompareBy::kImage;

TableColumn Column(std::string name, std::string type, std::string constraints = {}) {
  if (type == "finite") {  // no rows with NaN and infinities
    std::string quoted = testsupport::QuoteIdentifier(name);
    type = "numeric";
    constraints += " CHECK (" + quoted + " > '-Infinity' AND " + quoted + " < 'Infinity')";
  }
  return {std::move(name), std::move(type), std::move(constraints), ColumnOrigin::kDeclared};
}

TableColumn Generated(std::string name, std::string type, std::string constraints) {
  return {std::move(name), std::move(type), std::move(constraints), ColumnOrigin::kGenerated};
}

TableColumn Dropped(std::string name, std::string type) {
  return {std::move(name), std::move(type), {}, ColumnOrigin::kDropped};
}

TableColumn Added(std::string name, std::string type) {
  return {std::move(name), std::move(type), {}, ColumnOrigin::kAdded};
}

/// The columns that most tables share after their keys.
std::vector<TableColumn> WithCommonColumns(std::vector<TableColumn> columns) {
  columns.push_back(Column("g", "integer"));
  columns.push_back(Column("v", "integer"));
  columns.push_back(Column("x", "finite"));
  columns.push_back(Column("s", "text"));
  columns.push_back(Column("b", "boolean", "NOT NULL"));
  return columns;
}

/// Queries over the common columns.
std::vector<StreamQuery> CommonQueries() {
  return {
      {"SELECT * FROM {t}", kImage},
      {"SELECT g, v, x FROM {t} WHERE v > 0 OR s IS NULL", kImage},
      {"SELECT DISTINCT g, b FROM {t}"},
      {"SELECT g, count(*) AS n, sum(v) AS total, avg(v) AS mean, min(x) AS least, max(s) AS most "
       "FROM {t} GROUP BY g"},
      {"SELECT count(*) AS n, sum(v) AS total, min(v) AS least, max(x) AS most, avg(x) AS mean "
       "FROM {t}"},
      {"SELECT s, sum(x) AS total, count(v) AS n FROM {t} GROUP BY s"},
      {"SELECT sum(v) FILTER (WHERE b) AS yes, sum(v) FILTER (WHERE NOT b) AS no, b "
       "FROM {t} GROUP BY b, g"},
      {"SELECT g, 10.0 * sum(v) / count(*) AS ratio, coalesce(sum(v), 0) + count(v) AS "
       "both_of_them "
       "FROM {t} WHERE v IS NOT NULL GROUP BY g"},
  };
}

std::vector<TableCase> MakeCases() {
  std::vector<TableCase> cases;
  cases.push_back({.name = "IntKey",
                   .columns = WithCommonColumns({Column("id", "integer")}),
                   .key = {0},
                   .queries = CommonQueries()});
  cases.back().queries.push_back({"SELECT id % 4 AS part, count(*), max(id) FROM {t} GROUP BY 1"});
  cases.back().queries.push_back(
      {"SELECT q.part, min(q.v) AS low, max(q.v) AS high FROM (SELECT g + 1 AS part, v, s FROM {t} "
       "WHERE b) AS q GROUP BY q.part, q.s IS NULL"});
  cases.back().queries.push_back(
      {"SELECT sum(CASE WHEN s = 'a' THEN v ELSE 0 END) AS sum, g FROM {t} GROUP BY g"});

  cases.push_back(
      {.name = "BigintKeyIdentity",
       .columns = WithCommonColumns({Column("id", "bigint"), Column("at", "timestamp")}),
       .key = {0},
       .queries = CommonQueries()});
  cases.back().queries.push_back(
      {"SELECT date_trunc('day', at) AS day, count(*) AS n, sum(x) FROM {t} GROUP BY 1"});

  cases.push_back({.name = "UuidKey",
                   .columns = WithCommonColumns({Column("id", "uuid")}),
                   .key = {0},
                   .queries = CommonQueries()});

  cases.push_back(
      {.name = "CompositeKey",
       .columns = WithCommonColumns(
           {Column("k1", "integer"), Column("k2", "varchar(20)"), Column("k3", "boolean")}),
       .key = {1, 0, 2},
       .queries = CommonQueries()});
  cases.back().queries.push_back({"SELECT k2, k1, v FROM {t}", kImage});
  cases.back().queries.push_back({"SELECT k2, k1, k3, v FROM {t} WHERE v <> 2", kImage});
  cases.back().queries.push_back({"SELECT k1, k2, count(*), min(v) FROM {t} GROUP BY k1, k2"});

  cases.push_back({.name = "TextKey",
                   .columns = WithCommonColumns({Column("id", "text")}),
                   .key = {0},
                   .queries = CommonQueries()});
  cases.back().queries.push_back({"SELECT id, sum(v), max(v) FROM {t} GROUP BY id"});
  cases.back().queries.push_back({"SELECT id || 'x' AS id2, id, v + 1 AS w FROM {t}", kImage});

  cases.push_back({.name = "NumericKey",
                   .columns = WithCommonColumns({Column("id", "numeric")}),
                   .key = {0},
                   .queries = CommonQueries()});
  cases.push_back({.name = "CaseInsensitiveKey",
                   .columns = WithCommonColumns({Column("id", "citext"), Column("c", "citext")}),
                   .key = {0},
                   .queries = CommonQueries()});
  cases.back().queries.push_back({"SELECT c, count(*), min(v), max(c) FROM {t} GROUP BY c"});
  cases.back().queries.push_back({"SELECT DISTINCT c FROM {t}"});
  cases.back().queries.push_back({"SELECT c, v FROM {t} WHERE c = 'A'", kImage});
  cases.back().queries.push_back({"SELECT c, count(*) FROM {t} WHERE c IN ('A', 'b') GROUP BY c"});

  cases.push_back({.name = "NondeterministicCollation",
                   .columns = {Column("id", "text COLLATE kinds.nocase"),
                               Column("c", "text COLLATE kinds.nocase"), Column("v", "integer")},
                   .key = {0},
                   .queries = {{"SELECT * FROM {t}", kImage},
                               {"SELECT c, v FROM {t} WHERE c = 'A'", kImage},
                               {"SELECT c, count(*), sum(v), max(v) FROM {t} GROUP BY c"},
                               {"SELECT DISTINCT c FROM {t}"},
                               {"SELECT min(c) AS low, max(c) AS high FROM {t}"},
                               {"SELECT id, c FROM {t}", kImage}}});

  cases.push_back({.name = "DeferrableKey",
                   .columns = WithCommonColumns({Column("id", "integer")}),
                   .key = {0},
                   .deferrable_key = true,
                   .queries = CommonQueries()});

  cases.push_back({.name = "NoKey", .columns = WithCommonColumns({}), .queries = CommonQueries()});
  cases.back().queries.push_back({"SELECT g FROM {t}", kImage});
  cases.back().queries.push_back({"SELECT v IS NULL AS unknown, count(*) FROM {t} GROUP BY 1"});

  cases.push_back(
      {.name = "UniqueNullable",
       .columns = WithCommonColumns({Column("u", "integer"), Column("w", "integer", "NOT NULL")}),
       .table_constraints = "UNIQUE (u), UNIQUE (w, u)",
       .queries = CommonQueries()});
  cases.back().queries.push_back({"SELECT u, v FROM {t}", kImage});
  cases.back().queries.push_back({"SELECT u, w, max(v) FROM {t} GROUP BY u, w"});

  cases.push_back({.name = "UniqueNotNull",
                   .columns = WithCommonColumns(
                       {Column("u", "integer", "NOT NULL"), Column("w", "integer", "NOT NULL")}),
                   .table_constraints = "UNIQUE (w, u)",
                   .queries = CommonQueries()});
  cases.back().queries.push_back({"SELECT u, w, v FROM {t}", kImage});

  cases.push_back(
      {.name = "Integers",
       .columns = {Column("a", "smallint"), Column("b", "integer"), Column("c", "bigint")},
       .queries = {
           {"SELECT * FROM {t}", kImage},
           {"SELECT a, sum(a) AS sa, sum(b) AS sb, sum(c) AS sc, avg(a) AS aa, avg(b) AS ab, "
            "avg(c) AS ac, min(c) AS low, max(a) AS high FROM {t} GROUP BY a"},
           {"SELECT sum(a) AS sa, sum(b) AS sb, sum(c) AS sc, avg(c) AS ac FROM {t}"},
           {"SELECT c, sum(a + b) AS s, sum(c / 3) AS third FROM {t} GROUP BY c"},
           {"SELECT count(*) FROM {t} WHERE a = 1"},
           {"SELECT c, b, a, count(*) FROM {t} GROUP BY a, b, c"}}});

  cases.push_back(
      {.name = "Numerics",
       .columns = {Column("g", "numeric(12,2)"), Column("n", "numeric"), Column("f", "finite")},
       .queries = {
           {"SELECT * FROM {t}", kImage},
           {"SELECT n FROM {t}", kImage},
           {"SELECT g, sum(n) AS s, avg(n) AS a, min(n), max(n), count(n) FROM {t} GROUP BY g"},
           {"SELECT n, sum(g) AS s, avg(g) AS a, max(f) FROM {t} GROUP BY n"},
           {"SELECT sum(n) AS s, avg(n) AS a, sum(f) AS sf, avg(f) AS af FROM {t}"},
           {"SELECT f, sum(f) AS s, avg(f) AS a FROM {t} GROUP BY f"},
           {"SELECT DISTINCT n, f FROM {t}"},
           {"SELECT g, sum(n) FILTER (WHERE f > 0) / 4 AS q FROM {t} GROUP BY g"}}});

  cases.push_back(
      {.name = "Floats",
       .columns = {Column("g", "integer"), Column("r", "real"), Column("d", "double precision")},
       .queries = {
           {"SELECT * FROM {t}", kImage},
           {"SELECT d FROM {t} WHERE r = 0", kImage},
           {"SELECT g, sum(r) AS sr, sum(d) AS sd, avg(r) AS ar, avg(d) AS ad, min(d), max(r) "
            "FROM {t} GROUP BY g"},
           {"SELECT d, count(*), min(r) FROM {t} GROUP BY d"},
           {"SELECT sum(d) AS s, avg(r) AS a, min(d) AS low, max(d) AS high FROM {t}"},
           {"SELECT DISTINCT r, d FROM {t}"}}});

  cases.push_back(
      {.name = "Texts",
       .columns = {Column("l", "text"), Column("c", "char(5)"), Column("n", "varchar(20)"),
                   Column("s", "text"), Column("m", "text COLLATE kinds.nocase"),
                   Column("k", "kinds.label")},
       .queries = {
           {"SELECT * FROM {t}", kImage},
           {"SELECT l, c FROM {t}", kImage},
           {"SELECT DISTINCT l FROM {t}"},
           {"SELECT l, count(*), min(s), max(c), min(n) AS n FROM {t} GROUP BY l"},
           {"SELECT c, n, count(l), max(l) FROM {t} GROUP BY c, n"},
           {"SELECT m, count(*), max(m) FROM {t} GROUP BY m"},
           {"SELECT k, s, m, count(*) FROM {t} GROUP BY k, s, m"},
           {"SELECT max(l) AS l, min(c) AS c, max(n) AS n, min(m) AS m, min(k) AS k FROM {t}"},
           {"SELECT s || l AS sl, count(*) FROM {t} GROUP BY 1"}}});

  cases.push_back(
      {.name = "Times",
       .columns = {Column("d", "date"), Column("t", "timestamp"), Column("z", "timestamptz"),
                   Column("i", "interval")},
       .queries = {{"SELECT * FROM {t}", kImage},
                   {"SELECT i FROM {t}", kImage},
                   {"SELECT d, sum(i) AS s, min(t), max(z), count(i) FROM {t} GROUP BY d"},
                   {"SELECT i, count(*), max(d), min(d) FROM {t} GROUP BY i"},
                   {"SELECT sum(i) AS s, min(i) AS low, max(i) AS high FROM {t}"},
                   {"SELECT DISTINCT i, z FROM {t}"},
                   {"SELECT z, count(*) FROM {t} WHERE d > '2024-02-29' GROUP BY z"}}});

  cases.push_back(
      {.name = "OddTypes",
       .columns = {Column("j", "json"), Column("jb", "jsonb"), Column("p", "point"),
                   Column("a", "integer[]"), Column("m", "money"), Column("bits", "bit(4)"),
                   Column("r", "int4range")},
       .queries = {{"SELECT * FROM {t}", kImage},
                   {"SELECT j, p FROM {t}", kImage},
                   {"SELECT jb, count(*) AS n FROM {t} GROUP BY jb"},
                   {"SELECT a, m, count(*), sum(m) FROM {t} GROUP BY a, m"},
                   {"SELECT j ->> 'a' AS key, count(*), sum(m) AS m, max(a) FROM {t} GROUP BY 1"},
                   {"SELECT bits, r, count(*), min(m) FROM {t} GROUP BY bits, r"},
                   {"SELECT DISTINCT jb -> 'a' AS a, r FROM {t}"}}});

  cases.push_back(
      {.name = "OwnTypes",
       .columns = {Column("e", "kinds.\"Mo\"\"od\""), Column("n", "kinds.positive"),
                   Column("k", "kinds.label"), Column("c", "kinds.pair"), Column("i", "inet"),
                   Column("y", "bytea"), Column("v", "tsvector"), Column("u", "uuid")},
       .queries = {{"SELECT * FROM {t}", kImage},
                   {"SELECT e, max(e), min(i), sum(n) AS s, avg(n) AS a FROM {t} GROUP BY e, k"},
                   {"SELECT c, count(*) FROM {t} GROUP BY c"},
                   {"SELECT y, u, count(*), max(n) FROM {t} GROUP BY y, u"},
                   {"SELECT v, k FROM {t} WHERE e > 'sad'", kImage},
                   {"SELECT DISTINCT e, i FROM {t}"}}});

  // Names that a generated function could use for itself, or that end a quotation or a comment.
  cases.push_back(
      {.name = "OddNames",
       .schema = "Odd \"schema\"; -- 'x' */",
       .table = "T'able /* $1 $$ {0} %I",
       .columns = {Column("w", "integer"),
                   Column("n", "integer"),
                   Column("d", "integer"),
                   Column("t", "text"),
                   Column("new_rows", "integer"),
                   Column("old", "integer"),
                   Column("new", "text"),
                   Column("key", "integer"),
                   Column("Key Space", "integer"),
                   Column("sel\"ect", "integer"),
                   Column("größe; DROP TABLE x; --", "finite"),
                   Column("XMIN", "integer"),
                   Column("excluded", "integer"),
                   Column("found", "boolean"),
                   Column("count", "integer"),
                   Column("'", "text"),
                   Column("$1", "integer"),
                   Column("/*", "integer"),
                   Column(std::string(63, 'q'), "integer"),
                   Column(std::string(62, 'q') + "r", "integer"),
                   Column("u", "integer"),
                   Column("st", "integer"),
                   Column("src", "integer")},
       .key = {0},
       .queries = {
           {"SELECT * FROM {t}", kImage},
           {"SELECT n, d, t FROM {t}", kImage},
           {"SELECT t, d, new_rows, sum(n) AS w, count(*) AS n, max(\"old\") AS \"new\" FROM {t} "
            "GROUP BY t, d, new_rows"},
           {"SELECT \"Key Space\", \"sel\"\"ect\" AS \"sel\"\"ect\", count(*) AS \"count\", "
            "sum(\"größe; DROP TABLE x; --\") AS \"sum; --\", min(\"XMIN\") AS \"XMIN\", "
            "max(\"$1\") AS \"$1\" FROM {t} GROUP BY 1, 2"},
           {"SELECT excluded, count(*) FILTER (WHERE \"found\") AS \"found\", max(\"/*\") AS "
            "\"/*\" "
            "FROM {t} AS excluded(a) GROUP BY excluded.excluded"},
           {"SELECT " + std::string(63, 'q') + ", sum(" + std::string(62, 'q') + "r) AS " +
            std::string(62, 'q') + "r FROM {t} GROUP BY " + std::string(63, 'q')},
           {"SELECT DISTINCT \"'\" AS \"'\", \"new\" FROM {t}"},
           {"SELECT sum(u) AS t, sum(st) AS st, sum(src) AS d, min(w) AS w, max(key) AS u FROM "
            "{t}"}}});

  TableCase wide{.name = "WideTable", .columns = {Column("id", "integer")}, .key = {0}};
  for (int i = 1; i <= 70; ++i) {
    wide.columns.push_back(Column("c" + std::to_string(i), i % 5 == 0 ? "text" : "integer"));
  }
  wide.queries = {{"SELECT * FROM {t}", kImage},
                  {"SELECT c70, count(*), sum(c69) AS s, max(c66) FROM {t} GROUP BY c70"},
                  {"SELECT c1, c70, c65, c66 FROM {t} WHERE c64 > 0", kImage},
                  {"SELECT DISTINCT c5, c68 FROM {t}"}};
  cases.push_back(std::move(wide));

  cases.push_back(
      {.name = "GeneratedDroppedAdded",
       .columns = {Dropped("gone", "text"), Column("id", "integer"), Column("g", "integer"),
                   Dropped("also_gone", "integer"), Column("v", "integer"),
                   Generated("twice", "integer", "GENERATED ALWAYS AS (v * 2) STORED"),
                   Generated("tag", "text",
                             "GENERATED ALWAYS AS (coalesce(g, 0)::text || '/') STORED"),
                   Column("s", "text", "DEFAULT 'later'"), Added("added", "integer")},
       .key = {1},
       .after_create = "ALTER TABLE {t} DROP COLUMN gone, DROP COLUMN also_gone;\n"
                       "ALTER TABLE {t} ADD COLUMN added integer DEFAULT 7;\n",
       .queries = {{"SELECT * FROM {t}", kImage},
                   {"SELECT id, twice, added FROM {t}", kImage},
                   {"SELECT tag, sum(twice) AS s, max(v), count(added) FROM {t} GROUP BY tag"},
                   {"SELECT g, min(twice) AS low, avg(added) FROM {t} GROUP BY g"},
                   {"SELECT twice, s FROM {t}", kImage}}});

  cases.push_back(
      {.name = "Views",
       .columns = WithCommonColumns({Column("id", "integer")}),
       .key = {0},
       .after_create = "CREATE VIEW {s}.inner_view AS SELECT id, g AS part, v, s, b FROM {t} WHERE "
                       "v IS NOT NULL;\n"
                       "CREATE VIEW {s}.outer_view (ident, part, twice, \"S\") AS\n"
                       "  SELECT q.id, q.part, q.v * 2, q.s FROM {s}.inner_view AS q WHERE q.b;\n",
       .queries = {
           {"SELECT * FROM {s}.inner_view", kImage},
           {"SELECT * FROM {s}.outer_view", kImage},
           {"SELECT part, sum(twice) AS s, count(*), max(\"S\") FROM {s}.outer_view GROUP BY part"},
           {"SELECT DISTINCT part FROM {s}.outer_view"},
           {"SELECT max(x.v) AS v FROM (SELECT * FROM {s}.inner_view WHERE part = 1) AS x"}}});

  // Expressions that raise for some rows: a statement fails if and only if the query would.
  cases.push_back({.name = "RaisingExpressions",
                   .columns = WithCommonColumns({Column("id", "integer")}),
                   .key = {0},
                   .starts_empty = true,
                   .queries = {{"SELECT id, 10 / v AS q FROM {t} WHERE v <> 0", kImage},
                               {"SELECT g, sum(v) / count(x) AS q FROM {t} GROUP BY g"},
                               {"SELECT g, 100 / sum(v) AS q, count(*) FROM {t} GROUP BY g"},
                               {"SELECT s, max(12 / (v + 4)) AS q FROM {t} GROUP BY s"}}});
  // Cascades change one row several times in a statement. References to no row become NULL before
  // PostgreSQL would refuse them, so that statements pass.
  cases.push_back({.name = "CascadesWithinTheTable",
                   .columns = WithCommonColumns({Column("id", "integer")}),
                   .key = {0},
                   .after_create = R"(
CREATE FUNCTION {s}.known_rows_only() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
  IF NOT EXISTS (SELECT FROM {t} WHERE id = NEW.g) THEN NEW.g := NULL; END IF;
  IF NOT EXISTS (SELECT FROM {t} WHERE id = NEW.v) THEN NEW.v := NULL; END IF;
  RETURN NEW;
END $function$;
CREATE TRIGGER known_rows_only BEFORE INSERT OR UPDATE ON {t} FOR EACH ROW
  EXECUTE FUNCTION {s}.known_rows_only();
ALTER TABLE {t} ADD FOREIGN KEY (g) REFERENCES {t} ON UPDATE CASCADE ON DELETE SET NULL,
  ADD FOREIGN KEY (v) REFERENCES {t} ON UPDATE CASCADE ON DELETE CASCADE;
)",
                   .queries = CommonQueries()});
  cases.back().queries.push_back({"SELECT id, v FROM {t}", kImage});
  // Some of a row's changes are none to these.
  cases.back().queries.push_back({"SELECT g, count(*) AS n FROM {t} GROUP BY g"});
  cases.back().queries.push_back({"SELECT v, count(*) AS n, sum(x) AS total FROM {t} GROUP BY v"});
  cases.back().queries.push_back({"SELECT v, s FROM {t}", kImage});
  cases.push_back(
      {.name = "RaisingWithoutKey",
       .columns = WithCommonColumns({}),
       .starts_empty = true,
       .queries = {
           {"SELECT 10 / g AS q, v FROM {t}", kImage},
           {"SELECT b, sum(10 / (g - 3)) AS q FROM {t} GROUP BY b"},
           {"SELECT 6 / v AS part, count(*) FROM {t} WHERE b GROUP BY 1"},
           {"SELECT max(10 / (v - 100)) AS q, 5 / (1 + count(*)) AS r FROM {t} WHERE g IS NULL"}}});
  return cases;
}

}  // namespace

const std::vector<TableCase>& TableCases() {
  static const std::vector<TableCase> cases = MakeCases();
  return cases;
}

}  // namespace tricklec::tables
