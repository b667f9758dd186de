// The random histories themselves, on stream tables that are recomputed by a trigger: they pass
// where the recomputation is right and fail where something is left out.
#include <gtest/gtest.h>

#include <string>

#include "tricklec/randomdml/history.h"
#include "tricklec/testsupport/session.h"

namespace tricklec::randomdml {
namespace {

/// Tables that a statement trigger for these events empties and fills again.
std::string Recomputed(const std::string& source, const std::vector<NamedQuery>& tables,
                       const std::string& events) {
  std::string script;
  for (const NamedQuery& table : tables) {
    script += "CREATE TABLE " + table.name + " AS " + table.query + ";\n";
    std::string function = "oracle.refill_" + std::to_string(&table - tables.data());
    script += "CREATE FUNCTION " + function +
              "() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS "
              "$refill$\n#variable_conflict use_column\nBEGIN\n"
              "  DELETE FROM " +
              table.name + "; INSERT INTO " + table.name + " " + table.query +
              "; RETURN NULL; END $refill$;\n" + "CREATE TRIGGER mmm AFTER " + events + " ON " +
              source + " FOR EACH STATEMENT EXECUTE FUNCTION " + function + "();\n" +
              "ALTER TRIGGER mmm ON " + source + " RENAME TO m" +
              std::to_string(&table - tables.data()) + ";\n";
  }
  return script;
}

class RandomOracle : public testing::TestWithParam<size_t> {};

TEST_P(RandomOracle, AcceptsRecomputation) {
  HistoryOptions options;
  options.seed = 3;
  options.transactions = 4;
  options.reference = [](const std::string& source, const std::vector<NamedQuery>& tables) {
    return Recomputed(source, tables, "INSERT OR UPDATE OR DELETE OR TRUNCATE");
  };
  EXPECT_TRUE(RunHistory(TableCases()[GetParam()], options));
}

std::string CaseName(const testing::TestParamInfo<size_t>& info) {
  return TableCases()[info.param].name;
}

INSTANTIATE_TEST_SUITE_P(Catalogue, RandomOracle, testing::Values(0, 9, 15, 19, 24), CaseName);

TEST(RandomOracle, NoticesWhatIsNotMaintained) {
  for (const char* events : {"INSERT OR UPDATE OR DELETE", "INSERT OR UPDATE OR TRUNCATE",
                             "INSERT OR DELETE OR TRUNCATE", "UPDATE OR DELETE OR TRUNCATE"}) {
    HistoryOptions options;
    options.transactions = 150;
    options.random_queries = 0;
    options.reference = [&](const std::string& source, const std::vector<NamedQuery>& tables) {
      return Recomputed(source, tables, events);
    };
    EXPECT_FALSE(RunHistory(TableCases()[0], options)) << events;
  }
}

}  // namespace
}  // namespace tricklec::randomdml
