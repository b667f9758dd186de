#include "tricklec/ir/fit_name.h"

#include <gtest/gtest.h>

namespace tricklec::ir {
namespace {

TEST(FitName, KeepsNamesThatFit) {
  EXPECT_EQ(FitName("public.orders"), "public.orders");
  EXPECT_EQ(FitName(std::string(63, 'a')), std::string(63, 'a'));
}

TEST(FitName, CutNamesDifferWhereTheirEndsDiffer) {
  std::string long_name(100, 'a');
  std::string one = FitName(long_name + "1"), two = FitName(long_name + "2");
  EXPECT_EQ(one.size(), 63u);
  EXPECT_NE(one, two);
  EXPECT_EQ(one.substr(0, 55), two.substr(0, 55));
}

TEST(FitName, CutsBetweenCharacters) {
  std::string name;
  for (int i = 0; i < 40; ++i) name += "ü";
  std::string cut = FitName("x" + name);
  EXPECT_LE(cut.size(), 63u);
  size_t tilde = cut.find('~');
  ASSERT_NE(tilde, std::string::npos);
  EXPECT_EQ((tilde - 1) % 2, 0u);
}

}  // namespace
}  // namespace tricklec::ir
