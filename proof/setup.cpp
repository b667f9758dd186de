#include "tricklec/proof/setup.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "tricklec/proof/names.h"
#include "tricklec/runtime/runtime.h"

namespace tricklec::proof {
namespace {

constexpr const char* kSchema = "tricklec_test";

/// Runs a statement; makes roles that it names and that are not there.
db::Result<db::Rows> RunWithRoles(db::Connection& connection, const std::string& sql,
                                  bool may_make_roles) {
  constexpr int kMostRoles = 20;
  for (int i = 0;; ++i) {
    db::Result<db::Rows> done = connection.Run(sql);
    if (done.ok() || !may_make_roles || i == kMostRoles) return done;
    const std::string& message = done.error().message;
    constexpr std::string_view kStart = "role \"";
    constexpr std::string_view kEnd = "\" does not exist";
    bool missing =
        done.error().sqlstate == "42704" && message.starts_with(kStart) && message.ends_with(kEnd);
    if (!missing) return done;
    std::string name = message.substr(kStart.size(), message.size() - kStart.size() - kEnd.size());
    if (!connection.Run("CREATE ROLE " + SqlName(name)).ok()) return done;
  }
}

std::string FirstWord(std::string_view text) {
  std::string word;
  for (char c : text) {
    if (isalpha(static_cast<unsigned char>(c)) == 0) break;
    word += static_cast<char>(toupper(static_cast<unsigned char>(c)));
  }
  return word;
}

/// Settings of newer servers in the dump of a schema mean nothing to an older one.
bool MayFail(const SetupStep& step) { return FirstWord(step.statement.text()) == "SET"; }

/// Whether a statement after the stream tables leaves tables and their rows alone.
bool IsDecoration(const SetupStep& step) {
  std::string word = FirstWord(step.statement.text());
  return step.about_stream_tables || word == "COMMENT" || word == "GRANT" || word == "SET";
}

}  // namespace

Setup::Setup(Databases& databases, Definitions definitions)
    : databases_(databases), definitions_(std::move(definitions)) {}

Setup::~Setup() {
  for (const std::string& name : {schema_, base_, full_, twin_}) {
    if (!name.empty()) databases_.Drop(name);
  }
}

std::string Setup::ViewOf(size_t stream_table) {
  return fmt::format("{}.query_{}", kSchema, stream_table + 1);
}

std::vector<std::string> Setup::StatementsOf(const SetupStep& step) const {
  std::vector<std::string> statements;
  if (step.starts_input) statements.emplace_back("RESET search_path");
  statements.push_back(step.sql);
  if (!step.stream_table) return statements;
  const StreamTable& table = definitions_.stream_tables[*step.stream_table];
  std::vector<std::string> columns;
  for (const StoredColumn& column : table.columns) columns.push_back(SqlName(column.name));
  statements.push_back(fmt::format("CREATE VIEW {} ({}) AS\n{}", ViewOf(*step.stream_table),
                                   fmt::join(columns, ", "), table.query));
  if (!table.filled) {
    statements.push_back(
        fmt::format("SELECT pgtrickle.refresh_stream_table({})", SqlText(table.sql_name)));
  }
  return statements;
}

std::vector<std::string> Setup::SchemaStatements() const {
  std::vector<std::string> statements = RuntimeStatements();
  for (size_t i = 0; i < first_stream_table_.value_or(definitions_.setup.size()); ++i) {
    for (std::string& sql : StatementsOf(definitions_.setup[i]))
      statements.push_back(std::move(sql));
  }
  return statements;
}

std::vector<std::string> Setup::RuntimeStatements() const {
  std::vector<std::string> statements = {
      std::string(runtime::InstallScript(runtime::CurrentVersion())),
      fmt::format("CREATE SCHEMA {}", kSchema)};
  for (size_t i = 0; i < branches_.size(); ++i) {
    statements.push_back(fmt::format("CREATE SEQUENCE {}.branch_{}", kSchema, i));
  }
  return statements;
}

std::vector<std::string> Setup::SettingsOf(size_t step) const {
  std::vector<std::string> statements;
  size_t start = std::min(step, definitions_.setup.size());
  while (start > 0 &&
         (start >= definitions_.setup.size() || !definitions_.setup[start].starts_input)) {
    --start;
  }
  for (size_t i = start; i < step; ++i) {
    const SetupStep& setting = definitions_.setup[i];
    if (FirstWord(setting.statement.text()) == "SET") statements.push_back(setting.sql);
  }
  return statements;
}

std::vector<std::string> Setup::StreamTableStatements() const {
  std::vector<std::string> statements;
  if (!first_stream_table_) return statements;
  statements = SettingsOf(*first_stream_table_);
  for (size_t i = *first_stream_table_; i < definitions_.setup.size(); ++i) {
    for (std::string& sql : StatementsOf(definitions_.setup[i]))
      statements.push_back(std::move(sql));
  }
  return statements;
}

bool Setup::MakeSchema(const SetupOptions& options, SetupError& error) {
  db::Result<std::string> name = databases_.Make();
  if (!name.ok()) return error.error = name.error(), false;
  schema_ = name.value();
  db::Result<db::Connection> connection = databases_.Connect(schema_);
  if (!connection.ok()) return error.error = connection.error(), false;
  std::vector<SetupStep> kept;
  bool before = true;
  for (SetupStep& step : definitions_.setup) {
    before = before && !step.about_stream_tables;
    if (before) {
      if (step.starts_input) (void)connection.value().Run("RESET search_path");
      db::Result<db::Rows> done = RunWithRoles(connection.value(), step.sql, options.own_server);
      if (!done.ok() && (options.tolerant || MayFail(step))) continue;
      if (!done.ok()) {
        error = {done.error(), step.statement};
        return false;
      }
    } else if (step.stream_table && !first_stream_table_) {
      first_stream_table_ = kept.size();
    }
    kept.push_back(std::move(step));
  }
  if (!first_stream_table_) first_stream_table_ = kept.size();
  definitions_.setup = std::move(kept);
  return true;
}

bool Setup::MakeTwin(const SetupOptions& options, SetupError& error) {
  db::Result<std::string> name = databases_.Make(schema_);
  if (!name.ok()) return error.error = name.error(), false;
  twin_ = name.value();
  db::Result<db::Connection> connection = databases_.Connect(twin_);
  if (!connection.ok()) return error.error = connection.error(), false;
  for (const std::string& sql : SettingsOf(first_stream_table_.value_or(0))) {
    (void)connection.value().Run(sql);
  }
  bool views = false;
  std::vector<SetupStep> kept;
  for (size_t i = 0; i < definitions_.setup.size(); ++i) {
    const SetupStep& step = definitions_.setup[i];
    if (i < *first_stream_table_) {
      kept.push_back(step);
      continue;
    }
    std::string sql = step.sql;
    if (step.starts_input) (void)connection.value().Run("RESET search_path");
    if (step.about_stream_tables) {
      kept.push_back(step);
      if (!step.stream_table) continue;
      const StreamTable& table = definitions_.stream_tables[*step.stream_table];
      std::vector<std::string> columns;
      for (const StoredColumn& column : table.columns) columns.push_back(SqlName(column.name));
      sql = fmt::format("CREATE VIEW {} ({}) AS\n{}", table.sql_name, fmt::join(columns, ", "),
                        table.query);
      views = true;
    }
    db::Result<db::Rows> done = RunWithRoles(connection.value(), sql, options.own_server);
    // Indexes and the like of a stream table cannot be had of a view.
    bool about_a_view = views && !done.ok() && done.error().sqlstate == "42809";
    bool refused = !done.ok() && !about_a_view;
    if (refused && !step.stream_table && (options.tolerant || MayFail(step))) continue;
    if (refused) {
      error = {done.error(), step.statement};
      return false;
    }
    if (!step.about_stream_tables) kept.push_back(step);
  }
  definitions_.setup = std::move(kept);
  std::vector<TableName> sources;
  std::vector<std::string> constants;
  for (const StreamTable& table : definitions_.stream_tables) {
    for (const ir::ObjectName& read : table.reads) sources.push_back({read.schema, read.name});
    for (std::string& constant : ConstantsOf(table.query)) constants.push_back(std::move(constant));
  }
  db::Result<Facts> facts = ReadFacts(connection.value(), sources, constants);
  if (!facts.ok()) return error.error = facts.error(), false;
  facts_ = std::move(facts.value());
  return true;
}

bool Setup::MakeMain(const SetupOptions& options, SetupError& error) {
  for (SetupStep& step : definitions_.setup) {
    if (!step.stream_table) continue;
    if (options.edit) step.sql = options.edit(step.sql);
    if (options.coverage) step.sql = Instrumented(step.sql, kSchema, branches_);
  }
  // Both sides are copies of one database: rows that the schema's files insert may be others each time.
  db::Result<std::string> base = databases_.Make(schema_);
  if (!base.ok()) return error.error = base.error(), false;
  base_ = base.value();
  auto run = [&](const std::string& database, const std::vector<std::string>& statements) {
    db::Result<db::Connection> connection = databases_.Connect(database);
    if (!connection.ok()) return error.error = connection.error(), false;
    for (const std::string& sql : statements) {
      db::Result<db::Rows> done = RunWithRoles(connection.value(), sql, options.own_server);
      if (done.ok()) continue;
      error.error = done.error();
      for (const SetupStep& step : definitions_.setup) {
        if (step.sql == sql) error.statement = step.statement;
      }
      return false;
    }
    for (size_t i = 0; database == full_ && i < definitions_.stream_tables.size(); ++i) {
      const StreamTable& table = definitions_.stream_tables[i];
      comparisons_.emplace_back(table, ViewOf(i),
                                HasEquality(connection.value(), table, ViewOf(i)));
    }
    return true;
  };
  if (!run(base_, RuntimeStatements())) return false;
  db::Result<std::string> full = databases_.Make(base_);
  if (!full.ok()) return error.error = full.error(), false;
  full_ = full.value();
  if (!run(full_, StreamTableStatements())) return false;
  size_t first = first_stream_table_.value_or(definitions_.setup.size());
  bool decorated_only = std::all_of(definitions_.setup.begin() + static_cast<std::ptrdiff_t>(first),
                                    definitions_.setup.end(),
                                    [](const SetupStep& step) { return IsDecoration(step); });
  if (!decorated_only) {
    databases_.Drop(base_);
    base_.clear();
  }
  return true;
}

std::unique_ptr<Setup> Setup::Make(Databases& databases, const Definitions& definitions,
                                   const SetupOptions& options, SetupError& error) {
  std::unique_ptr<Setup> setup(new Setup(databases, definitions));
  if (!setup->MakeSchema(options, error) || !setup->MakeTwin(options, error) ||
      !setup->MakeMain(options, error)) {
    return nullptr;
  }
  return setup;
}

}  // namespace tricklec::proof
