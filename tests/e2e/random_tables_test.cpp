// Random changes on every kind of table, with the whole catalogue of queries over it and some random ones.
// TRICKLEC_RANDOM_SEED=<n> starts at another seed, TRICKLEC_RANDOM_ROUNDS=<n> runs that many histories.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <string>

#include "tricklec/codegen/compile.h"
#include "tricklec/proof/queries.h"
#include "tricklec/proof/suite.h"
#include "tricklec/tables/table_case.h"
#include "tricklec/testsupport/server.h"

namespace tricklec::tables {
namespace {

using testsupport::QuoteIdentifier;
using testsupport::QuoteLiteral;
using testsupport::Session;

uint64_t NumberFromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::stoull(text);
}

/// A table of the catalogue in a database of its own, with triggers of a user.
class TableUnderTest {
 public:
  explicit TableUnderTest(const TableCase& table)
      : table_(table),
        schema_(std::string(KindsDdl()) + "CREATE SCHEMA " + QuoteIdentifier(table.schema) + ";\n" +
                table.Ddl(table.schema) + NestedTriggersDdl(table.QualifiedTable(table.schema))),
        seed_(NumberFromEnvironment(
            "TRICKLEC_RANDOM_SEED",
            static_cast<uint64_t>(testsupport::TestServer::Shared().version()))) {}

  uint64_t seed() const { return seed_; }
  const std::string& schema() const { return schema_; }

  std::string NameOf(size_t i) const {
    return QuoteIdentifier(table_.schema) + ".st" + std::to_string(i + 1);
  }

  /// The queries of the catalogue, then random ones that the compiler takes.
  std::vector<std::string> Queries(Session& session, const std::string& url, int random) {
    std::vector<std::string> queries;
    for (const StreamQuery& query : table_.queries) {
      queries.push_back(table_.QueryText(query, table_.schema));
    }
    if (random == 0) return queries;
    db::Result<db::Connection> connection = db::Connection::Open(url);
    if (!connection.ok()) throw std::runtime_error(connection.error().message);
    db::Result<proof::Facts> facts =
        proof::ReadFacts(connection.value(), {{table_.schema, table_.table}}, {});
    if (!facts.ok()) throw std::runtime_error(facts.error().message);
    proof::QueryOptions options;
    options.with_rejected = 0;
    options.with_raising = 0;
    options.deepest = 1;
    proof::QueryGenerator generator(facts.value(), options, proof::Rng(seed_, 5));
    constexpr int kTries = 40;
    for (int i = 0, made = 0; i < kTries && made < random; ++i) {
      std::string query = generator.Next().text;
      // What cannot be maintained is the business of another test.
      source::Diagnostics diagnostics;
      codegen::CompileUnit(Inputs("CREATE STREAM TABLE x IMMEDIATE AS " + query + ";"), {},
                           diagnostics);
      if (diagnostics.has_errors() || session.TryRun("SELECT FROM (" + query + ") AS q")) continue;
      queries.push_back(query);
      ++made;
    }
    return queries;
  }

  std::string Statements(const std::vector<std::string>& queries, const std::string& mode) const {
    std::string statements;
    for (size_t i = 0; i < queries.size(); ++i) {
      statements += "CREATE STREAM TABLE " + NameOf(i) + " " + mode + " AS " + queries[i] + ";\n";
    }
    return statements;
  }

  std::vector<codegen::Input> Inputs(const std::string& statements) const {
    return {{source::MakeBuffer("schema.sql", schema_), codegen::InputRole::Schema},
            {source::MakeBuffer("stream.sql", statements), codegen::InputRole::Compile}};
  }

  /// Columns have the names, types and collations of the query, and copied rows are compared by image.
  void CompareColumns(Session& session, const std::vector<std::string>& queries) {
    std::vector<codegen::Input> inputs = Inputs(Statements(queries, "IMMEDIATE"));
    source::Diagnostics diagnostics;
    codegen::CompileResult result = codegen::CompileUnit(inputs, {}, diagnostics);
    for (const source::Diagnostic& diagnostic : diagnostics.all()) {
      if (diagnostic.severity == source::Severity::Error) ADD_FAILURE() << diagnostic.message;
    }
    if (diagnostics.has_errors()) return;
    for (const codegen::Output& output : result.outputs) session.Run(output.script);
    for (size_t i = 0; i < queries.size(); ++i) {
      session.Run("CREATE VIEW public.wanted AS " + queries[i]);
      EXPECT_EQ(ColumnsOf(session, NameOf(i)), ColumnsOf(session, "public.wanted")) << queries[i];
      session.Run("DROP VIEW public.wanted");
    }
    size_t made = 0;
    for (const codegen::CompiledStreamTable& stream_table : result.stream_tables) {
      if (made >= table_.queries.size()) break;
      if (table_.queries[made].compare == testsupport::CompareBy::kImage) {
        for (const ivm::StoredColumn& column : stream_table.program.storage.columns) {
          EXPECT_TRUE(!column.visible || column.compare == ivm::Compare::Image)
              << queries[made] << ": " << column.name;
        }
      }
      ++made;
    }
  }

  proof::SuiteReport Run(const std::vector<std::string>& queries, const std::string& mode,
                         proof::SuiteOptions options) {
    options.database = testsupport::TestServer::Shared().Url("postgres");
    options.copies = true;
    // What a query refuses between two commands of a statement, no twin knows.
    if (!table_.starts_empty) options.nested_settings = NestedSettings();
    options.rows_first = !table_.starts_empty;
    source::Diagnostics diagnostics;
    std::optional<proof::SuiteError> error;
    proof::SuiteReport report =
        proof::RunSuite(Inputs(Statements(queries, mode)), options, diagnostics, kept_, error);
    for (const source::Diagnostic& diagnostic : diagnostics.all()) {
      if (diagnostic.severity == source::Severity::Error) ADD_FAILURE() << diagnostic.message;
    }
    if (error) ADD_FAILURE() << error->message << (error->setup ? error->setup->error.message : "");
    return report;
  }

 private:
  static std::string ColumnsOf(Session& session, const std::string& relation) {
    return testsupport::Printed(session.Rows(
        "SELECT attname, format_type(atttypid, atttypmod), attcollation::regcollation "
        "FROM pg_attribute WHERE attrelid = " +
        QuoteLiteral(relation) +
        "::regclass AND attnum > 0 AND NOT attisdropped AND attname NOT LIKE '\\_\\_pgt\\_%' "
        "ORDER BY attnum"));
  }

  const TableCase& table_;
  std::string schema_;
  uint64_t seed_;
  std::vector<source::BufferPtr> kept_;
};

void ExpectNoFailure(const proof::SuiteReport& report) {
  for (const proof::ModeReport& mode : report.modes) {
    if (mode.failure) ADD_FAILURE() << mode.failure->script << mode.failure->failure.message;
    EXPECT_GT(mode.counters.comparisons, 0U);
  }
}

class RandomTables : public testing::TestWithParam<size_t> {};

TEST_P(RandomTables, HoldTheirQueries) {
  TableUnderTest table(TableCases()[GetParam()]);
  std::vector<std::string> queries;
  {
    testsupport::RuntimeDatabase database;
    Session session = database.Connect();
    session.Run(table.schema());
    queries = table.Queries(session, database.Url(), 4);
    table.CompareColumns(session, queries);
  }
  proof::SuiteOptions options;
  options.seed = table.seed();
  options.cases = NumberFromEnvironment("TRICKLEC_RANDOM_ROUNDS", 1);
  options.transactions = static_cast<int>(NumberFromEnvironment("TRICKLEC_RANDOM_TRANSACTIONS", 5));
  ExpectNoFailure(table.Run(queries, "IMMEDIATE", options));
}

std::string CaseName(const testing::TestParamInfo<size_t>& info) {
  return TableCases()[info.param].name;
}

INSTANTIATE_TEST_SUITE_P(Catalogue, RandomTables, testing::Range<size_t>(0, TableCases().size()),
                         CaseName);

// The histories themselves: they pass where everything is recomputed …
class RandomHistories : public testing::TestWithParam<size_t> {};

TEST_P(RandomHistories, AcceptRecomputation) {
  TableUnderTest table(TableCases()[GetParam()]);
  testsupport::RuntimeDatabase database;
  Session session = database.Connect();
  proof::SuiteOptions options;
  options.seed = 3;
  options.cases = 1;
  ExpectNoFailure(table.Run(table.Queries(session, database.Url(), 0), "FULL", options));
}

INSTANTIATE_TEST_SUITE_P(Catalogue, RandomHistories, testing::Values(0, 9, 15, 19, 24), CaseName);

// … and fail where one kind of event is left out.
TEST(RandomHistories, NoticeWhatIsNotMaintained) {
  for (const char* event : {"insert", "update", "delete", "truncate"}) {
    TableUnderTest table(TableCases()[0]);
    proof::SuiteOptions options;
    options.cases = 30;
    options.shrink_time = std::chrono::seconds(0);
    int left_out = 0;
    options.edit = [&](const std::string& script) {
      std::string edited = script;
      size_t begin = edited.find(std::string("/app.t/") + event + "\"() RETURNS");
      auto leave_out = [&](const std::string& what, const std::string& instead) {
        for (size_t at = edited.find(what, begin);
             at != std::string::npos && at < edited.find("\nCREATE FUNCTION", begin);
             at = edited.find(what, at)) {
          edited.replace(at, what.size(), instead);
          ++left_out;
        }
      };
      leave_out(".n + excluded.n", ".n");
      leave_out("TRUNCATE app.st1;", "NULL;");
      return edited;
    };
    proof::SuiteReport report = table.Run(
        {"SELECT g, count(*) AS n, sum(v) AS total FROM app.t GROUP BY g"}, "IMMEDIATE", options);
    ASSERT_EQ(report.modes.size(), 1U);
    EXPECT_GT(left_out, 0) << event;
    ASSERT_TRUE(report.modes[0].failure) << event;
    EXPECT_EQ(report.modes[0].failure->failure.kind, proof::FailureKind::Differs) << event;
  }
}

}  // namespace
}  // namespace tricklec::tables
