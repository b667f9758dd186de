#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tricklec::testsupport {

/// One value as PostgreSQL prints it; NULL is std::nullopt.
using Value = std::optional<std::string>;
using Row = std::vector<Value>;

/// What the server refused. `what()` is the whole message with DETAIL, HINT and CONTEXT lines and
/// the start of the script.
class SqlError : public std::runtime_error {
 public:
  SqlError(std::string sqlstate, const std::string& message)
      : std::runtime_error(message), sqlstate_(std::move(sqlstate)) {}
  const std::string& sqlstate() const { return sqlstate_; }

 private:
  std::string sqlstate_;
};

/// One connection. Statements run outside any transaction unless the script itself says BEGIN; a
/// script of several statements is one implicit transaction, as in PostgreSQL's simple query
/// protocol.
class Session {
 public:
  explicit Session(const std::string& connection_string);
  ~Session();
  Session(Session&&) noexcept;

  /// Runs a script of any number of statements. Throws SqlError.
  void Run(std::string_view script);

  /// Runs a script and returns the error, if there was one.
  std::optional<SqlError> TryRun(std::string_view script);

  /// The rows of the script's last statement. Throws SqlError.
  std::vector<Row> Rows(std::string_view query);

  /// The names of the columns of the script's last statement, a query. Throws SqlError.
  std::vector<std::string> ColumnNames(std::string_view query);

  /// The single value of a query of one row and one column; anything else throws
  /// std::runtime_error.
  Value Single(std::string_view query);

  /// As Single, for a value that is not NULL.
  std::string Text(std::string_view query);

  /// Number of rows that the script's last statement inserted, updated, deleted or returned.
  size_t AffectedRows(std::string_view script);

  /// Notices and warnings since the last call, in order, as the server printed them.
  std::vector<std::string> TakeNotices();

  int backend_pid() const;

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

/// `"name"`, with quotes doubled.
std::string QuoteIdentifier(std::string_view name);

/// `'text'` as a literal of standard_conforming_strings.
std::string QuoteLiteral(std::string_view text);

/// Rows one a line, values separated by `|`, NULL as `NULL`: for comparing with a literal in a
/// test.
std::string Printed(const std::vector<Row>& rows);

/// Whether the script fails with this SQLSTATE and, where given, a message (CONTEXT included) that
/// contains `part`.
testing::AssertionResult FailsWith(Session& session, std::string_view sqlstate,
                                   std::string_view script, std::string_view part = {});

}  // namespace tricklec::testsupport
