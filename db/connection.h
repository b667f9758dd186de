#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace tricklec::db {

/// What the server, or the way to it, said. Fields are empty (0) where nothing was said.
struct Error {
  std::string sqlstate;  ///< five characters; empty if no server answered
  std::string message;
  std::string detail;
  std::string hint;
  std::string context;
  size_t line = 0;    ///< 1-based line in the text that was run
  size_t column = 0;  ///< 1-based, in code points; 0 where only the line is known
};

/// A value, or the error instead of it.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : content_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return content_.index() == 0; }
  T& value() { return std::get<0>(content_); }
  const T& value() const { return std::get<0>(content_); }
  const Error& error() const { return std::get<1>(content_); }

 private:
  std::variant<T, Error> content_;
};

/// A value as PostgreSQL prints it; NULL is std::nullopt.
using Value = std::optional<std::string>;

struct Rows {
  std::vector<std::string> columns;
  std::vector<std::vector<Value>> rows;
};

/// A message of the server that is no error, such as a NOTICE or WARNING.
struct Notice {
  std::string severity;  ///< as the server writes it, "NOTICE"
  std::string message;
  std::string detail;
  std::string hint;
};

/// One connection to a PostgreSQL server. Never throws: everything that can go wrong is an Error.
/// A lost connection stays lost (08003); it is never replaced by one without the session's state.
class Connection {
 public:
  /// \param target a libpq URL or key=value string; what it leaves out comes from the environment
  ///        (PGHOST …), the service file and the password file, as for every libpq program
  static Result<Connection> Open(const std::string& target);

  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();

  /// Runs a script of any number of statements with the simple query protocol: outside a
  /// transaction block it is one implicit transaction.
  /// \return the rows of the last statement
  Result<Rows> Run(std::string_view script);

  /// Runs one statement with parameters $1, $2, …, all given as text.
  Result<Rows> Query(std::string_view statement, const std::vector<std::string>& parameters);

  /// Notices and warnings since the last call, in order.
  std::vector<Notice> TakeNotices();

 private:
  struct Session;
  explicit Connection(std::unique_ptr<Session> session);

  std::unique_ptr<Session> session_;
};

/// A transaction of READ COMMITTED isolation, rolled back at the end of its scope unless committed.
class Transaction {
 public:
  static Result<Transaction> Begin(Connection& connection);

  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  /// Ends the transaction. An error means that nothing was done, unless the connection broke
  /// (SQLSTATE class 08): then nobody here knows.
  Result<Rows> Commit();

 private:
  explicit Transaction(Connection& connection) : connection_(&connection) {}

  Connection* connection_;
};

}  // namespace tricklec::db
