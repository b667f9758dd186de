// verify_stream_table: what it finds, what it does not take for a difference.
#include <gtest/gtest.h>

#include "handmade.h"

namespace tricklec::testsupport {
namespace {

/// A stream table over a table whose content differs as a test wants it: the triggers are off.
class VerifyTest : public testing::Test {
 protected:
  VerifyTest() : app_(database_.App()) {}

  /// \param columns "name type compare" each
  /// \param stored, defined  VALUES lists: what the table holds, what the definition yields
  std::vector<Row> Differences(const std::vector<std::vector<std::string>>& columns,
                               const std::string& stored, const std::string& defined) {
    HandMade made;
    made.name = "st";
    made.source = "app.src";
    std::string list;
    std::string names;
    for (const auto& column : columns) {
      made.columns.push_back({column[0], column[1], "value", column[2]});
      list += (list.empty() ? "" : ", ") + QuoteIdentifier(column[0]) + " " + column[1];
      names += (names.empty() ? "" : ", ") + QuoteIdentifier(column[0]);
    }
    made.query = "SELECT " + names + " FROM app.src";
    app_.Run("CREATE TABLE app.src (" + list + ")");
    app_.Run(ScriptOf(made));
    app_.Run(
        "ALTER TABLE app.src DISABLE TRIGGER USER;"
        "ALTER TABLE app.st DISABLE TRIGGER pgt_guard;");
    if (!stored.empty()) app_.Run("INSERT INTO app.st VALUES " + stored);
    if (!defined.empty()) app_.Run("INSERT INTO app.src VALUES " + defined);
    return app_.Rows(
        "SELECT * FROM pgtrickle.verify_stream_table('app.st') ORDER BY side DESC, \"row\"::text "
        "COLLATE \"C\"");
  }

  AppDatabase database_;
  Session app_;
};

TEST_F(VerifyTest, FindsMissingAndExtraRows) {
  EXPECT_EQ(Printed(Differences({{"a", "int", "equal"}, {"b", "text", "image"}},
                                "(1, 'one'), (2, 'two')", "(1, 'one'), (3, NULL)")),
            "missing|{\"a\": 3, \"b\": null}|1\nextra|{\"a\": 2, \"b\": \"two\"}|1\n");
}

TEST_F(VerifyTest, CountsCopies) {
  EXPECT_EQ(Printed(Differences({{"a", "int", "equal"}}, "(1), (1), (1), (2), (NULL)",
                                "(1), (2), (2), (2), (NULL), (NULL)")),
            "missing|{\"a\": 2}|2\nmissing|{\"a\": null}|1\nextra|{\"a\": 1}|2\n");
}

// 1.0 = 1.00, -0 = 0, '1 mon' = '30 days', nondeterministic collations: equal, not identical.
TEST_F(VerifyTest, TellsEqualValuesApartByImage) {
  app_.Run(
      "CREATE COLLATION app.ci (provider = icu, locale = 'und-u-ks-level2', deterministic = "
      "false)");
  EXPECT_EQ(Differences({{"n", "numeric", "image"},
                         {"f", "float8", "image"},
                         {"i", "interval", "image"},
                         {"t", "text COLLATE app.ci", "image"}},
                        "(1.0, 0, '1 mon', 'a')",
                        "(1.00, 0, '1 mon', 'a'), (1.0, '-0', '1 mon', 'a'), "
                        "(1.0, 0, '30 days', 'a'), (1.0, 0, '1 mon', 'A')")
                .size(),
            5u);  // four missing, one extra
}

TEST_F(VerifyTest, TakesEqualValuesAsEqualWhereAsked) {
  EXPECT_EQ(Printed(Differences(
                {{"n", "numeric", "equal"}, {"f", "float8", "equal"}, {"i", "interval", "equal"}},
                "(1.0, 0, '1 mon')", "(1.00, '-0', '30 days')")),
            "");
}

// json, xml, point and others have no equality.
TEST_F(VerifyTest, ComparesTypesWithoutEquality) {
  EXPECT_EQ(
      Printed(Differences({{"j", "json", "equal"}, {"x", "xml", "image"}, {"p", "point", "image"}},
                          "('{\"a\":1}', '<a/>', '(1,2)'), ('{\"a\": 1}', '<a/>', '(1,2)')",
                          "('{\"a\":1}', '<a/>', '(1,2)'), ('{\"a\":1}', '<b/>', '(1,3)')")),
      "missing|{\"j\": {\"a\": 1}, \"p\": \"(1,3)\", \"x\": \"<b/>\"}|1\n"
      "extra|{\"j\": {\"a\": 1}, \"p\": \"(1,2)\", \"x\": \"<a/>\"}|1\n");
}

TEST_F(VerifyTest, ToleratesDigitsOfFloatSums) {
  EXPECT_EQ(
      Printed(Differences(
          {{"k", "int", "equal"}, {"f", "float8", "approximate"}, {"g", "float4", "approximate"}},
          "(1, 0.3, 1), (2, 'NaN', 1), (3, 'Infinity', 1), (4, NULL, 1), (5, 1e300, 1)",
          "(1, 0.1::float8 + 0.2::float8, 1), (2, 'NaN', 1), (3, 'Infinity', 1), (4, NULL, 1), "
          "(5, 1.0000000001e300, 1)")),
      "");
}

TEST_F(VerifyTest, FindsFloatSumsThatDiffer) {
  EXPECT_EQ(
      Differences(
          {{"k", "int", "equal"}, {"f", "float8", "approximate"}},
          "(1, 1), (2, 1), (3, 'Infinity'), (4, 'Infinity'), (5, NULL), (6, 0), (7, 1)",
          "(1, 1.00000001), (2, 'NaN'), (3, 1), (4, '-Infinity'), (5, 0), (6, 1e-300), (8, 1)")
          .size(),
      14u);  // every row of both sides
}

TEST_F(VerifyTest, PairsCopiesOfNearRows) {
  EXPECT_EQ(
      Printed(Differences({{"k", "text", "image"}, {"f", "float8", "approximate"}},
                          "('a', 0.3), ('a', 0.3), ('a', 5), ('b', 1)",
                          "('a', 0.1::float8 + 0.2::float8), ('a', 0.1::float8 + 0.2::float8), "
                          "('a', 0.1::float8 + 0.2::float8), ('a', 5), ('b', 1)")),
      "missing|{\"f\": 0.30000000000000004, \"k\": \"a\"}|1\n");
}

TEST_F(VerifyTest, WorksWithApproximateColumnsOnly) {
  EXPECT_EQ(Printed(Differences({{"f", "float8", "approximate"}}, "(0.3)",
                                "(0.1::float8 + 0.2::float8)")),
            "");
}

// Columns may be called w, t, c1, n or contain quotes, spaces, capitals, non-ASCII.
TEST_F(VerifyTest, GeneratedNamesCannotCollide) {
  EXPECT_EQ(
      Printed(Differences({{"w", "int", "equal"},
                           {"x", "int", "image"},
                           {"t", "int", "image"},
                           {"n", "float8", "approximate"},
                           {"c1", "int", "equal"},
                           {"u", "int", "equal"},
                           {"g", "int", "equal"},
                           {"k", "int", "equal"},
                           {"a \"b\", c -- d", "int", "equal"},
                           {"Größe", "int", "equal"},
                           {"select", "int", "equal"}},
                          "(1, 0, 2, 3, 4, 5, 6, 7, 8, 9, 10)",
                          "(1, 0, 2, 3, 4, 5, 6, 7, 8, 9, 11)")),
      "missing|{\"g\": 6, \"k\": 7, \"n\": 3, \"t\": 2, \"u\": 5, \"w\": 1, \"x\": 0, \"c1\": 4, "
      "\"select\": 11, \"Größe\": 9, \"a \\\"b\\\", c -- d\": 8}|1\n"
      "extra|{\"g\": 6, \"k\": 7, \"n\": 3, \"t\": 2, \"u\": 5, \"w\": 1, \"x\": 0, \"c1\": 4, "
      "\"select\": 10, \"Größe\": 9, \"a \\\"b\\\", c -- d\": 8}|1\n");
}

// More than 63 columns; a function call could not take them all.
TEST_F(VerifyTest, WorksWithManyColumns) {
  std::vector<std::vector<std::string>> columns;
  std::string values;
  for (int i = 0; i < 150; ++i) {
    columns.push_back({"col" + std::to_string(i), "int", i % 2 == 0 ? "equal" : "image"});
    values += (i == 0 ? "" : ", ") + std::to_string(i);
  }
  EXPECT_EQ(Differences(columns, "(" + values + ")", "").size(), 1u);
}

TEST_F(VerifyTest, IgnoresHiddenColumns) {
  app_.Run(ObjectsOf(ByRegion()));
  app_.Run("ALTER TABLE app.by_region ADD COLUMN __pgt_count bigint NOT NULL DEFAULT 0;" +
           RegistrationOf(ByRegion()) + AttachmentOf(ByRegion()) +
           "SELECT pgtrickle.register_column('app.by_region', '__pgt_count', 'hidden', 'equal');"
           "SELECT pgtrickle.populate('app.by_region')");
  EXPECT_EQ(Printed(app_.Rows("SELECT * FROM pgtrickle.verify_stream_table('app.by_region')")), "");
}

TEST_F(VerifyTest, SeesTheChangesOfItsOwnTransaction) {
  app_.Run(ScriptOf(ByRegion()));
  app_.Run("BEGIN; INSERT INTO app.sales VALUES (7, 'q', 1)");
  EXPECT_EQ(Printed(app_.Rows("SELECT * FROM pgtrickle.verify_stream_table('app.by_region')")), "");
  app_.Run("ROLLBACK");
}

// Text of floats must not depend on the session.
TEST_F(VerifyTest, IgnoresSettingsOfTheSession) {
  app_.Run("SET extra_float_digits = -15");
  EXPECT_EQ(Differences({{"f", "float8", "image"}}, "(0.3)", "(0.1::float8 + 0.2::float8)").size(),
            2u);
}

TEST_F(VerifyTest, SaysWhenTheDefinitionIsGone) {
  app_.Run(ScriptOf(ByRegion()) + "DROP VIEW pgtrickle_state.\"app.by_region\"");
  EXPECT_TRUE(FailsWith(app_, "42704",
                        "SELECT * FROM pgtrickle.verify_stream_table('app.by_region')",
                        "definition view of stream table app.by_region does not exist"));
}

}  // namespace
}  // namespace tricklec::testsupport
