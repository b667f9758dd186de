#include "tricklec/db/connection.h"

#include <exception>
#include <pqxx/pqxx>

#include "tricklec/db/message.h"

namespace tricklec::db {
namespace {

class NoticeCollector : public pqxx::errorhandler {
 public:
  NoticeCollector(pqxx::connection_base& connection, std::vector<Notice>& notices)
      : pqxx::errorhandler(connection), notices_(notices) {}

  bool operator()(const char text[]) noexcept override {
    try {
      ServerMessage message = ParseServerMessage(text);
      notices_.push_back({std::move(message.severity), std::move(message.parts.message),
                          std::move(message.parts.detail), std::move(message.parts.hint)});
    } catch (const std::exception&) {
      // Called from C code of libpq; a notice that does not fit into memory is lost.
    }
    return false;
  }

 private:
  std::vector<Notice>& notices_;
};

Rows RowsOf(const pqxx::result& result) {
  Rows rows;
  for (pqxx::row_size_type i = 0; i < result.columns(); ++i) {
    rows.columns.emplace_back(result.column_name(i));
  }
  rows.rows.reserve(result.size());
  for (const auto& source : result) {
    std::vector<Value>& row = rows.rows.emplace_back();
    row.reserve(rows.columns.size());
    for (const auto& field : source) {
      row.push_back(field.is_null() ? Value() : Value(std::string(field.c_str(), field.size())));
    }
  }
  return rows;
}

}  // namespace

struct Connection::Session {
  explicit Session(const std::string& target) : connection(target), collector(connection, notices) {
    connection.set_verbosity(pqxx::connection_base::verbose);
    connection.set_client_encoding("UTF8");
  }

  template <typename Execute>
  Result<Rows> Try(Execute execute) {
    try {
      // libpqxx would replace a lost connection by a new one without the session's state.
      if (!connection.is_open()) return Error{"08003", "the connection is lost", {}, {}, {}};
      pqxx::nontransaction work(connection);
      return RowsOf(execute(work));
    } catch (const pqxx::sql_error& error) {
      return ParseServerMessage(error.what()).parts;
    } catch (const pqxx::broken_connection& error) {
      Error parts = ParseServerMessage(error.what()).parts;
      if (parts.sqlstate.empty()) parts.sqlstate = "08006";
      return parts;
    } catch (const std::exception& error) {
      // Serialization failures and deadlocks are no sql_error to libpqxx.
      return ParseServerMessage(error.what()).parts;
    }
  }

  std::vector<Notice> notices;
  pqxx::connection connection;
  NoticeCollector collector;
};

Connection::Connection(std::unique_ptr<Session> session) : session_(std::move(session)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

Result<Connection> Connection::Open(const std::string& target) {
  try {
    return Connection(std::make_unique<Session>(target));
  } catch (const std::exception& error) {
    return ParseServerMessage(error.what()).parts;
  }
}

Result<Rows> Connection::Run(std::string_view script) {
  return session_->Try([&](pqxx::nontransaction& work) { return work.exec(std::string(script)); });
}

Result<Rows> Connection::Query(std::string_view statement,
                               const std::vector<std::string>& parameters) {
  return session_->Try([&](pqxx::nontransaction& work) {
    return work.exec_params(std::string(statement), pqxx::prepare::make_dynamic_params(parameters));
  });
}

std::vector<Notice> Connection::TakeNotices() { return std::exchange(session_->notices, {}); }

Result<Transaction> Transaction::Begin(Connection& connection) {
  Result<Rows> begun = connection.Run("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
  if (!begun.ok()) return begun.error();
  return Transaction(connection);
}

Transaction::Transaction(Transaction&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)) {}

Transaction::~Transaction() {
  // An error here means that the connection is gone, and the transaction with it.
  if (connection_ != nullptr) (void)connection_->Run("ROLLBACK");
}

Result<Rows> Transaction::Commit() { return std::exchange(connection_, nullptr)->Run("COMMIT"); }

}  // namespace tricklec::db
