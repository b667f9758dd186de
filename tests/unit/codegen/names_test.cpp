#include "tricklec/codegen/lower/names.h"

#include <gtest/gtest.h>

namespace tricklec::codegen::lower {
namespace {

TEST(Names, FollowTheRule) {
  Names names({"app", "Totals"});
  EXPECT_EQ(names.id(), "app.Totals");
  EXPECT_EQ(names.View().name.name, "app.Totals");
  EXPECT_EQ(names.Pending({"app", "orders"}).name.name, "app.Totals/app.orders");
  EXPECT_EQ(names.SourceFunction({"app", "orders"}, "insert").name.name,
            "app.Totals/app.orders/insert");
  EXPECT_EQ(names.DepthSetting().size(), std::string("pgtrickle.depth_").size() + 8);
}

}  // namespace
}  // namespace tricklec::codegen::lower
