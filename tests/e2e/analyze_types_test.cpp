// Names, types and collations of result columns, as the analyzer finds them offline, against a real
// server's CREATE VIEW: every expression the server takes must be taken, every one it refuses
// refused, and names and types must be equal.

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tricklec/analyze/analyze.h"
#include "tricklec/catalog/loader.h"
#include "tricklec/pgparse/parse.h"
#include "tricklec/syntax/splitter.h"
#include "tricklec/testsupport/server.h"

namespace tricklec {
namespace {

// clang-format off
constexpr const char* kSchema = R"(
CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS hstore;
CREATE SCHEMA other;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE other."Odd Type" AS ENUM ('x');
CREATE TYPE pair AS (a integer, b text);
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN short_text AS varchar(10) NOT NULL;
CREATE DOMAIN price AS numeric(10,2);
CREATE COLLATION other.german (provider = icu, locale = 'de');
CREATE TABLE t (
  i2 smallint, i4 integer NOT NULL, i8 bigint, n numeric, n102 numeric(10,2), f4 real, f8 double precision,
  m money, b boolean, t text, v varchar(20), v0 varchar, c char(5), q "char", nm name, by bytea,
  d date, ti time, ti3 time(3), tz timetz, ts timestamp, ts3 timestamp(3), tstz timestamptz, iv interval,
  ivy interval year to month, u uuid, j json, jb jsonb, x xml, bt bit(4), vb varbit(8),
  ai integer[], at text[], an numeric(8,3)[], aa integer[][], md mood, od other."Odd Type", p pair, dp positive,
  ds short_text, dpr price, ci citext, hs hstore, r4 int4range, rts tstzrange, mr int4multirange,
  ine inet, mac macaddr, o oid, pt point, bx box, tsv tsvector, tsq tsquery, tc text COLLATE "C",
  tg text COLLATE other.german, apr price[], amd mood[], "Mixed Case" integer, "select" text
);
CREATE FUNCTION plus_one(integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 1';
CREATE FUNCTION overloaded(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION overloaded(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION with_defaults(a integer, b text DEFAULT 'x', c numeric DEFAULT 1) RETURNS numeric
  LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $3';
CREATE FUNCTION variadic_sum(VARIADIC numeric[]) RETURNS numeric LANGUAGE sql IMMUTABLE
  AS 'SELECT $1[1]';
CREATE FUNCTION same(anyelement) RETURNS anyelement LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION wrap(anyelement) RETURNS anyarray LANGUAGE sql IMMUTABLE AS 'SELECT ARRAY[$1]';
CREATE FUNCTION unwrap(anyarray) RETURNS anyelement LANGUAGE sql IMMUTABLE AS 'SELECT $1[1]';
CREATE FUNCTION pick(anycompatible, anycompatible) RETURNS anycompatible LANGUAGE sql IMMUTABLE
  AS 'SELECT $1';
CREATE FUNCTION other.hidden(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE VIEW w AS SELECT i4 AS a, v AS b, n102 * 2 AS c, tc AS e, 'x' AS lit FROM t WHERE b;
CREATE TABLE pk (id integer PRIMARY KEY, name text, amount numeric(12,2));
CREATE TABLE a (x integer, y text, z numeric(10,2), p integer NOT NULL);
CREATE TABLE b (x bigint, y varchar(10), z numeric(8,3), q text COLLATE "C");
CREATE TABLE c (x smallint, z numeric(10,2), r date, js json);
CREATE TABLE other.pk (id bigint, extra text);
CREATE VIEW ab AS SELECT x, a.y AS ay, b.y AS byy, q FROM a JOIN b USING (x);
CREATE VIEW abc (k, u, s) AS SELECT x, q, sum(p) FROM ab JOIN a USING (x) NATURAL JOIN c GROUP BY x, q;
CREATE VIEW both_ids AS WITH i AS (SELECT id FROM pk) SELECT id FROM i UNION ALL SELECT id FROM other.pk;
)";
// clang-format on

constexpr const char* kDuplicateColumn = "42701";

class AnalyzeTypes : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    database_ = new testsupport::TestDatabase();
    session_ = new testsupport::Session(database_->Connect());
    session_->Run(kSchema);
  }
  static void TearDownTestSuite() {
    delete session_;
    delete database_;
  }

  AnalyzeTypes() : catalog_(testsupport::TestServer::Shared().version()) {
    schema_ = source::MakeBuffer("schema.sql", kSchema);
    catalog::Loader loader(catalog_, diagnostics_);
    loader.BeginFile();
    for (const syntax::Piece& piece : syntax::SplitStatements(*schema_, diagnostics_).pieces) {
      if (piece.kind == syntax::Piece::Kind::Other) loader.ApplyText(piece.range);
    }
    std::vector<catalog::RelationId> ids;
    for (const auto& [id, relation] : catalog_.relations()) ids.push_back(id);
    for (catalog::RelationId id : ids) analyze::InferColumns(catalog_, id);
    for (const auto& d : diagnostics_.all()) ADD_FAILURE() << d.message;
  }

  // "name type collation", a line each; or "refused" with the reason.
  struct Answer {
    bool taken = false;
    std::string text;
    bool unsupported = false;  ///< outside the dialect of today: the server may think otherwise
  };

  Answer Ours(const std::string& query) {
    source::BufferPtr buffer = source::MakeBuffer("query.sql", query);
    source::Diagnostics diagnostics;
    pgparse::ParseResult parsed = pgparse::Parse(buffer->All());
    if (parsed.error) return {false, parsed.error->message, false};
    ir::RelPtr rel = analyze::AnalyzeQuery(parsed.statements[0].node, catalog_,
                                           {catalog_.search_path()}, diagnostics);
    if (rel == nullptr) {
      std::string reasons;
      bool unsupported = true;
      for (const auto& d : diagnostics.all()) {
        unsupported = unsupported && source::InfoOf(d.code).id.starts_with("ST30");
        reasons += fmt::format("{} {}; ", source::InfoOf(d.code).id, d.message);
      }
      EXPECT_TRUE(diagnostics.has_errors()) << query;
      return {false, reasons, unsupported};
    }
    Answer answer{true, "", false};
    for (const ir::OutputColumn& output : rel->outputs) {
      answer.text += fmt::format("{} {} {}\n", output.name, output.props.type.sql,
                                 output.props.collation_name);
    }
    return answer;
  }

  Answer Theirs(const std::string& query) {
    constexpr const char* kView = "DROP VIEW IF EXISTS probe; CREATE VIEW probe{} AS {}";
    std::vector<std::string> names;
    session_->Run("SET search_path = public");
    auto error = session_->TryRun(fmt::format(kView, "", query));
    if (error && error->sqlstate() == kDuplicateColumn) {
      // A view cannot have two columns of one name, so it gets names of its own.
      error = session_->TryRun(query);
      if (!error) {
        names = session_->ColumnNames(query);
        std::vector<std::string> own;
        for (size_t i = 0; i < names.size(); ++i) own.push_back(fmt::format("c{}", i));
        std::string list = fmt::format(" ({})", fmt::join(own, ", "));
        error = session_->TryRun(fmt::format(kView, list, query));
      }
    }
    if (error) return {false, std::string(error->what()).substr(0, 120), false};
    Answer answer{true, "", false};
    std::vector<testsupport::Row> columns = session_->Rows(
        "SET search_path = pg_catalog; SELECT attname, format_type(atttypid, atttypmod), "
        "coalesce((SELECT collname FROM pg_collation c WHERE c.oid = attcollation AND "
        "collname <> 'default'), '') FROM pg_attribute "
        "WHERE attrelid = 'public.probe'::regclass AND attnum > 0 ORDER BY attnum");
    for (size_t i = 0; i < columns.size(); ++i) {
      answer.text += fmt::format("{} {} {}\n", names.empty() ? *columns[i][0] : names[i],
                                 *columns[i][1], *columns[i][2]);
    }
    return answer;
  }

  void Compare(const std::string& query) {
    Answer ours = Ours(query), theirs = Theirs(query);
    if (ours.unsupported) return;
    EXPECT_EQ(ours.taken, theirs.taken)
        << query << "\n  ours:   " << ours.text << "\n  server: " << theirs.text;
    if (ours.taken && theirs.taken) {
      EXPECT_EQ(ours.text, theirs.text) << query;
    }
  }

  // Compares every line of a file. `~ ` before a line: outside the dialect of today.
  void CompareAll(const std::string& file);

  static testsupport::TestDatabase* database_;
  static testsupport::Session* session_;
  catalog::Catalog catalog_;
  source::BufferPtr schema_;
  source::Diagnostics diagnostics_;
};

testsupport::TestDatabase* AnalyzeTypes::database_ = nullptr;
testsupport::Session* AnalyzeTypes::session_ = nullptr;

// One expression or query a line; empty lines and lines starting with # are comments.
std::vector<std::string> Lines(const std::string& file) {
  std::ifstream input(std::string(TRICKLEC_SOURCE_DIR) + "/tests/e2e/analyze/" + file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(input, line);) {
    if (!line.empty() && line[0] != '#') lines.push_back(line);
  }
  EXPECT_FALSE(lines.empty()) << file;
  return lines;
}

TEST_F(AnalyzeTypes, EveryExpressionAsTheServerSeesIt) {
  for (const std::string& line : Lines("expressions.txt")) Compare("SELECT " + line + " FROM t");
}

TEST_F(AnalyzeTypes, EveryQueryAsTheServerSeesIt) {
  for (const std::string& line : Lines("queries.txt")) Compare(line);
}

void AnalyzeTypes::CompareAll(const std::string& file) {
  for (const std::string& line : Lines(file)) {
    bool outside = line.starts_with("~ ");
    std::string query = outside ? line.substr(2) : line;
    Answer ours = Ours(query);
    EXPECT_EQ(ours.unsupported, outside) << query << "\n  ours: " << ours.text;
    if (!outside) Compare(query);
  }
}

TEST_F(AnalyzeTypes, EveryJoinAsTheServerSeesIt) { CompareAll("joins.txt"); }
TEST_F(AnalyzeTypes, EveryWithAsTheServerSeesIt) { CompareAll("with.txt"); }
TEST_F(AnalyzeTypes, EveryUnionAsTheServerSeesIt) { CompareAll("union_all.txt"); }

}  // namespace
}  // namespace tricklec
