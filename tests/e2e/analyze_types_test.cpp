// Names, types and collations of result columns, as the analyzer finds them offline, against a real
// server's CREATE VIEW: every expression the server takes must be taken, every one it refuses
// refused, and names and types must be equal.

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tricklec/analyze/analyze.h"
#include "tricklec/catalog/loader.h"
#include "tricklec/catalog/snapshot.h"
#include "tricklec/pgparse/parse.h"
#include "tricklec/syntax/splitter.h"
#include "tricklec/testsupport/outer_variants.h"
#include "tricklec/testsupport/program.h"
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

constexpr const char* kDuplicateColumn = "42701";

class AnalyzeTypes : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    database_ = new testsupport::TestDatabase();
    session_ = new testsupport::Session(database_->Connect());
    session_->Run(ReadFile("schema.sql"));
  }
  static void TearDownTestSuite() {
    delete session_;
    delete database_;
  }

  AnalyzeTypes() : catalog_(testsupport::TestServer::Shared().version()) {
    schema_ = source::MakeBuffer("schema.sql", ReadFile("schema.sql"));
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

  Answer Ours(const std::string& query) { return Ours(query, catalog_); }
  static Answer Ours(const std::string& query, const catalog::Catalog& catalog) {
    source::BufferPtr buffer = source::MakeBuffer("query.sql", query);
    source::Diagnostics diagnostics;
    pgparse::ParseResult parsed = pgparse::Parse(buffer->All());
    if (parsed.error) return {false, parsed.error->message, false};
    ir::RelPtr rel = analyze::AnalyzeQuery(parsed.statements[0].node, catalog,
                                           {catalog.search_path()}, diagnostics);
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

TEST_F(AnalyzeTypes, EveryOuterJoinAsTheServerSeesIt) {
  for (const std::string& line : Lines("joins.txt")) {
    if (line.starts_with("~ ")) continue;
    for (const std::string& query : testsupport::OuterVariants(line)) Compare(query);
  }
}

TEST_F(AnalyzeTypes, EveryWithAsTheServerSeesIt) { CompareAll("with.txt"); }
TEST_F(AnalyzeTypes, EverySubqueryAsTheServerSeesIt) { CompareAll("subqueries.txt"); }

TEST_F(AnalyzeTypes, EveryUnionAsTheServerSeesIt) { CompareAll("union_all.txt"); }

// A value of every argument's type; nothing where a type has none that can be written.
std::optional<std::string> CallOf(const catalog::Catalog& catalog,
                                  const std::vector<catalog::TypeId>& types,
                                  const std::string& name) {
  std::vector<std::string> values;
  for (catalog::TypeId type : types) {
    if (catalog.GetType(type).kind == catalog::TypeKind::Pseudo) return std::nullopt;
    values.push_back(fmt::format("NULL::{}", catalog.FormatType(type)));
  }
  return fmt::format("SELECT {}({}) AS v FROM t", name, fmt::join(values, ", "));
}

TEST_F(AnalyzeTypes, EveryExtensionFunctionAndOperatorAsTheServerSeesIt) {
  size_t compared = 0;
  for (const auto& [id, function] : catalog_.user_functions()) {
    bool plain = function.kind == catalog::FunctionKind::Function && !function.returns_set &&
                 catalog_.GetType(function.returns).kind != catalog::TypeKind::Pseudo;
    if (function.extension.empty() || !plain) continue;
    auto query =
        CallOf(catalog_, function.args, catalog::QuoteQualified({function.schema, function.name}));
    if (!query) continue;
    Compare(*query);
    ++compared;
  }
  for (const auto& [id, op] : catalog_.user_operators()) {
    // A NULL has no type that a polymorphic operand could take over.
    bool is_polymorphic =
        catalog_.GetType(op.right).kind == catalog::TypeKind::Pseudo ||
        (op.left != 0 && catalog_.GetType(op.left).kind == catalog::TypeKind::Pseudo);
    if (op.extension.empty() || is_polymorphic) continue;
    std::string left = op.left == 0 ? "" : fmt::format("NULL::{} ", catalog_.FormatType(op.left));
    Compare(fmt::format("SELECT {}{} NULL::{} AS v FROM t", left, op.name,
                        catalog_.FormatType(op.right)));
    ++compared;
  }
  EXPECT_GT(compared, 80u);
}

// The same answers from a live server's catalog, in which every function is one of its own.
TEST_F(AnalyzeTypes, TheLiveCatalogGivesTheSameAnswers) {
  testsupport::ProcessResult read =
      testsupport::Tricklec({"compile", "--emit", "catalog", "--db", database_->Url()});
  ASSERT_EQ(read.exit_code, 0) << read.err;
  source::BufferPtr snapshot = source::MakeBuffer("live.json", read.out);
  catalog::Catalog live(testsupport::TestServer::Shared().version());
  source::Diagnostics diagnostics;
  std::vector<source::BufferPtr> derived;
  ASSERT_TRUE(catalog::ReadSnapshot(*snapshot, live, diagnostics, derived));
  auto compare = [&](const std::string& query) {
    Answer files = Ours(query), server = Ours(query, live);
    EXPECT_EQ(files.taken, server.taken) << query << "\n" << files.text << server.text;
    EXPECT_EQ(files.text, server.text) << query;
  };
  for (const std::string& line : Lines("expressions.txt")) compare("SELECT " + line + " FROM t");
  for (const char* file :
       {"queries.txt", "joins.txt", "with.txt", "union_all.txt", "subqueries.txt"}) {
    for (const std::string& line : Lines(file)) {
      compare(line.starts_with("~ ") ? line.substr(2) : line);
    }
  }
}

}  // namespace
}  // namespace tricklec
