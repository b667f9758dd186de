#include "tricklec/syntax/schedule.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace tricklec::syntax {
namespace {

// The runtime reads the same list.
std::vector<std::vector<std::string>> Cases(const std::string& kind) {
  std::ifstream file(TRICKLEC_SOURCE_DIR "/tests/schedules.txt");
  std::vector<std::vector<std::string>> cases;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(kind + "\t")) continue;
    std::istringstream parts(line + "\t");
    cases.emplace_back();
    for (std::string part; std::getline(parts, part, '\t');) cases.back().push_back(part);
  }
  return cases;
}

TEST(Schedule, Durations) {
  ASSERT_FALSE(Cases("duration").empty());
  for (const auto& one : Cases("duration")) {
    auto duration = ParseDuration(one[1]);
    EXPECT_EQ(duration ? std::to_string(duration->count()) : "wrong", one[2]) << one[1];
  }
}

TEST(Schedule, Calendars) {
  ASSERT_FALSE(Cases("calendar").empty());
  for (const auto& one : Cases("calendar")) EXPECT_EQ(CheckCron(one[1]), std::nullopt) << one[1];
  for (const auto& one : Cases("next")) EXPECT_EQ(CheckCron(one[1]), std::nullopt) << one[1];
}

TEST(Schedule, Wrong) {
  ASSERT_FALSE(Cases("wrong").empty());
  for (const auto& one : Cases("wrong")) {
    EXPECT_EQ(ParseDuration(one[1]), std::nullopt) << one[1];
    EXPECT_NE(CheckCron(one[1]), std::nullopt) << one[1];
  }
  EXPECT_EQ(*CheckCron("0 25 * * *"), "hour `25` is not in 0 to 23");
  EXPECT_EQ(*CheckCron("0 0 30 2 *"), "no month that it names has such a day");
}

}  // namespace
}  // namespace tricklec::syntax
