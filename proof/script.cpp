#include "tricklec/proof/script.h"

#include <fmt/format.h>

#include <algorithm>

#include "tricklec/proof/names.h"

namespace tricklec::proof {
namespace {

/// A text as comment lines.
std::string Comment(std::string text) {
  for (size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 4)) {
    text.replace(at, 1, "\n-- ");
  }
  return "-- " + text + "\n";
}

std::string Terminated(std::string sql) {
  while (!sql.empty() && (sql.back() == '\n' || sql.back() == ' ')) sql.pop_back();
  if (sql.empty() || sql.back() == ';') return sql + "\n";
  return sql + ";\n";
}

std::string Block(const std::vector<std::string>& statements) {
  std::string text = "BEGIN;\n";
  for (const std::string& sql : statements) text += Terminated(sql);
  return text + "COMMIT;\n";
}

class Writer {
 public:
  explicit Writer(const Setup& setup) : setup_(setup) {}

  void Write(const Step& step) {
    switch (step.kind) {
      case Step::Kind::Statement: text_ += Terminated(Render(step.sql)); break;
      case Step::Kind::Refresh: Refresh(); break;
      case Step::Kind::Savepoint:
      case Step::Kind::RollbackTo:
      case Step::Kind::Release: text_ += SavepointSql(step) + ";\n"; break;
    }
  }

  void Refresh() {
    for (const StreamTable& table : setup_.definitions().stream_tables) {
      if (table.immediate()) continue;
      text_ += fmt::format("SELECT pgtrickle.refresh_stream_table({});\n", SqlText(table.sql_name));
    }
  }

  std::string text_;

 private:
  const Setup& setup_;
};

}  // namespace

std::string ScriptOf(const Setup& setup, const History& history, const Failure& failure,
                     const std::vector<std::string>& how_found) {
  Writer writer(setup);
  std::string& text = writer.text_;
  for (const std::string& line : how_found) text += Comment(line);
  text += "-- In an empty database: psql -X -f THIS_FILE\n";
  text += "\n\\set ON_ERROR_STOP off\nSET client_min_messages = error;\nSET TimeZone = 'UTC';\n";
  text += "\n\\echo '-- runtime, tables'\n" + Block(setup.SchemaStatements());
  std::string stream_tables = "\n\\echo '-- stream tables'\n" +
                              Block(setup.StreamTableStatements()) + "RESET search_path;\n";
  if (!history.rows_first) text += stream_tables;
  if (!history.rows.empty()) text += "\n\\echo '-- rows'\n";
  for (const Step& step : history.rows) writer.Write(step);
  if (history.rows_first) text += stream_tables;
  text += "\n\\echo '-- changes'\n";
  // Replaying refreshed after the rows as well.
  if (!history.rows_first) writer.Refresh();
  for (const Transaction& given : history.transactions) {
    Transaction transaction = WithoutLostSavepoints(given);
    bool alone = transaction.begin.empty();
    text += "\n";
    if (!alone) text += transaction.begin + ";\n";
    for (const Step& step : transaction.steps) {
      bool about_savepoints =
          step.kind != Step::Kind::Statement && step.kind != Step::Kind::Refresh;
      if (!alone || !about_savepoints) writer.Write(step);
    }
    bool stays_open =
        &given == &history.transactions.back() && failure.place == Failure::Place::InTransaction;
    if (!alone && !stays_open) text += transaction.commits ? "COMMIT;\n" : "ROLLBACK;\n";
  }
  text += "\n";
  if (failure.place == Failure::Place::AtEnd) writer.Refresh();
  switch (failure.kind) {
    case FailureKind::Differs:
    case FailureKind::QueryFails:
    case FailureKind::FallsBack:
    case FailureKind::RefreshFails: {
      if (!failure.stream_table) break;
      const StreamTable& table = setup.definitions().stream_tables[*failure.stream_table];
      text += fmt::format("\\echo '-- rows of {} that differ from its query'\n", table.sql_name);
      text += Terminated(setup.comparisons()[*failure.stream_table].query());
      break;
    }
    case FailureKind::RefusedHere:
    case FailureKind::AcceptedHere:
    case FailureKind::SourcesDiffer:
    case FailureKind::Server:
      text += "\\echo '-- the last statement is the one it is about'\n";
      break;
  }
  return text;
}

}  // namespace tricklec::proof
