#include "tricklec/syntax/parser.h"

#include <gtest/gtest.h>

namespace tricklec::syntax {
namespace {

/// Parses one text and keeps what the result points into.
struct Parsed {
  explicit Parsed(std::string text, FileRole role = FileRole::Stream)
      : buffer("t.sql", std::move(text)), file(ParseFile(buffer, diagnostics, role)) {}

  template <typename T>
  const T& Get(size_t index = 0) const {
    return std::get<T>(file.statements.at(index).body);
  }
  std::vector<std::string> Messages() const {
    std::vector<std::string> result;
    for (const source::Diagnostic& d : diagnostics.Sorted()) {
      source::Position at = buffer.PositionOf(d.range.begin);
      result.push_back(
          fmt::format("{}:{} {} {}", at.line, at.column, source::InfoOf(d.code).id, d.message));
    }
    return result;
  }

  source::Buffer buffer;
  source::Diagnostics diagnostics;
  File file;
};

using Lines = std::vector<std::string>;

TEST(Parser, ReadsEveryClause) {
  Parsed parsed(R"(CREATE STREAM TABLE IF NOT EXISTS "S".t (a, "B")
    DIFFERENTIAL APPEND ONLY ON (x.y, z) SCHEDULE '1h30m' GATED BY (z) INITIALLY GATED
    DIAMOND ATOMIC SLOWEST CAPTURE ROW REQUIRE (strategy <= keyed, lock <= key, no full_scan, key)
    WITH (hidden_columns = side, full_threshold = 0.25, fillfactor = 70, toast.autovacuum_enabled = on)
    TABLESPACE fast
    AS SELECT 1 AS a, (SELECT 2) AS b FROM z WITH NO DATA;)");
  EXPECT_EQ(parsed.Messages(), Lines{});
  const auto& create = parsed.Get<CreateStreamTable>();
  EXPECT_TRUE(create.if_not_exists);
  EXPECT_EQ(create.name.schema->text, "S");
  EXPECT_EQ(create.name.name.text, "t");
  ASSERT_EQ(create.columns.size(), 2u);
  EXPECT_EQ(create.columns[1].text, "B");
  EXPECT_EQ(create.EffectiveMode(), RefreshMode::Differential);
  ASSERT_EQ(create.append_only->value.sources.size(), 2u);
  EXPECT_EQ(create.schedule->value.duration, std::chrono::seconds(5400));
  EXPECT_EQ(create.gating->value.kind, Gating::Kind::Listed);
  EXPECT_TRUE(create.gating->value.initially_gated);
  EXPECT_EQ(create.diamond->value.policy, Diamond::Policy::Slowest);
  EXPECT_EQ(create.capture->value, Capture::Row);
  EXPECT_EQ(create.requirements->value.size(), 4u);
  EXPECT_EQ(create.options->value.hidden_columns->value, HiddenColumns::Side);
  EXPECT_EQ(create.options->value.full_threshold->value, 0.25);
  EXPECT_EQ(create.options->value.storage.size(), 2u);
  EXPECT_EQ(create.tablespace->value.text, "fast");
  EXPECT_EQ(create.query.text(), "SELECT 1 AS a, (SELECT 2) AS b FROM z");
  EXPECT_FALSE(create.with_data->value);
}

TEST(Parser, NamesFollowPostgres) {
  Parsed parsed(
      R"(DROP STREAM TABLE ÄPFEL.Foo$1, "a""b". U&"d\0061t!\+000061" , U&"d!0061" UESCAPE '!';)");
  EXPECT_EQ(parsed.Messages(), Lines{});
  const auto& names = parsed.Get<DropStreamTable>().names;
  ASSERT_EQ(names.size(), 3u);
  EXPECT_EQ(names[0].schema->text, "Äpfel");
  EXPECT_EQ(names[0].name.text, "foo$1");
  EXPECT_EQ(names[1].schema->text, "a\"b");
  EXPECT_EQ(names[1].name.text, "dat!a");
  EXPECT_EQ(names[2].name.text, "da");
  EXPECT_EQ(names[2].range.text(), "U&\"d!0061\" UESCAPE '!'");
}

TEST(Parser, LongNamesAreCutBetweenCharacters) {
  std::string name(62, 'a');
  Parsed parsed("DROP STREAM TABLE " + name + "é;");
  EXPECT_EQ(parsed.Get<DropStreamTable>().names[0].name.text, name);
  EXPECT_EQ(parsed.Messages(),
            Lines{"1:19 ST1006 name is longer than 63 bytes and is cut to `" + name + "`"});
}

TEST(Parser, NoKeywordIsReserved) {
  for (const char* word :
       {"all",         "alter",      "append",  "atomic",   "auto",    "by",           "calculated",
        "capture",     "cascade",    "cron",    "data",     "diamond", "differential", "drop",
        "exists",      "fastest",    "full",    "gate",     "gated",   "if",           "immediate",
        "independent", "initially",  "no",      "only",     "owner",   "refresh",      "rename",
        "replace",     "require",    "reset",   "restrict", "resume",  "row",          "schedule",
        "schema",      "set",        "slowest", "source",   "sources", "statement",    "stream",
        "suspend",     "tablespace", "uescape", "ungate",   "without"}) {
    std::string w = word;
    Parsed parsed("CREATE STREAM TABLE " + w + " (" + w + ") GATED BY (" + w + ") TABLESPACE " + w +
                  " NOT GATED AS SELECT " + "1;" + "CREATE STREAM TABLE IF NOT EXISTS " + w + "." +
                  w + " AS SELECT 1; ALTER STREAM TABLE " + w +
                  " SUSPEND; ALTER STREAM TABLE IF EXISTS " + w + " RENAME TO " + w +
                  "; DROP STREAM TABLE " + w + ", a CASCADE; REFRESH STREAM TABLE " + w +
                  " FULL; GATE SOURCE " + w + " WITHOUT CAPTURE; UNGATE SOURCE " + w + ";");
    ASSERT_EQ(parsed.Messages(), Lines{parsed.Messages().at(0)}) << w;  // only the gating twice
    EXPECT_EQ(parsed.Get<CreateStreamTable>(0).name.name.text, w);
    EXPECT_EQ(parsed.Get<CreateStreamTable>(1).name.schema->text, w);
    EXPECT_EQ(parsed.Get<RefreshStreamTable>(5).name.name.text, w);
  }
}

TEST(Parser, TheQueryBeginsAfterTheFirstAsOutsideParentheses) {
  Parsed parsed(
      "CREATE STREAM TABLE a WITH (fillfactor = 70) AS WITH x AS (SELECT 1) TABLE x WITH DATA;"
      "CREATE STREAM TABLE b AS (VALUES (1)) ;"
      "CREATE STREAM TABLE c AS SELECT 1 AS with_data\n -- end\n WITH /* */ NO DATA;"
      "ALTER STREAM TABLE d AS TABLE data;");
  EXPECT_EQ(parsed.Messages(), Lines{});
  EXPECT_EQ(parsed.Get<CreateStreamTable>(0).query.text(), "WITH x AS (SELECT 1) TABLE x");
  EXPECT_TRUE(parsed.Get<CreateStreamTable>(0).with_data->value);
  EXPECT_EQ(parsed.Get<CreateStreamTable>(1).query.text(), "(VALUES (1))");
  EXPECT_EQ(parsed.Get<CreateStreamTable>(2).query.text(), "SELECT 1 AS with_data");
  const auto& alter = parsed.Get<AlterStreamTable>(3);
  EXPECT_EQ(std::get<SetQuery>(alter.actions.at(0).action).query.text(), "TABLE data");
}

TEST(Parser, ReportsEveryIndependentError) {
  Parsed parsed(
      "CREATE STREAM TABLE a AS;\n"
      "CREATE STREAM TABLE b IMMEDIATE SCHEDULE 'x' AS SELECT 1;\n"
      "ALTER STREAM TABLE c RENAME d;\n"
      "DROP STREAM TABLE e f;");
  EXPECT_EQ(parsed.Messages(),
            (Lines{"1:25 ST1004 expected a query, found the end of the statement",
                   "2:33 ST1103 an IMMEDIATE stream table cannot have a SCHEDULE",
                   "2:42 ST1106 `x` is not a duration", "3:29 ST1004 expected `TO`, found `d`",
                   "4:21 ST1004 expected `CASCADE`, `RESTRICT`, `,` or the end of the statement, "
                   "found `f`"}));
  EXPECT_TRUE(std::holds_alternative<Unreadable>(parsed.file.statements[0].body));
}

TEST(Parser, StatementsCoverTheFile) {
  std::string text = "-- a\r\nCREATE TABLE t (a int) ; \n\n/* b */ DROP STREAM TABLE x\n;\n-- c\n";
  Parsed parsed(text);
  std::string again;
  for (const Statement& statement : parsed.file.statements) again += statement.Full().text();
  again += parsed.file.trailing.text();
  EXPECT_EQ(again, text);
  EXPECT_EQ(parsed.file.statements.at(1).leading.text(), " \n\n/* b */ ");
  EXPECT_EQ(parsed.file.statements.at(1).range.text(), "DROP STREAM TABLE x");
}

TEST(Parser, TextsThatNothingCanBeDoneWith) {
  EXPECT_EQ(Parsed("SELECT '\xff'").Messages(), Lines{"1:9 ST1001 invalid UTF-8 in `t.sql`"});
  EXPECT_EQ(Parsed(std::string("SELECT \0", 8)).Messages(),
            Lines{"1:8 ST1002 NUL byte in `t.sql`"});
  Parsed empty("-- nothing");
  ASSERT_EQ(empty.diagnostics.all().size(), 1u);
  EXPECT_EQ(empty.diagnostics.all()[0].code, source::Code::EmptyInput);
  EXPECT_TRUE(Parsed("-- nothing", FileRole::Schema).diagnostics.all().empty());
}

TEST(Parser, PsqlCommandsAreWelcomeInSchemaFilesOnly) {
  EXPECT_EQ(Parsed("\\restrict a\n", FileRole::Schema).Messages(), Lines{});
  EXPECT_EQ(Parsed("\\restrict a\n").Messages(),
            Lines{"1:1 ST1005 psql command `\\restrict` cannot be compiled"});
}

TEST(Parser, LongAndDeepStatements) {
  std::string columns = "c0";
  for (int i = 1; i < 20000; ++i) columns += ", c" + std::to_string(i);
  Parsed parsed("CREATE STREAM TABLE a (" + columns + ") AS SELECT " + std::string(50000, '(') +
                "1" + std::string(50000, ')'));
  EXPECT_EQ(parsed.Messages(), Lines{});
  EXPECT_EQ(parsed.Get<CreateStreamTable>().columns.size(), 20000u);
  Parsed broken("CREATE STREAM TABLE a (" + columns + " AS SELECT 1");
  EXPECT_EQ(broken.diagnostics.error_count(), 1u);
}

}  // namespace
}  // namespace tricklec::syntax
