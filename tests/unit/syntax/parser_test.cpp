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
      result.push_back(fmt::format("{}:{} {} {}", at.line, at.column, source::InfoOf(d.code).id,
                                   d.message));
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

}  // namespace
}  // namespace tricklec::syntax
