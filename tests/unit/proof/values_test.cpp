#include "tricklec/proof/values.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tricklec/proof/databases.h"
#include "tricklec/proof/facts.h"
#include "tricklec/proof/rng.h"

namespace tricklec::proof {
namespace {

bool Has(const std::vector<std::string>& values, const std::string& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

TEST(ValuesTest, NumbersThatAreEqualButNotTheSame) {
  Candidates numeric = CandidatesFor({"numeric", 'b', {}, {}, "numeric"});
  EXPECT_TRUE(Has(numeric.common, "1.0"));
  EXPECT_TRUE(Has(numeric.common, "1.00"));
  EXPECT_TRUE(Has(numeric.rare, "'NaN'"));
}

TEST(ValuesTest, ArraysAndRangesAreMadeOfTheirElements) {
  TypeFacts integer{"int4", 'b', {}, {}, "integer"};
  Candidates arrays = CandidatesFor({"_int4", 'a', {}, {integer}, "integer[]"});
  EXPECT_TRUE(Has(arrays.common, "ARRAY[CAST(0 AS integer)]"));
  Candidates ranges = CandidatesFor({"int4range", 'r', {}, {integer}, "int4range"});
  EXPECT_TRUE(Has(ranges.common, "int4range(CAST(0 AS integer), CAST(1 AS integer), '[)')"));
}

TEST(ValuesTest, ConstantsOfAQueryAndTheirNeighbours) {
  std::vector<std::string> constants =
      ConstantsOf("SELECT t2.a FROM t2 WHERE b > 4500 AND \"c 7\" = 'it''s' -- 99\nAND d < 1.5");
  EXPECT_EQ(constants, (std::vector<std::string>{"4500", "4501", "4499", "'it''s'", "1.5"}));
}

TEST(ValuesTest, SameSeedSameNumbers) {
  Rng one(7, 3);
  Rng two(7, 3);
  Rng other(7, 4);
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    size_t number = one.Below(1000);
    EXPECT_EQ(number, two.Below(1000));
    differs |= number != other.Below(1000);
  }
  EXPECT_TRUE(differs);
}

TEST(DatabasesTest, TargetsOfOtherDatabases) {
  EXPECT_EQ(WithDatabase("postgresql://u@h:1/a?x=1", "b"), "postgresql://u@h:1/b?x=1");
  EXPECT_EQ(WithDatabase("postgresql://h", "b"), "postgresql://h/b");
  EXPECT_EQ(WithDatabase("postgresql:///a?host=/s", "b"), "postgresql:///b?host=/s");
  EXPECT_EQ(WithDatabase("host=h dbname=a", "b"), "host=h dbname=a dbname=b");
  EXPECT_EQ(WithDatabase("", "b"), " dbname=b");
}

}  // namespace
}  // namespace tricklec::proof
