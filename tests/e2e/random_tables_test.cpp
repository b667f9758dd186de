// Random changes on every kind of table, with the whole catalogue of queries over it.
// TRICKLEC_RANDOM_SEED=<n> starts at another seed, TRICKLEC_RANDOM_ROUNDS=<n> runs that many seeds.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "tricklec/randomdml/history.h"
#include "tricklec/testsupport/server.h"

namespace tricklec::randomdml {
namespace {

uint64_t NumberFromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::stoull(text);
}

class RandomTables : public testing::TestWithParam<size_t> {};

TEST_P(RandomTables, HoldTheirQueries) {
  const TableCase& table = TableCases()[GetParam()];
  uint64_t seed = NumberFromEnvironment(
      "TRICKLEC_RANDOM_SEED", static_cast<uint64_t>(testsupport::TestServer::Shared().version()));
  uint64_t rounds = NumberFromEnvironment("TRICKLEC_RANDOM_ROUNDS", 1);
  HistoryOptions options;
  options.transactions = static_cast<int>(NumberFromEnvironment("TRICKLEC_RANDOM_TRANSACTIONS", 5));
  for (uint64_t round = 0; round < rounds; ++round) {
    options.seed = seed + round;
    ASSERT_TRUE(RunHistory(table, options));
  }
}

std::string CaseName(const testing::TestParamInfo<size_t>& info) {
  return TableCases()[info.param].name;
}

INSTANTIATE_TEST_SUITE_P(Catalogue, RandomTables, testing::Range<size_t>(0, TableCases().size()),
                         CaseName);

}  // namespace
}  // namespace tricklec::randomdml
