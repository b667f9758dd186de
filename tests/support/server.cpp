#include "tricklec/testsupport/server.h"

#include <stdlib.h>
#include <unistd.h>

#include <stdexcept>

#include "tricklec/testsupport/program.h"

namespace tricklec::testsupport {

TestServer::TestServer(int version, const std::vector<std::string>& settings) {
  setenv("TRICKLEC_SERVERS", TRICKLEC_SERVERS, 0);
  std::string error;
  server_ = throwaway::Server::Start({version, "", settings}, error);
  if (!server_) throw std::runtime_error(error);
}

TestServer& TestServer::Shared() {
  static TestServer server([] {
    const char* version = getenv("TRICKLEC_PG");
    return version == nullptr ? 15 : std::stoi(version);
  }());
  return server;
}

std::string TestServer::Url(const std::string& database, const std::string& role) const {
  return server_->Url(database, role);
}

Session TestServer::Connect(const std::string& database, const std::string& role) const {
  return Session(Url(database, role));
}

void TestServer::EnsureRole(const std::string& name, const std::string& attributes) {
  Session session = Connect("postgres");
  if (session.Rows("SELECT 1 FROM pg_roles WHERE rolname = " + QuoteLiteral(name)).empty()) {
    session.Run("CREATE ROLE " + QuoteIdentifier(name) + " " + attributes);
  }
}

const std::string& TestServer::Template(const std::string& name,
                                        const std::function<void(Session&)>& fill) {
  auto known = templates_.find(name);
  if (known != templates_.end()) return known->second;
  std::string database = "template_" + name;
  Connect("postgres").Run("CREATE DATABASE " + QuoteIdentifier(database));
  {
    Session session = Connect(database);
    fill(session);
  }
  return templates_.emplace(name, database).first->second;
}

TestDatabase::TestDatabase(TestServer& server, const std::string& template_database)
    : server_(server), name_("t" + std::to_string(++server.databases_made_)) {
  Session session = server.Connect("postgres");
  // A session that has just filled the template may still be leaving it: 55006, object in use.
  std::string create =
      "CREATE DATABASE " + name_ + " TEMPLATE " + QuoteIdentifier(template_database);
  for (int attempt = 1;; ++attempt) {
    std::optional<SqlError> error = session.TryRun(create);
    if (!error) return;
    if (error->sqlstate() != "55006" || attempt == 100) throw *error;
    usleep(50'000);
  }
}

TestDatabase::~TestDatabase() {
  std::optional<SqlError> error =
      server_.Connect("postgres").TryRun("DROP DATABASE " + name_ + " WITH (FORCE)");
  if (error) ADD_FAILURE() << error->what();
}

RuntimeDatabase::RuntimeDatabase(TestServer& server)
    : TestDatabase(
          server, server.Template("runtime", [](Session& session) { session.Run(RuntimeSql()); })) {
}

}  // namespace tricklec::testsupport
