#include "tricklec/codegen/compile.h"

#include <gtest/gtest.h>

#include "tricklec/codegen/inspect/inspect.h"

namespace tricklec::codegen {
namespace {

constexpr const char* kOrders =
    "CREATE TABLE orders (id integer PRIMARY KEY, region integer NOT NULL, amount integer);\n";
constexpr const char* kTotals =
    "CREATE STREAM TABLE totals IMMEDIATE AS SELECT region, count(*) AS n FROM orders GROUP BY "
    "region;\n";

class Compile : public ::testing::Test {
 protected:
  CompileResult Run(std::vector<std::pair<std::string, InputRole>> texts) {
    diagnostics_ = {};
    inputs_.clear();
    for (size_t i = 0; i < texts.size(); ++i) {
      inputs_.push_back({source::MakeBuffer("input" + std::to_string(i) + ".sql", texts[i].first),
                         texts[i].second});
    }
    CompileOptions options;
    options.verify_each = true;
    return CompileUnit(inputs_, options, diagnostics_);
  }
  CompileResult Run(const std::string& text) { return Run({{text, InputRole::Compile}}); }

  std::vector<std::string> Codes() const {
    std::vector<std::string> codes;
    for (const source::Diagnostic& one : diagnostics_.all()) {
      codes.emplace_back(source::InfoOf(one.code).id);
    }
    return codes;
  }

  std::vector<Input> inputs_;
  source::Diagnostics diagnostics_;
};

TEST_F(Compile, OrdinaryStatementsPassByteForByte) {
  std::string text =
      "-- first\nSELECT  1 ;\n\n\tSELECT 'a;b' -- x\n;;\nSELECT $q$ ; $q$\n-- last\n";
  EXPECT_EQ(Run(text).outputs[0].script, text);
}

TEST_F(Compile, SchemaInputsEmitNothing) {
  CompileResult result = Run({{kOrders, InputRole::Schema}, {kTotals, InputRole::Compile}});
  EXPECT_FALSE(diagnostics_.has_errors());
  ASSERT_EQ(result.outputs.size(), 1u);
  EXPECT_EQ(result.outputs[0].script.find("CREATE TABLE orders"), std::string::npos);
  EXPECT_NE(result.outputs[0].script.find("CREATE TABLE public.totals"), std::string::npos);
}

TEST_F(Compile, SameInputSameBytes) {
  std::string text = std::string(kOrders) + kTotals;
  CompileResult first = Run(text);
  CompileResult second = Run(text);
  EXPECT_EQ(first.outputs[0].script, second.outputs[0].script);
  EXPECT_EQ(first.stream_tables[0].definition_hash.size(), 32u);
}

TEST_F(Compile, HashFollowsTheObjectsNotTheText) {
  std::string first = Run(std::string(kOrders) + kTotals).stream_tables[0].definition_hash;
  std::string respelled =
      "CREATE STREAM TABLE totals IMMEDIATE AS /* all */ SELECT region, count(*) AS n FROM orders "
      "GROUP BY 1;";
  std::string changed =
      "CREATE STREAM TABLE totals IMMEDIATE AS SELECT region, count(*) AS m FROM orders GROUP BY "
      "region;";
  EXPECT_EQ(Run(kOrders + respelled).stream_tables[0].definition_hash, first);
  EXPECT_NE(Run(kOrders + changed).stream_tables[0].definition_hash, first);
}

TEST_F(Compile, EarlierStreamTablesAreKnown) {
  Run(std::string(kOrders) + kTotals +
      "CREATE STREAM TABLE sizes IMMEDIATE AS SELECT n, count(*) AS regions FROM totals GROUP BY "
      "n;");
  EXPECT_TRUE(Codes().empty());
  Run(std::string(kOrders) + kTotals +
      "CREATE STREAM TABLE sizes IMMEDIATE AS SELECT m FROM totals;");
  EXPECT_EQ(Codes().size(), 1u);  // it has no such column
}

TEST_F(Compile, DroppedStreamTablesAreGone) {
  Run(std::string(kOrders) + kTotals + "DROP STREAM TABLE totals;\n" + kTotals);
  EXPECT_TRUE(Codes().empty());
}

TEST_F(Compile, ErrorsOfSeveralStatementsAreAllReported) {
  Run(std::string(kOrders) + kTotals + "DELETE FROM totals;\nGATE SOURCE orders;\n" +
      "ALTER STREAM TABLE totals SET FULL;");
  EXPECT_EQ(Codes(), (std::vector<std::string>{"ST1153", "ST1151", "ST1151"}));
}

TEST_F(Compile, InspectShowsWhatRuns) {
  CompileResult result = Run(std::string(kOrders) + kTotals);
  const ivm::Program& program = result.stream_tables[0].program;
  std::optional<std::string> sql = inspect::EventSql(program, "orders", ivm::Event::Insert);
  ASSERT_TRUE(sql.has_value());
  EXPECT_NE(result.outputs[0].script.find(*sql), std::string::npos);
  EXPECT_FALSE(inspect::EventSql(program, "other", std::nullopt).has_value());
  EXPECT_NE(inspect::Summary(program).find("lock class  none"), std::string::npos);
  EXPECT_NE(inspect::DeltaSql(program).find("FROM __pgt_old AS orders"), std::string::npos);
}

}  // namespace
}  // namespace tricklec::codegen
