// Schedules: the runtime reads what the compiler reads, and knows the next time.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tricklec/testsupport/server.h"

namespace tricklec::testsupport {
namespace {

// The compiler's unit test reads the same list.
std::vector<std::vector<std::string>> Cases(const std::string& kind) {
  std::ifstream file(TRICKLEC_SOURCE_DIR "/tests/schedules.txt");
  std::vector<std::vector<std::string>> cases;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(kind + "\t")) continue;
    std::istringstream parts(line + "\t");
    cases.emplace_back();
    for (std::string part; std::getline(parts, part, '\t');) cases.back().push_back(part);
  }
  EXPECT_FALSE(cases.empty()) << kind;
  return cases;
}

TEST(Schedules, AreReadAsTheCompilerReadsThem) {
  RuntimeDatabase database;
  Session session = database.Connect();
  for (const auto& one : Cases("duration")) {
    EXPECT_EQ(session.Text("SELECT pgtrickle.parse_duration_seconds(" + QuoteLiteral(one[1]) + ")"),
              one[2])
        << one[1];
    session.Run("SELECT pgtrickle.require_schedule(" + QuoteLiteral(one[1]) + ")");
  }
  for (const auto& one : Cases("calendar")) {
    EXPECT_FALSE(session.TryRun("SELECT pgtrickle.require_schedule(" + QuoteLiteral(one[1]) + ")"))
        << one[1];
  }
  for (const auto& one : Cases("wrong")) {
    auto error = session.TryRun("SELECT pgtrickle.require_schedule(" + QuoteLiteral(one[1]) + ")");
    ASSERT_TRUE(error) << one[1];
    EXPECT_EQ(error->sqlstate(), "22023") << one[1];
  }
}

TEST(Schedules, NextTimesOfCalendars) {
  RuntimeDatabase database;
  Session session = database.Connect();
  for (const auto& one : Cases("next")) {
    EXPECT_EQ(session.Text("SELECT pgtrickle.next_calendar_time(" + QuoteLiteral(one[1]) + ", " +
                           QuoteLiteral(one[2]) + ")"),
              one[3])
        << one[1] << " after " << one[2];
  }
}

// By looking at every moment, without the shortcuts.
TEST(Schedules, NextTimesAreTheFirstThatMatch) {
  RuntimeDatabase database;
  Session session = database.Connect();
  for (const std::string calendar :
       {"7,31 */6 * * *", "*/25 1-20/7 10,28-31 * *", "0 12 */5 2,4 mon-wed", "30 6 1,15 * sat",
        "59 23 29 feb,mar 0"}) {
    EXPECT_EQ(
        session.Text(
            "WITH c AS (SELECT * FROM pgtrickle.parse_calendar(" + QuoteLiteral(calendar) +
            ")), named AS (SELECT t FROM c, generate_series(timestamp '2027-12-30', '2028-05-02', "
            "'1 minute') t WHERE extract(minute FROM t) = ANY (c.minutes) "
            "AND extract(hour FROM t) = ANY (c.hours) AND extract(month FROM t) = ANY (c.months) "
            "AND CASE WHEN c.either_day THEN extract(day FROM t) = ANY (c.days) OR "
            "extract(dow FROM t) = ANY (c.weekdays) ELSE extract(day FROM t) = ANY (c.days) AND "
            "extract(dow FROM t) = ANY (c.weekdays) END), "
            "pair AS (SELECT t, lead(t) OVER (ORDER BY t) AS next FROM named) "
            "SELECT count(*) > 0 AND bool_and(pgtrickle.next_calendar_time(" +
            QuoteLiteral(calendar) + ", t) = next) FROM pair WHERE next IS NOT NULL"),
        "t")
        << calendar;
  }
}

TEST(Schedules, CalendarsAreInTheTimeZoneOfTheSetting) {
  RuntimeDatabase database;
  Session session = database.Connect();
  auto next = [&](const std::string& schedule, const std::string& after) {
    return session.Text("SELECT pgtrickle.next_time(" + QuoteLiteral(schedule) + ", " +
                        QuoteLiteral(after) + ") AT TIME ZONE 'UTC'");
  };
  session.Run("SET TimeZone = 'Asia/Tokyo'");
  EXPECT_EQ(next("0 3 * * *", "2026-07-01 12:00+00"), "2026-07-02 03:00:00");
  EXPECT_EQ(next("90m", "2026-07-01 12:00+00"), "2026-07-01 13:30:00");
  session.Run(
      "UPDATE pgtrickle.pgt_settings SET value = 'Europe/Berlin' "
      "WHERE key = 'schedule_time_zone'");
  EXPECT_EQ(next("0 3 * * *", "2026-07-01 12:00+00"), "2026-07-02 01:00:00");
  // 02:30 does not exist on 29 March, and comes twice on 25 October.
  EXPECT_EQ(next("30 2 * * *", "2026-03-28 12:00+00"), "2026-03-29 01:30:00");
  EXPECT_EQ(next("30 2 * * *", "2026-03-29 01:30+00"), "2026-03-30 00:30:00");
  EXPECT_EQ(next("30 2 * * *", "2026-10-24 12:00+00"), "2026-10-25 01:30:00");
  EXPECT_EQ(next("30 2 * * *", "2026-10-25 01:30+00"), "2026-10-26 01:30:00");
}

}  // namespace
}  // namespace tricklec::testsupport
