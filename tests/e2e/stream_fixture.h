#pragma once

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "tricklec/testsupport/bag.h"
#include "tricklec/testsupport/program.h"
#include "tricklec/testsupport/server.h"

namespace tricklec::testsupport {

struct Query {
  const char* name;
  const char* text;
  CompareBy compare = CompareBy::kEqual;
};

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

  /// Compiles and runs `CREATE STREAM TABLE name mode AS query`; `name` is SQL. The user's query is
  /// kept as a view of the test's own. Later stream tables can read it.
  void Stream(const std::string& name, const std::string& query,
              CompareBy compare = CompareBy::kEqual, const std::string& mode = "IMMEDIATE") {
    std::string view = "oracle_" + std::to_string(streams_.size());
    session_.Run("CREATE VIEW " + view + " AS " + query);
    std::string statement = "CREATE STREAM TABLE " + name + " " + mode + " AS " + query + ";\n";
    session_.Run(CompileBeside(statement));
    defined_ += statement;
    streams_.push_back({name, view, query, compare});
  }

  /// The same for many, in one script, which takes less time. A number is added to their names.
  void StreamsAtOnce(const std::vector<Query>& queries, const std::string& mode) {
    std::string statements;
    for (const Query& query : queries) {
      std::string number = "_" + std::to_string(streams_.size());
      std::string name = query.name + number, view = "oracle" + number;
      session_.Run("CREATE VIEW " + view + " AS " + query.text);
      statements += "CREATE STREAM TABLE " + name + " " + mode + " AS " + query.text + ";\n";
      streams_.push_back({name, view, query.text, query.compare});
    }
    session_.Run(Compile(statements, schema_));
  }

  /// The script of one more stream table; those before it are known, but not in the script.
  std::string CompileBeside(const std::string& statement) {
    std::string before = defined_.empty() ? "" : Compile(defined_, schema_);
    std::string script = Compile(defined_ + statement, schema_);
    if (!script.starts_with(before)) throw std::logic_error("scripts depend on what follows");
    return script.substr(before.size());
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
  std::string defined_;  ///< statements of the stream tables so far
  std::vector<Stored> streams_;
};

}  // namespace tricklec::testsupport
