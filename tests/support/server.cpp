#include "tricklec/testsupport/server.h"

#include <ctype.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>

#include "tricklec/testsupport/program.h"

namespace tricklec::testsupport {
namespace {

std::string PercentEncoded(const std::string& text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (unsigned char c : text) {
    if (isalnum(c) != 0 || c == '_') {
      encoded += static_cast<char>(c);
    } else {
      encoded += {'%', kDigits[c >> 4], kDigits[c & 15]};
    }
  }
  return encoded;
}

}  // namespace

TestServer::TestServer(int version, const std::vector<std::string>& settings) : version_(version) {
  std::vector<std::string> arguments{TRICKLEC_SOURCE_DIR "/tools/pg-server", "run"};
  for (const std::string& setting : settings) {
    arguments.push_back("-c");
    arguments.push_back(setting);
  }
  arguments.push_back(std::to_string(version));
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  setenv("TRICKLEC_SERVERS", TRICKLEC_SERVERS, 0);

  // The keeper stops the server at the end of its input: closed by the destructor or by the end of
  // this process. Close-on-exec keeps other children from holding it open.
  std::array<int, 2> input{};
  std::array<int, 2> output{};
  if (pipe2(input.data(), O_CLOEXEC) != 0 || pipe2(output.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("pipe2 failed");
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
  int failure = posix_spawn(&keeper_, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(input[0]);
  close(output[1]);
  control_ = input[1];
  FILE* answer = fdopen(output[0], "r");
  bool ready = false;
  std::array<char, 4096> line;
  while (failure == 0 && !ready && fgets(line.data(), line.size(), answer) != nullptr) {
    std::string text(line.data());
    if (!text.empty() && text.back() == '\n') text.pop_back();
    if (text.rfind("PGHOST=", 0) == 0) socket_directory_ = text.substr(strlen("PGHOST="));
    ready = text == "ready";
  }
  fclose(answer);
  if (!ready) {
    close(control_);
    if (failure == 0) waitpid(keeper_, nullptr, 0);
    throw std::runtime_error("PostgreSQL " + std::to_string(version) +
                             " did not start; see the messages of tools/pg-server");
  }
}

TestServer::~TestServer() {
  close(control_);
  while (waitpid(keeper_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

TestServer& TestServer::Shared() {
  static TestServer server([] {
    const char* version = getenv("TRICKLEC_PG");
    return version == nullptr ? 15 : std::stoi(version);
  }());
  return server;
}

std::string TestServer::Url(const std::string& database, const std::string& role) const {
  return "postgresql:///" + PercentEncoded(database) +
         "?host=" + PercentEncoded(socket_directory_) + "&port=5432&user=" + PercentEncoded(role);
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
