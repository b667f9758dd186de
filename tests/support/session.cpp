#include "tricklec/testsupport/session.h"

#include <pqxx/pqxx>

#include <utility>

namespace tricklec::testsupport {
namespace {

/// A server message in two parts. libpqxx 6.4 loses the SQLSTATE of some errors, so the connection
/// asks for verbose messages: `ERROR:  42501: text`, with a last line LOCATION that nobody needs.
struct Message {
  explicit Message(std::string_view verbose) : text(verbose) {
    constexpr size_t kCodeLength = 5;
    size_t code = text.find(":  ");
    if (code != std::string::npos && text.substr(code + 3 + kCodeLength, 2) == ": ") {
      sqlstate = text.substr(code + 3, kCodeLength);
      text.erase(code + 3, kCodeLength + 2);
    }
    size_t location = text.find("\nLOCATION:  ");
    if (location != std::string::npos) {
      text.erase(location, text.find('\n', location + 1) - location);
    }
    while (!text.empty() && text.back() == '\n') text.pop_back();
  }

  std::string sqlstate;
  std::string text;
};

class NoticeCollector : public pqxx::errorhandler {
 public:
  NoticeCollector(pqxx::connection_base& connection, std::vector<std::string>& notices)
      : pqxx::errorhandler(connection), notices_(notices) {}

  bool operator()(const char message[]) noexcept override {
    notices_.push_back(Message(message).text);
    return false;
  }

 private:
  std::vector<std::string>& notices_;
};

std::string Excerpt(std::string_view script) {
  constexpr size_t kLongest = 2000;
  return script.size() <= kLongest ? std::string(script)
                                   : std::string(script.substr(0, kLongest)) + "…";
}

}  // namespace

struct Session::Connection {
  explicit Connection(const std::string& connection_string)
      : connection(connection_string), collector(connection, notices) {
    connection.set_verbosity(pqxx::connection_base::verbose);
  }

  pqxx::result Execute(std::string_view script) {
    // libpqxx would replace a lost connection by a new one without the session's state.
    if (!connection.is_open()) throw SqlError("08003", "the connection is lost");
    try {
      pqxx::nontransaction work(connection);
      return work.exec(std::string(script));
    } catch (const pqxx::sql_error& error) {
      Message message(error.what());
      throw SqlError(message.sqlstate, message.text + "\nin: " + Excerpt(script));
    } catch (const pqxx::broken_connection& error) {
      throw SqlError("08006", std::string(error.what()) + "\nin: " + Excerpt(script));
    } catch (const pqxx::failure& error) {
      // Serialization failures and deadlocks are no sql_error in libpqxx 6.4.
      Message message(error.what());
      throw SqlError(message.sqlstate, message.text + "\nin: " + Excerpt(script));
    }
  }

  std::vector<std::string> notices;
  pqxx::connection connection;
  NoticeCollector collector;
};

Session::Session(const std::string& connection_string)
    : connection_(std::make_unique<Connection>(connection_string)) {}
Session::~Session() = default;
Session::Session(Session&&) noexcept = default;

void Session::Run(std::string_view script) { connection_->Execute(script); }

std::optional<SqlError> Session::TryRun(std::string_view script) {
  try {
    connection_->Execute(script);
  } catch (const SqlError& error) {
    return error;
  }
  return std::nullopt;
}

std::vector<Row> Session::Rows(std::string_view query) {
  pqxx::result result = connection_->Execute(query);
  std::vector<Row> rows;
  for (const auto& source : result) {
    Row& row = rows.emplace_back();
    for (const auto& field : source) {
      row.push_back(field.is_null() ? Value() : Value(std::string(field.c_str(), field.size())));
    }
  }
  return rows;
}

std::vector<std::string> Session::ColumnNames(std::string_view query) {
  pqxx::result result = connection_->Execute(query);
  std::vector<std::string> names;
  for (pqxx::row::size_type i = 0; i < result.columns(); ++i) {
    names.emplace_back(result.column_name(i));
  }
  return names;
}

Value Session::Single(std::string_view query) {
  std::vector<Row> rows = Rows(query);
  if (rows.size() != 1 || rows[0].size() != 1) {
    throw std::runtime_error("not one row of one column, but:\n" + Printed(rows) +
                             "in: " + Excerpt(query));
  }
  return rows[0][0];
}

std::string Session::Text(std::string_view query) {
  Value value = Single(query);
  if (!value) throw std::runtime_error("NULL in: " + Excerpt(query));
  return *value;
}

size_t Session::AffectedRows(std::string_view script) {
  pqxx::result result = connection_->Execute(script);
  return result.columns() > 0 ? result.size() : result.affected_rows();
}

std::vector<std::string> Session::TakeNotices() { return std::exchange(connection_->notices, {}); }

int Session::backend_pid() const { return connection_->connection.backendpid(); }

std::string QuoteIdentifier(std::string_view name) {
  std::string quoted = "\"";
  for (char c : name) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

std::string QuoteLiteral(std::string_view text) {
  std::string quoted = "'";
  for (char c : text) quoted.append(c == '\'' ? 2 : 1, c);
  return quoted + '\'';
}

std::string Printed(const std::vector<Row>& rows) {
  std::string text;
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      if (i > 0) text += '|';
      text += row[i].value_or("NULL");
    }
    text += '\n';
  }
  return text;
}

testing::AssertionResult FailsWith(Session& session, std::string_view sqlstate,
                                   std::string_view script, std::string_view part) {
  std::optional<SqlError> error = session.TryRun(script);
  if (!error) {
    return testing::AssertionFailure() << "no error, expected " << sqlstate << ", from: " << script;
  }
  if (error->sqlstate() != sqlstate) {
    return testing::AssertionFailure() << "SQLSTATE " << error->sqlstate() << ", expected "
                                       << sqlstate << ": " << error->what();
  }
  if (std::string_view(error->what()).find(part) == std::string_view::npos) {
    return testing::AssertionFailure() << "\"" << part << "\" is not in: " << error->what();
  }
  return testing::AssertionSuccess();
}

}  // namespace tricklec::testsupport
