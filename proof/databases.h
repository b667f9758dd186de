#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tricklec/db/connection.h"

namespace tricklec::proof {

/// Scratch databases on one server. All of them are dropped in the end.
class Databases {
 public:
  /// \param target a libpq URL or key=value string of a database that exists; it is only used to make
  ///     and drop others
  static db::Result<std::unique_ptr<Databases>> Open(const std::string& target);
  ~Databases();
  Databases(const Databases&) = delete;
  Databases& operator=(const Databases&) = delete;

  /// Makes a database; a copy of `original` if that is not empty.
  db::Result<std::string> Make(const std::string& original = {});
  void Drop(const std::string& name);

  /// A connection with the settings that every session of a test has.
  db::Result<db::Connection> Connect(const std::string& name) const;
  std::string Target(const std::string& name) const;

 private:
  Databases(std::string target, db::Connection connection);

  std::string target_;
  db::Connection connection_;
  std::string prefix_;
  int made_ = 0;
  std::vector<std::string> names_;
};

/// The target with another database's name in it.
std::string WithDatabase(const std::string& target, const std::string& name);

}  // namespace tricklec::proof
