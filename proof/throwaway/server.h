#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace tricklec::throwaway {

struct ServerOptions {
  int version = 0;                    ///< major version; 0: the newest one that is found
  std::string programs;               ///< directory of `postgres` and `initdb`; empty: looked for
  std::vector<std::string> settings;  ///< "name=value" of postgresql.conf
};

/// A PostgreSQL server in a throwaway directory, reachable through a private unix socket only, with no
/// durability. Stopped and removed in the destructor; it also stops when this process dies, and
/// then its directory goes when the next one is started.
///
/// PostgreSQL does not run as root: then the server belongs to `postgres`, or to `nobody`.
class Server {
 public:
  /// \param[out] error why there is none
  /// \return null if the server does not start
  static std::unique_ptr<Server> Start(const ServerOptions& options, std::string& error);

  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int version() const { return version_; }
  /// Directory of its programs, psql perhaps among them.
  const std::filesystem::path& programs() const { return programs_; }
  const std::filesystem::path& socket_directory() const { return home_; }

  /// A URL for libpq.
  std::string Url(const std::string& database, const std::string& role = "postgres") const;

 private:
  Server() = default;

  int version_ = 0;
  std::filesystem::path programs_;
  std::filesystem::path home_;
  pid_t pid_ = -1;
};

}  // namespace tricklec::throwaway
