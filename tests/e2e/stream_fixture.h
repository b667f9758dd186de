#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tricklec/testsupport/bag.h"
#include "tricklec/testsupport/program.h"
#include "tricklec/testsupport/server.h"

namespace tricklec::testsupport {

/// A database with stream tables that are compared with their queries again and again.
class StreamFixture : public testing::Test {
 protected:
  StreamFixture() : session_(database_.Connect()) {
    database_.Connect().Run("ALTER DATABASE " + database_.name() +
                            " SET statement_timeout = '120s'");
  }

  /// Runs DDL, which also describes the schema to the compiler later.
  void Schema(const std::string& ddl) {
    schema_ += ddl + ";\n";
    session_.Run(ddl);
  }

  /// Compiles and runs `CREATE STREAM TABLE name IMMEDIATE AS query`; `name` is SQL. The user's
  /// query is kept as a view of the test's own.
  void Stream(const std::string& name, const std::string& query,
              CompareBy compare = CompareBy::kEqual) {
    std::string view = "oracle_" + std::to_string(streams_.size());
    session_.Run("CREATE VIEW " + view + " AS " + query);
    session_.Run(
        Compile("CREATE STREAM TABLE " + name + " IMMEDIATE AS " + query + ";\n", schema_));
    streams_.push_back({name, view, query, compare});
  }

  /// Whether every stream table holds its query, as this session sees it.
  testing::AssertionResult AllHold(Session& session) {
    for (const Stored& stream : streams_) {
      testing::AssertionResult holds =
          HoldsQuery(session, stream.name, "SELECT * FROM " + stream.view, stream.compare);
      if (!holds) return holds << "\nquery: " << stream.query;
    }
    return testing::AssertionSuccess();
  }
  testing::AssertionResult AllHold() { return AllHold(session_); }

  /// Runs a script and compares.
  testing::AssertionResult HoldAfter(const std::string& script) {
    std::optional<SqlError> error = session_.TryRun(script);
    if (error) return testing::AssertionFailure() << error->what();
    return AllHold() << "\nafter: " << script;
  }

  struct Stored {
    std::string name;
    std::string view;
    std::string query;
    CompareBy compare;
  };

  RuntimeDatabase database_;
  Session session_;
  std::string schema_;
  std::vector<Stored> streams_;
};

}  // namespace tricklec::testsupport
