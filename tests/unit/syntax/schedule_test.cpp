#include "tricklec/syntax/schedule.h"

#include <gtest/gtest.h>

namespace tricklec::syntax {
namespace {

TEST(Schedule, Durations) {
  auto seconds = [](std::string_view text) {
    auto duration = ParseDuration(text);
    return duration ? duration->count() : -1;
  };
  EXPECT_EQ(seconds("30s"), 30);
  EXPECT_EQ(seconds("1h30m"), 5400);
  EXPECT_EQ(seconds("2D"), 172800);
  EXPECT_EQ(seconds("1w1d1h1m1s"), 694861);
  for (const char* wrong : {"", "s", "30", "0s", "1m1h", "1s1s", "1 h", "1.5h", "-1s", "1y",
                            "999999999w", "9999999999s"}) {
    EXPECT_EQ(seconds(wrong), -1) << wrong;
  }
}

TEST(Schedule, CronExpressions) {
  for (const char* right : {"* * * * *", "*/5 0-6 1,15 jan-MAR mon", "0 0 0 1 1 7", "@daily",
                            " 0  12 * * SUN,tue ", "0-30/10 * * * *"}) {
    EXPECT_EQ(CheckCron(right), std::nullopt) << right;
  }
  for (const char* wrong : {"", "* * * *", "* * * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *",
                            "* * * 13 *", "* * * * 8", "*/0 * * * *", "5-1 * * * *", "1,,2 * * * *",
                            "@yearly", "a * * * *", "1-2-3 * * * *", "* * * foo *", "@daily x"}) {
    EXPECT_NE(CheckCron(wrong), std::nullopt) << wrong;
  }
  EXPECT_EQ(*CheckCron("0 25 * * *"), "hour `25` is not in 0 to 23");
}

}  // namespace
}  // namespace tricklec::syntax
