#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tricklec/testsupport/session.h"
#include "tricklec/throwaway/server.h"

namespace tricklec::testsupport {

/// A throwaway server for tests, with databases of theirs.
class TestServer {
 public:
  /// `settings` are "name=value" of postgresql.conf. Throws std::runtime_error if the server does
  /// not start, with what it said on stderr.
  explicit TestServer(int version, const std::vector<std::string>& settings = {});

  /// The server of this test program, started at the first call: version TRICKLEC_PG of the
  /// environment, 15 where that is not set.
  static TestServer& Shared();

  /// Major version.
  int version() const { return server_->version(); }

  /// A URL for libpq.
  std::string Url(const std::string& database, const std::string& role = "postgres") const;

  Session Connect(const std::string& database, const std::string& role = "postgres") const;

  /// Makes the role if it does not exist. Roles belong to the server, so tests share them.
  void EnsureRole(const std::string& name, const std::string& attributes = "LOGIN");

  /// The name of a database that `fill` has prepared: made once per `name`, then only copied. Made
  /// for TestDatabase.
  const std::string& Template(const std::string& name, const std::function<void(Session&)>& fill);

 private:
  friend class TestDatabase;

  std::unique_ptr<throwaway::Server> server_;
  std::map<std::string, std::string> templates_;
  int databases_made_ = 0;
};

/// A database of its own for one test, dropped at the end of its scope even if sessions are open.
class TestDatabase {
 public:
  explicit TestDatabase(TestServer& server = TestServer::Shared(),
                        const std::string& template_database = "template1");
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  TestServer& server() const { return server_; }
  const std::string& name() const { return name_; }
  std::string Url(const std::string& role = "postgres") const { return server_.Url(name_, role); }
  Session Connect(const std::string& role = "postgres") const {
    return server_.Connect(name_, role);
  }

 private:
  TestServer& server_;
  std::string name_;
};

/// A database with the runtime installed in it.
class RuntimeDatabase : public TestDatabase {
 public:
  explicit RuntimeDatabase(TestServer& server = TestServer::Shared());
};

}  // namespace tricklec::testsupport
