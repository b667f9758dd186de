#include "tricklec/proof/databases.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "tricklec/proof/names.h"

namespace tricklec::proof {

std::string WithDatabase(const std::string& target, const std::string& name) {
  size_t scheme = target.find("://");
  if (scheme == std::string::npos) return target + " dbname=" + name;
  // A URL: what stands between the address and the parameters.
  size_t path = target.find_first_of("/?", scheme + 3);
  if (path == std::string::npos) return target + "/" + name;
  size_t parameters = target.find('?', path);
  std::string rest = parameters == std::string::npos ? "" : target.substr(parameters);
  return target.substr(0, path) + "/" + name + rest;
}

Databases::Databases(std::string target, db::Connection connection)
    : target_(std::move(target)),
      connection_(std::move(connection)),
      prefix_(fmt::format("tricklec_test_{}", getpid())) {}

db::Result<std::unique_ptr<Databases>> Databases::Open(const std::string& target) {
  db::Result<db::Connection> connection = db::Connection::Open(target);
  if (!connection.ok()) return connection.error();
  return std::unique_ptr<Databases>(new Databases(target, std::move(connection.value())));
}

Databases::~Databases() {
  while (!names_.empty()) Drop(names_.back());
}

db::Result<std::string> Databases::Make(const std::string& original) {
  std::string name = fmt::format("{}_{}", prefix_, ++made_);
  std::string copy = original.empty() ? "template0" : original;
  // A session that has just used the original may still be leaving it: 55006, object in use.
  constexpr int kTries = 100;
  for (int i = 1;; ++i) {
    db::Result<db::Rows> made =
        connection_.Run(fmt::format("CREATE DATABASE {} TEMPLATE {}", name, copy));
    if (made.ok()) break;
    if (made.error().sqlstate != "55006" || i == kTries) return made.error();
    usleep(20'000);
  }
  names_.push_back(name);
  return name;
}

void Databases::Drop(const std::string& name) {
  // Nothing can be done about a server that refuses; it is about to go, or says so elsewhere.
  (void)connection_.Run(fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", name));
  names_.erase(std::remove(names_.begin(), names_.end(), name), names_.end());
}

std::string Databases::Target(const std::string& name) const { return WithDatabase(target_, name); }

db::Result<db::Connection> Databases::Connect(const std::string& name) const {
  db::Result<db::Connection> connection = db::Connection::Open(Target(name));
  if (!connection.ok()) return connection;
  db::Result<db::Rows> set = connection.value().Run(
      "SET client_min_messages = error; SET statement_timeout = '60s'; SET TimeZone = 'UTC'");
  if (!set.ok()) return set.error();
  return connection;
}

}  // namespace tricklec::proof
