// The frozen runtimes and stream tables of tests/fixtures still do what they did.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tricklec/testsupport/server.h"

namespace tricklec::testsupport {
namespace {

std::string Read(const std::string& version, const std::string& name) {
  std::ifstream file(std::string(TRICKLEC_SOURCE_DIR) + "/tests/fixtures/" + version + "/" + name);
  if (!file) throw std::runtime_error("cannot read " + name + " of fixture " + version);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class Fixture : public testing::TestWithParam<const char*> {
 protected:
  Fixture() : session_(database_.Connect()) {
    for (const char* name : {"schema.sql", "data.sql"}) session_.Run(Read(GetParam(), name));
    for (const char* name : {"runtime.sql", "compiled.sql"}) {
      session_.Run("BEGIN;" + Read(GetParam(), name) + "COMMIT");
    }
    session_.Run(Read(GetParam(), "changes.sql"));
  }

  /// Names of the stream tables that differ from their queries.
  std::string Different(const std::string& condition) {
    return session_.Text(
        "SELECT coalesce(string_agg(s.name, ' ' ORDER BY s.name), '') FROM pgtrickle.pgt_status() "
        "AS s "
        "WHERE " +
        condition + " AND EXISTS (SELECT FROM pgtrickle.verify_stream_table(s.name))");
  }

  TestDatabase database_;
  Session session_;
};

TEST_P(Fixture, IsMaintainedAndRefreshed) {
  EXPECT_EQ(session_.Text("SELECT pgtrickle.version()"), GetParam());
  EXPECT_EQ(Different("s.refresh_mode = 'IMMEDIATE'"), "");
  // Changes wait in the buffers.
  EXPECT_EQ(
      Different(
          "s.refresh_mode <> 'IMMEDIATE' AND s.is_populated AND s.name <> 'public.big_regions'"),
      "public.page_counts public.region_totals public.snapshot_of_orders public.with_totals");
  EXPECT_EQ(session_.Text("SELECT count(*) > 0 FROM pgtrickle_changes.\"public.orders/changes\""),
            "t");
  for (const char* name : {"region_totals", "big_regions", "page_counts", "with_totals",
                           "snapshot_of_orders", "later"}) {
    session_.Run("SELECT pgtrickle.refresh_stream_table('" + std::string(name) + "')");
  }
  EXPECT_EQ(Different("true"), "");
  EXPECT_EQ(
      session_.Text("SELECT count(*) FROM pgtrickle.pgt_refresh_history WHERE was_full_fallback"),
      "0");
}

INSTANTIATE_TEST_SUITE_P(Versions, Fixture, testing::Values("0.4.0"));

}  // namespace
}  // namespace tricklec::testsupport
