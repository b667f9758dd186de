#include "tricklec/randomdml/history.h"

#include <fmt/format.h>

#include <optional>

#include "tricklec/randomdml/statements.h"
#include "tricklec/testsupport/program.h"
#include "tricklec/testsupport/server.h"

namespace tricklec::randomdml {
namespace {

using testing::AssertionFailure;
using testing::AssertionResult;
using testing::AssertionSuccess;
using testsupport::CompareBy;
using testsupport::QuoteIdentifier;
using testsupport::QuoteLiteral;
using testsupport::Session;
using testsupport::SqlError;

constexpr std::string_view kTwin = "twin";

/// How the statements of a transaction are separated.
enum class Shape { kAutocommit, kTransaction, kSavepoints };

struct StreamTable {
  std::string name;  ///< qualified and quoted
  std::string view;  ///< the user's query, as a view of the test
  std::string twin_view;
  StreamQuery query;
};

/// Settings that a session may have and that must not matter.
const std::vector<std::string>& SessionSettings() {
  static const std::vector<std::string> settings = {"SET TimeZone = 'Asia/Kathmandu'",
                                                    "SET DateStyle = 'SQL, DMY'",
                                                    "SET DateStyle = 'German'",
                                                    "SET IntervalStyle = 'sql_standard'",
                                                    "SET extra_float_digits = -3",
                                                    "SET bytea_output = 'escape'",
                                                    "SET standard_conforming_strings = off",
                                                    "SET transform_null_equals = on",
                                                    "SET enable_hashagg = off",
                                                    "SET enable_sort = off",
                                                    "SET plan_cache_mode = force_generic_plan",
                                                    "SET plpgsql.variable_conflict = 'use_column'",
                                                    "SET enable_nestloop = off",
                                                    "SET enable_indexscan = off",
                                                    "SET client_min_messages = 'debug1'",
                                                    "SET constraint_exclusion = on",
                                                    "SET array_nulls = off",
                                                    "SET escape_string_warning = off"};
  return settings;
}

/// A session in which nothing may take longer than a minute, not even after RESET ALL.
Session Connect(const testsupport::TestDatabase& database) {
  database.Connect().Run("ALTER DATABASE " + database.name() + " SET statement_timeout = '60s'");
  return database.Connect();
}

class History {
 public:
  History(const TableCase& table, const HistoryOptions& options)
      : table_(table), options_(options), rng_(options.seed), session_(Connect(database_)) {
    if (!options.reference) session_.Run(testsupport::RuntimeSql());
  }

  AssertionResult Run();

 private:
  AssertionResult Prepare();
  AssertionResult RunTransaction(StatementGenerator& generator);
  AssertionResult RunStatement(const Statement& statement, Shape shape, bool& transaction_over);
  AssertionResult Check(std::string_view when);
  /// The error of the first query that fails over the twin's rows.
  std::optional<SqlError> TwinQueryError();
  void Execute(const std::string& sql);
  std::optional<SqlError> Try(const std::string& sql);
  AssertionResult Failure(const std::string& what);

  const TableCase& table_;
  const HistoryOptions& options_;
  proof::Rng rng_;
  testsupport::TestDatabase database_;
  Session session_;
  std::vector<StreamTable> stream_tables_;
  std::string script_;
};

AssertionResult History::Failure(const std::string& what) {
  return AssertionFailure() << what << "\nseed " << options_.seed << ", table case " << table_.name
                            << ", PostgreSQL " << database_.server().version() << ", history:\n"
                            << script_;
}

void History::Execute(const std::string& sql) {
  script_ += sql + ";\n";
  session_.Run(sql);
}

std::optional<SqlError> History::Try(const std::string& sql) {
  script_ += sql + ";\n";
  std::optional<SqlError> error = session_.TryRun(sql);
  if (error) script_ += "-- fails: " + error->sqlstate() + "\n";
  return error;
}

AssertionResult History::Prepare() {
  std::string schema_ddl = std::string(KindsDdl()) + StatementGenerator::NestedFunctionDdl() +
                           "CREATE SCHEMA " + QuoteIdentifier(table_.schema) + ";\n" +
                           table_.Ddl(table_.schema);
  Execute(schema_ddl);
  Execute("CREATE SCHEMA twin; CREATE SCHEMA oracle; CREATE SCHEMA oracle_twin;\n" +
          table_.Ddl(std::string(kTwin)));
  bool triggers_first = rng_.Chance(50);
  std::string triggers =
      StatementGenerator::NestedTriggersDdl(table_.QualifiedTable(table_.schema)) +
      StatementGenerator::NestedTriggersDdl(table_.QualifiedTable(std::string(kTwin)));
  if (triggers_first) Execute(triggers);

  std::vector<StreamQuery> queries = table_.queries;
  for (int i = 0; i < options_.random_queries; ++i) queries.push_back(RandomQuery(table_, rng_));
  std::string statements;
  std::vector<NamedQuery> named;
  for (size_t i = 0; i < queries.size(); ++i) {
    std::string name = "st" + std::to_string(i + 1);
    std::string query = table_.QueryText(queries[i], table_.schema);
    stream_tables_.push_back({QuoteIdentifier(table_.schema) + "." + name, "oracle." + name,
                              "oracle_twin." + name, queries[i]});
    named.push_back({stream_tables_.back().name, query});
    statements +=
        "CREATE STREAM TABLE " + stream_tables_.back().name + " IMMEDIATE AS " + query + ";\n";
    session_.Run("CREATE VIEW oracle." + name + " AS " + query);
    session_.Run("CREATE VIEW oracle_twin." + name + " AS " +
                 table_.QueryText(queries[i], std::string(kTwin)));
  }
  script_ += "/* stream tables:\n" + statements + "*/\n";
  std::string compiled;
  try {
    compiled = options_.reference ? options_.reference(table_.QualifiedTable(table_.schema), named)
                                  : testsupport::Compile(statements, schema_ddl);
  } catch (const std::runtime_error& error) {
    return Failure(error.what());
  }
  // Some stream tables start over rows, some over an empty table.
  bool rows_first = !table_.starts_empty && rng_.Chance(60);
  std::string path = session_.Text("SELECT current_setting('data_directory')") + "/copied_rows";
  StatementGenerator generator(table_, path, rng_);
  std::string rows = generator.InitialRows();
  auto insert_both = [&] {
    for (const std::string& schema : {table_.schema, std::string(kTwin)}) {
      Execute("SET search_path = " + QuoteIdentifier(schema) + ", public");
      Execute(rows);
    }
    Execute("RESET search_path");
  };
  if (rows_first) insert_both();
  script_ += "-- here the compiled script runs\n";
  if (std::optional<SqlError> error = session_.TryRun(compiled)) {
    return Failure(std::string("the script failed: ") + error->what());
  }
  if (!triggers_first) Execute(triggers);
  for (const StreamTable& stream_table : stream_tables_) {
    AssertionResult same = testsupport::SameRows(
        session_,
        fmt::format("SELECT attname::text, format_type(atttypid, atttypmod), attcollation::text "
                    "FROM pg_attribute WHERE attrelid = {}::regclass AND attnum > 0 "
                    "AND NOT attisdropped AND attname NOT LIKE '\\_\\_pgt\\_%'",
                    QuoteLiteral(stream_table.name)),
        fmt::format("SELECT attname::text, format_type(atttypid, atttypmod), attcollation::text "
                    "FROM pg_attribute WHERE attrelid = {}::regclass AND attnum > 0",
                    QuoteLiteral(stream_table.view)));
    if (!same) return Failure("columns of " + stream_table.name + ": " + same.message());
  }
  AssertionResult checked = Check("after creation");
  if (!checked) return checked;
  if (rows_first || table_.starts_empty) return checked;
  insert_both();
  return Check("after the first rows");
}

std::optional<SqlError> History::TwinQueryError() {
  for (const StreamTable& stream_table : stream_tables_) {
    // The text of every row, so that no column is optimised away.
    std::optional<SqlError> error = session_.TryRun("SAVEPOINT look; SELECT count(q::text) FROM " +
                                                    stream_table.twin_view + " AS q; RELEASE look");
    if (error && error->sqlstate() == "25P01") {  // no transaction, no savepoint
      error = session_.TryRun("SELECT count(q::text) FROM " + stream_table.twin_view + " AS q");
    } else if (error) {
      session_.Run("ROLLBACK TO look; RELEASE look");
    }
    if (error) return error;
  }
  return std::nullopt;
}

AssertionResult History::Check(std::string_view when) {
  AssertionResult twins = testsupport::SameRows(
      session_, "SELECT * FROM " + table_.QualifiedTable(table_.schema),
      "SELECT * FROM " + table_.QualifiedTable(std::string(kTwin)), CompareBy::kImage);
  if (!twins) return Failure(fmt::format("{}, the twins differ: {}", when, twins.message()));
  for (const StreamTable& stream_table : stream_tables_) {
    AssertionResult holds = AssertionSuccess();
    try {
      holds =
          testsupport::HoldsQuery(session_, stream_table.name, "SELECT * FROM " + stream_table.view,
                                  stream_table.query.compare);
    } catch (const SqlError& error) {
      holds = AssertionFailure() << "a statement passed after which the query fails: "
                                 << error.what();
    }
    if (!holds) {
      return Failure(fmt::format("{}, {} as {}\n{}", when, stream_table.name,
                                 table_.QueryText(stream_table.query, table_.schema),
                                 holds.message()));
    }
  }
  return AssertionSuccess();
}

AssertionResult History::RunStatement(const Statement& statement, Shape shape,
                                      bool& transaction_over) {
  for (const auto& [setting, command] : statement.nested) {
    Execute("SELECT set_config(" + QuoteLiteral(setting) + ", " + QuoteLiteral(command) +
            ", false)");
  }
  bool savepoints = shape == Shape::kSavepoints;
  auto run_in = [&](const std::string& schema) {
    Execute("SET search_path = " + QuoteIdentifier(schema) + ", public");
    if (!statement.nested.empty()) Execute("SET nested.calls_left = 5");
    if (savepoints) Execute("SAVEPOINT statement");
    std::optional<SqlError> error = Try(statement.sql);
    if (savepoints)
      Execute(error ? "ROLLBACK TO statement; RELEASE statement" : "RELEASE statement");
    return error;
  };
  std::optional<SqlError> plain = run_in(std::string(kTwin));
  if (plain && shape == Shape::kTransaction) {
    transaction_over = true;  // the twin proves nothing more in this transaction
    return AssertionSuccess();
  }
  std::optional<SqlError> raised = plain ? plain : TwinQueryError();
  std::optional<SqlError> error = run_in(table_.schema);
  // Where one statement runs several, a query may fail over rows in between, which the twin never
  // asks about.
  bool in_between = error && error->sqlstate().substr(0, 2) == "22" && table_.starts_empty &&
                    (!statement.nested.empty() || statement.sql.rfind("DO ", 0) == 0);
  if (!in_between && raised.has_value() != error.has_value()) {
    return Failure(error
                       ? std::string("only the table with stream tables refused: ") + error->what()
                       : std::string("only the twin refused: ") + raised->what());
  }
  if (error && !in_between && error->sqlstate().substr(0, 2) != raised->sqlstate().substr(0, 2)) {
    return Failure(std::string("different errors: ") + error->what() + "\nand " + raised->what());
  }
  if (error && !plain && shape == Shape::kAutocommit) {
    // The twin has done what the table refused: it is made equal again.
    std::string columns;
    for (size_t column : table_.WritableColumns()) {
      columns += (columns.empty() ? "" : ", ") + QuoteIdentifier(table_.columns[column].name);
    }
    for (const auto& [setting, command] : statement.nested) Execute("RESET " + setting);
    Execute("TRUNCATE " + table_.QualifiedTable(std::string(kTwin)) + "; INSERT INTO " +
            table_.QualifiedTable(std::string(kTwin)) + " (" + columns + ") SELECT " + columns +
            " FROM " + table_.QualifiedTable(table_.schema));
  }
  if (error && shape == Shape::kTransaction) {
    transaction_over = true;
    return AssertionSuccess();
  }
  if (error && !plain && savepoints) {
    // As above: the twin alone goes back, with the whole transaction.
    transaction_over = true;
    Execute("ROLLBACK");
    return Check("after a statement that a query refused");
  }
  for (const auto& [setting, command] : statement.nested) Execute("RESET " + setting);
  return Check("after a statement");
}

AssertionResult History::RunTransaction(StatementGenerator& generator) {
  Shape shape = std::vector<Shape>{Shape::kAutocommit, Shape::kTransaction,
                                   Shape::kSavepoints}[rng_.Below(3)];
  bool changed_setting = rng_.Chance(25);
  if (changed_setting) Execute(rng_.Pick(SessionSettings()));
  if (shape != Shape::kAutocommit) {
    Execute(std::vector<std::string>{"BEGIN", "BEGIN", "BEGIN ISOLATION LEVEL REPEATABLE READ",
                                     "BEGIN ISOLATION LEVEL SERIALIZABLE"}[rng_.Below(4)]);
    if (rng_.Chance(30)) Execute("SET CONSTRAINTS ALL DEFERRED");
  }
  bool over = false;
  bool savepoint = false;
  for (size_t i = 1 + rng_.Below(5); i > 0 && !over; --i) {
    // Part of the transaction is undone while the rest goes on.
    if (shape == Shape::kSavepoints && !savepoint && rng_.Chance(30)) {
      Execute("SAVEPOINT undone");
      savepoint = true;
    }
    AssertionResult result = RunStatement(generator.Next(), shape, over);
    if (!result) return result;
    if (savepoint && !over && rng_.Chance(50)) {
      Execute("ROLLBACK TO undone");
      savepoint = false;
      result = Check("after ROLLBACK TO");
      if (!result) return result;
    }
  }
  if (shape != Shape::kAutocommit) {
    std::optional<SqlError> error = Try(over || rng_.Chance(25) ? "ROLLBACK" : "COMMIT");
    // A deferred key that is still violated refuses the COMMIT: that is PostgreSQL's own business.
    if (error && error->sqlstate() != "23505") return Failure(error->what());
  }
  Execute("RESET ALL");
  return Check("after the transaction");
}

AssertionResult History::Run() {
  try {
    AssertionResult prepared = Prepare();
    if (!prepared) return prepared;
    std::string path = session_.Text("SELECT current_setting('data_directory')") + "/copied_rows";
    StatementGenerator generator(table_, path, rng_);
    for (int i = 0; i < options_.transactions; ++i) {
      AssertionResult result = RunTransaction(generator);
      if (!result) return result;
    }
    return AssertionSuccess();
  } catch (const std::runtime_error& error) {
    return Failure(std::string("unexpected error: ") + error.what());
  }
}

}  // namespace

AssertionResult RunHistory(const TableCase& table, const HistoryOptions& options) {
  return History(table, options).Run();
}

}  // namespace tricklec::randomdml
