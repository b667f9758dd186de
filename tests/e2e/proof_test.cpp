// `tricklec test`: that it passes where maintenance is right, and finds, shrinks and writes down
// faults that are planted in the generated functions.
#include <gtest/gtest.h>

#include <filesystem>

#include "shop.h"
#include "tricklec/proof/suite.h"
#include "tricklec/testsupport/program.h"
#include "tricklec/testsupport/server.h"

namespace tricklec::testsupport {
namespace {

constexpr const char* kStreamTables = R"sql(
CREATE STREAM TABLE totals IMMEDIATE AS
  SELECT customer_id, count(*) AS n, sum(amount) AS total, max(amount) AS largest
  FROM orders GROUP BY customer_id;
CREATE STREAM TABLE details IMMEDIATE AS
  SELECT o.id, c.name, o.amount FROM orders o JOIN customer c ON c.id = o.customer_id;
CREATE STREAM TABLE products DIFFERENTIAL AS
  SELECT product, count(*) AS n, sum(qty) AS qty FROM line GROUP BY product;
CREATE STREAM TABLE loud DIFFERENTIAL AS SELECT * FROM products WHERE n > 1;
)sql";

std::vector<codegen::Input> Inputs(const std::string& schema, const std::string& stream_tables) {
  return {{source::MakeBuffer("schema.sql", schema), codegen::InputRole::Schema},
          {source::MakeBuffer("stream.sql", stream_tables), codegen::InputRole::Compile}};
}

class ProofTest : public testing::Test {
 protected:
  ProofTest() {
    options_.database = TestServer::Shared().Url("postgres");
    options_.cases = 2;
    options_.seed = 3;
  }

  proof::SuiteReport Run(const std::string& stream_tables = kStreamTables,
                         const std::string& schema = std::string(Shop::Ddl()) + ";") {
    source::Diagnostics diagnostics;
    inputs_ = Inputs(schema, stream_tables);
    std::optional<proof::SuiteError> error;
    proof::SuiteReport report = proof::RunSuite(inputs_, options_, diagnostics, kept_, error);
    for (const source::Diagnostic& diagnostic : diagnostics.all()) {
      if (diagnostic.severity == source::Severity::Error) ADD_FAILURE() << diagnostic.message;
    }
    if (error) ADD_FAILURE() << error->message << (error->setup ? error->setup->error.message : "");
    for (const proof::ModeReport& mode : report.modes) {
      if (mode.failure) failure_ += mode.failure->script + mode.failure->failure.message;
    }
    return report;
  }

  /// What psql prints of a script in an empty database.
  std::string Replay(const std::string& script) {
    TemporaryDirectory directory;
    std::string file = directory.Write("failure.sql", script);
    TestDatabase database;
    ProcessResult result = RunProcess({"psql", "-X", "-q", "-f", file, database.Url()});
    return result.out + result.err;
  }

  proof::SuiteOptions options_;
  std::vector<codegen::Input> inputs_;
  std::vector<source::BufferPtr> kept_;
  std::string failure_;
};

/// Puts `replacement` for the first `text` after `after`; tells a test that has become moot.
std::function<std::string(const std::string&)> Edit(const std::string& after,
                                                    const std::string& text,
                                                    const std::string& replacement, bool& done) {
  return [=, &done](const std::string& script) {
    std::string edited = script;
    size_t at = edited.find(after);
    if (at != std::string::npos) at = edited.find(text, at);
    if (at == std::string::npos) return edited;
    done = true;
    return edited.replace(at, text.size(), replacement);
  };
}

TEST_F(ProofTest, StreamTablesOfTheShopHoldInEveryMode) {
  options_.all_modes = true;
  proof::SuiteReport report = Run();
  ASSERT_EQ(report.modes.size(), 3U);
  EXPECT_FALSE(report.failed()) << failure_;
  for (const proof::ModeReport& mode : report.modes) {
    EXPECT_EQ(mode.cases, 2U);
    EXPECT_EQ(mode.stream_tables.size(), 4U);
    EXPECT_GT(mode.counters.comparisons, 20U);
    EXPECT_GT(mode.counters.statements.at(proof::StatementKind::Update), 0U);
    EXPECT_TRUE(mode.empty_tables.empty());
  }
}

TEST_F(ProofTest, SameSeedSameHistories) {
  options_.cases = 1;
  proof::SuiteReport one = Run();
  proof::SuiteReport two = Run();
  ++options_.seed;
  proof::SuiteReport other = Run();
  EXPECT_EQ(one.modes[0].counters.statements, two.modes[0].counters.statements);
  EXPECT_EQ(one.modes[0].counters.refused, two.modes[0].counters.refused);
  EXPECT_EQ(one.modes[0].counters.rows, two.modes[0].counters.rows);
  EXPECT_NE(one.modes[0].counters.statements, other.modes[0].counters.statements);
}

TEST_F(ProofTest, FaultInAnImmediateFunctionIsFoundAndReplays) {
  bool planted = false;
  options_.cases = 20;
  // Rows that go are added, not taken away.
  options_.edit =
      Edit("public.totals/public.orders/delete", "t.n + excluded.n", "t.n - excluded.n", planted);
  proof::SuiteReport report = Run();
  ASSERT_TRUE(planted);
  ASSERT_TRUE(report.failed());
  const proof::FoundFailure& found = *report.modes[0].failure;
  EXPECT_EQ(found.failure.kind, proof::FailureKind::Differs) << found.failure.message;
  EXPECT_EQ(found.failure.name, "public.totals");
  EXPECT_EQ(found.stream_tables, 1U);
  EXPECT_LE(found.statements, 6U) << found.script;
  std::string output = Replay(found.script);
  EXPECT_NE(output.find("extra"), std::string::npos) << found.script << output;
}

TEST_F(ProofTest, FaultInARefreshIsFoundAndReplays) {
  bool planted = false;
  options_.cases = 20;
  options_.edit =
      Edit("CREATE FUNCTION pgtrickle_impl.\"public.products/differential\"",
           "ELSE coalesce(t.qty, 0) + coalesce(d.qty, 0)", "ELSE coalesce(d.qty, 0)", planted);
  proof::SuiteReport report = Run();
  ASSERT_TRUE(planted);
  ASSERT_TRUE(report.failed());
  const proof::FoundFailure& found = *report.modes[0].failure;
  EXPECT_EQ(found.failure.name, "public.products") << found.failure.message;
  EXPECT_EQ(found.stream_tables, 1U);
  EXPECT_LE(found.statements, 6U) << found.script;
  std::string output = Replay(found.script);
  EXPECT_NE(output.find("missing"), std::string::npos) << found.script << output;
}

TEST_F(ProofTest, AFunctionThatRaisesIsFound) {
  bool planted = false;
  options_.edit = Edit("CREATE FUNCTION pgtrickle_impl.\"public.details/public.customer/update\"",
                       "BEGIN\n", "BEGIN\n  RAISE division_by_zero;\n", planted);
  options_.cases = 20;
  proof::SuiteReport report = Run();
  ASSERT_TRUE(planted);
  ASSERT_TRUE(report.failed());
  const proof::FoundFailure& found = *report.modes[0].failure;
  EXPECT_EQ(found.failure.kind, proof::FailureKind::RefusedHere);
  EXPECT_NE(found.failure.context.find("public.details/public.customer/update"), std::string::npos);
  EXPECT_EQ(found.stream_tables, 1U);
  EXPECT_NE(Replay(found.script).find("division_by_zero"), std::string::npos);
}

TEST_F(ProofTest, SessionsAtTheSameTime) {
  options_.sessions = 3;
  proof::SuiteReport report = Run();
  EXPECT_FALSE(report.failed()) << failure_;
  EXPECT_GT(report.modes[0].counters.transactions, 20U);
}

TEST_F(ProofTest, BranchesThatRanAreCounted) {
  options_.coverage = true;
  proof::SuiteReport report = Run();
  EXPECT_FALSE(report.failed()) << failure_;
  EXPECT_GT(report.modes[0].branches.size(), 10U);
  EXPECT_GT(report.modes[0].counters.branches.size(), report.modes[0].branches.size() / 4);
}

TEST_F(ProofTest, TypesKeysAndConstraintsOfEveryKindGetRows) {
  proof::SuiteReport report = Run(R"sql(
CREATE STREAM TABLE by_state IMMEDIATE AS SELECT state, count(*) AS n FROM app."Odd" GROUP BY state;
CREATE STREAM TABLE copied IMMEDIATE AS SELECT * FROM app."Odd" WHERE "Amount" > 3;
CREATE STREAM TABLE booked IMMEDIATE AS SELECT during, room, day FROM app.booking;
)sql",
                                  R"sql(
CREATE SCHEMA app;
CREATE TYPE app.state AS ENUM ('open', 'it''s done');
CREATE DOMAIN app.price AS numeric(8,2) CHECK (VALUE >= 0);
CREATE TYPE app.pair AS (a int, b text);
CREATE TABLE app."Odd" (
  id bigint GENERATED ALWAYS AS IDENTITY, code varchar(3) PRIMARY KEY, state app.state NOT NULL,
  "Amount" app.price, twice numeric GENERATED ALWAYS AS ("Amount" * 2) STORED, pair app.pair, tags text[],
  low int, high int, CHECK (low < high), CHECK (code <> 'k7'));
CREATE TABLE app.parted (day date NOT NULL, n int, PRIMARY KEY (day, n)) PARTITION BY RANGE (day);
CREATE TABLE app.p1 PARTITION OF app.parted FOR VALUES FROM ('2030-01-01') TO ('2030-02-01');
CREATE TABLE app.p2 PARTITION OF app.parted FOR VALUES FROM ('2030-02-01') TO ('2030-03-01');
CREATE TABLE app.booking (
  room int, during int4range, day date, n int, EXCLUDE USING gist (during WITH &&),
  FOREIGN KEY (day, n) REFERENCES app.parted ON DELETE CASCADE ON UPDATE CASCADE);
)sql");
  ASSERT_EQ(report.modes.size(), 1U);
  EXPECT_FALSE(report.failed()) << failure_;
  EXPECT_TRUE(report.modes[0].empty_tables.empty())
      << testing::PrintToString(report.modes[0].empty_tables);
}

}  // namespace
}  // namespace tricklec::testsupport
