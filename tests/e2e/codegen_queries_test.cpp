// Queries as the compiler prints them after analysis and all rewrites, against the user's text: the
// same rows and the same types, on a real server. The compiler's text runs under the search path
// of generated functions, so a name that is not qualified fails.

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tricklec/analyze/analyze.h"
#include "tricklec/catalog/loader.h"
#include "tricklec/codegen/lower/query.h"
#include "tricklec/codegen/print/statement.h"
#include "tricklec/pgparse/parse.h"
#include "tricklec/rewrite/normalise.h"
#include "tricklec/syntax/splitter.h"
#include "tricklec/testsupport/outer_variants.h"
#include "tricklec/testsupport/server.h"

namespace tricklec {
namespace {

std::string ReadFile(const std::string& name) {
  std::ifstream input(std::string(TRICKLEC_SOURCE_DIR) + "/tests/e2e/analyze/" + name);
  std::stringstream text;
  text << input.rdbuf();
  EXPECT_FALSE(text.str().empty()) << name;
  return text.str();
}

class PrintedQueries : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    database_ = new testsupport::TestDatabase();
    session_ = new testsupport::Session(database_->Connect());
    session_->Run(ReadFile("schema.sql"));
    session_->Run(ReadFile("rows.sql"));
  }
  static void TearDownTestSuite() {
    delete session_;
    delete database_;
  }

  PrintedQueries() : catalog_(testsupport::TestServer::Shared().version()) {
    schema_ = source::MakeBuffer("schema.sql", ReadFile("schema.sql"));
    source::Diagnostics diagnostics;
    catalog::Loader loader(catalog_, diagnostics);
    loader.BeginFile();
    for (const syntax::Piece& piece : syntax::SplitStatements(*schema_, diagnostics).pieces) {
      if (piece.kind == syntax::Piece::Kind::Other) loader.ApplyText(piece.range);
    }
    std::vector<catalog::RelationId> ids;
    for (const auto& [id, relation] : catalog_.relations()) ids.push_back(id);
    for (catalog::RelationId id : ids) analyze::InferColumns(catalog_, id);
    EXPECT_FALSE(diagnostics.has_errors());
  }

  // The query after all passes as SQL; nothing where it is not for us.
  std::optional<std::string> Printed(const std::string& query) {
    source::BufferPtr buffer = source::MakeBuffer("query.sql", query);
    pgparse::ParseResult parsed = pgparse::Parse(buffer->All());
    source::Diagnostics diagnostics;
    if (parsed.error) return std::nullopt;
    ir::Definition definition;
    definition.ids = std::make_shared<ir::ColumnIds>();
    definition.query = analyze::AnalyzeQuery(parsed.statements[0].node, catalog_,
                                             {catalog_.search_path()}, diagnostics, definition.ids);
    if (definition.query == nullptr) return std::nullopt;
    rewrite::Options options;
    options.verify_each = true;
    columns_ = definition.query->outputs.size();
    definition = rewrite::Normalise(std::move(definition), options);
    std::vector<std::string> names = Names();
    auto block = codegen::lower::LowerBlock(definition.query, codegen::lower::ScanTable);
    return codegen::print::Print(codegen::lower::Finish(block, &names));
  }

  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (size_t i = 0; i < columns_; ++i) names.push_back(fmt::format("c{}", i));
    return names;
  }

  std::string Types(const std::string& view) {
    return testsupport::Printed(session_->Rows(
        "SELECT format_type(atttypid, atttypmod), attcollation::regcollation FROM pg_attribute "
        "WHERE attrelid = '" +
        view + "'::regclass AND attnum > 0 ORDER BY attnum"));
  }

  static std::vector<std::string> AsItIs(const std::string& query) { return {query}; }

  /// \param variants the queries that a line stands for
  void CompareAll(
      const std::string& file, int at_least,
      const std::function<std::vector<std::string>(const std::string&)>& variants = AsItIs) {
    int compared = 0;
    std::istringstream lines(ReadFile(file));
    for (std::string line; std::getline(lines, line);) {
      if (line.empty() || line[0] == '#' || line[0] == '~') continue;
      for (const std::string& query : variants(line)) compared += Compare(query) ? 1 : 0;
    }
    EXPECT_GE(compared, at_least);
  }

  /// \return whether the query is one for us
  bool Compare(const std::string& query) {
    std::optional<std::string> printed = Printed(query);
    if (!printed) return false;
    SCOPED_TRACE(query + "\n" + *printed);
    session_->Run("SET search_path = public; DROP VIEW IF EXISTS theirs, ours");
    auto refused = session_->TryRun(
        fmt::format("CREATE VIEW theirs ({}) AS {}", fmt::join(Names(), ", "), query));
    if (refused) return true;  // types no column can have
    session_->Run("SET search_path = pg_catalog, pg_temp");
    auto error = session_->TryRun("CREATE VIEW public.ours AS " + *printed);
    EXPECT_FALSE(error) << error->what();
    if (error) return true;
    EXPECT_EQ(Types("public.theirs"), Types("public.ours"));
    auto failed = session_->TryRun("SELECT * FROM public.theirs");
    if (failed) return true;
    EXPECT_EQ(testsupport::Printed(
                  session_->Rows("(SELECT 'missing', v::text FROM public.theirs v EXCEPT ALL "
                                 "SELECT 'missing', v::text FROM public.ours v) UNION ALL "
                                 "(SELECT 'too much', v::text FROM public.ours v EXCEPT ALL "
                                 "SELECT 'too much', v::text FROM public.theirs v)")),
              "");
    return true;
  }

  static testsupport::TestDatabase* database_;
  static testsupport::Session* session_;
  catalog::Catalog catalog_;
  source::BufferPtr schema_;
  size_t columns_ = 0;
};

testsupport::TestDatabase* PrintedQueries::database_ = nullptr;
testsupport::Session* PrintedQueries::session_ = nullptr;

TEST_F(PrintedQueries, OfOneSource) { CompareAll("queries.txt", 60); }
TEST_F(PrintedQueries, WithJoins) { CompareAll("joins.txt", 100); }
TEST_F(PrintedQueries, WithOuterJoins) { CompareAll("joins.txt", 250, testsupport::OuterVariants); }
TEST_F(PrintedQueries, WithWith) { CompareAll("with.txt", 25); }
TEST_F(PrintedQueries, WithSubqueries) { CompareAll("subqueries.txt", 15); }

TEST_F(PrintedQueries, WithUnions) { CompareAll("union_all.txt", 80); }
TEST_F(PrintedQueries, WithConditionsInManyPlaces) { CompareAll("conditions.txt", 30); }

}  // namespace
}  // namespace tricklec
