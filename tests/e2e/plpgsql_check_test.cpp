// plpgsql_check over every generated function of the whole catalogue of random tests.
#include "stream_fixture.h"
#include "tricklec/tables/table_case.h"

namespace tricklec::testsupport {
namespace {

TEST(PlpgsqlCheck, HasNothingToSay) {
  if (TestServer::Shared().version() != 15)
    GTEST_SKIP() << "only Debian's server has plpgsql_check";
  for (const tables::TableCase& table : tables::TableCases()) {
    SCOPED_TRACE(table.name);
    RuntimeDatabase database;
    Session session = database.Connect();
    std::string schema = std::string(tables::KindsDdl()) + "CREATE SCHEMA " +
                         QuoteIdentifier(table.schema) + ";\n" + table.Ddl(table.schema);
    session.Run(schema);
    std::string streams;
    for (const char* mode : {"IMMEDIATE", "DIFFERENTIAL", "FULL"}) {
      for (size_t i = 0; i < table.queries.size(); ++i) {
        streams += "CREATE STREAM TABLE " + QuoteIdentifier(table.schema) + "." + mode +
                   std::to_string(i) + " " + mode + " AS " +
                   table.QueryText(table.queries[i], table.schema) + ";\n";
      }
    }
    session.Run(Compile(streams, schema));
    session.Run("CREATE EXTENSION plpgsql_check");
    // Trigger functions are checked with the relation and transition tables they are installed for.
    std::string findings = Printed(session.Rows(R"(
      SELECT p.proname, c.level, c.sqlstate, c.message, c.detail, c.query
      FROM pg_proc AS p
      JOIN pg_namespace AS n ON n.oid = p.pronamespace
      JOIN pg_language AS l ON l.oid = p.prolang
      LEFT JOIN pg_trigger AS t ON t.tgfoid = p.oid
      CROSS JOIN LATERAL plpgsql_check_function_tb(p.oid, coalesce(t.tgrelid, 0),
        oldtable => t.tgoldtable, newtable => t.tgnewtable, performance_warnings => false,
        security_warnings => true, extra_warnings => true) AS c
      WHERE n.nspname = 'pgtrickle_impl' AND l.lanname = 'plpgsql'
      ORDER BY 1, 2, 4 LIMIT 20)"));
    EXPECT_EQ(findings, "");
    EXPECT_NE(
        session.Text(
            "SELECT count(*) FROM pg_proc WHERE pronamespace = 'pgtrickle_impl'::regnamespace"),
        "0");
  }
}

}  // namespace
}  // namespace tricklec::testsupport
