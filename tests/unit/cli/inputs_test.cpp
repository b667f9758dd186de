#include "tricklec/cli/inputs.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tricklec::cli {
namespace {

TEST(Inputs, NamesAreOrderedByTheirNumbers) {
  std::vector<std::string> names = {"V10__b.sql", "V2__z.sql", "V2.1__a.sql", "v1.sql",
                                    "V02__a.sql", "a.sql",     "a1.sql",      "V2__a.sql"};
  std::sort(names.begin(), names.end(), NumericAwareLess);
  EXPECT_EQ(names, (std::vector<std::string>{"V2.1__a.sql", "V02__a.sql", "V2__a.sql", "V2__z.sql",
                                             "V10__b.sql", "a.sql", "a1.sql", "v1.sql"}));
  for (const std::string& a : names) {
    EXPECT_FALSE(NumericAwareLess(a, a));
    for (const std::string& b : names)
      EXPECT_EQ(NumericAwareLess(a, b), a < b || a > b ? !NumericAwareLess(b, a) : false);
  }
}

TEST(Inputs, DownPartsAreBlankedInPlace) {
  EXPECT_EQ(BlankDownParts("-- +goose Up\nCREATE\n-- +goose Down\nDROP;\n-- +goose Up\nx"),
            "-- +goose Up\nCREATE\n              \n     \n-- +goose Up\nx");
  EXPECT_EQ(BlankDownParts("-- migrate:up\na\n-- migrate:down\nb\n"),
            "-- migrate:up\na\n               \n \n");
  EXPECT_EQ(BlankDownParts("SELECT 1;\n"), "SELECT 1;\n");
}

}  // namespace
}  // namespace tricklec::cli
