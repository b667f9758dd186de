#include "tricklec/throwaway/server.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <fstream>
#include <optional>
#include <sstream>

#include "tricklec/throwaway/process.h"

namespace tricklec::throwaway {
namespace {

namespace fs = std::filesystem;

constexpr int kOldest = 15;
constexpr int kNewest = 18;

/// Who the server runs as.
struct Account {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
};

Account ServerAccount() {
  Account account{"", geteuid(), getegid()};
  if (account.uid != 0) return account;
  for (const char* name : {"postgres", "nobody"}) {
    const passwd* entry = getpwnam(name);
    if (entry != nullptr) return {name, entry->pw_uid, entry->pw_gid};
  }
  return account;
}

std::string TextOf(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return std::move(text).str();
}

/// Starts a program as the server's user, in a session of its own (so that the keys of a terminal do
/// not reach it), with `log` as its output. It ends with this process.
///
/// \param from what it reads
pid_t Launch(const Account& account, const std::vector<std::string>& arguments, const fs::path& log,
             const fs::path& from = "/dev/null") {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  int input = open(from.c_str(), O_RDONLY | O_CLOEXEC);
  int output = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  bool drop = geteuid() == 0 && account.uid != 0;
  pid_t parent = getpid();
  pid_t pid = fork();
  if (pid != 0) {
    close(input);
    close(output);
    return pid;
  }
  setsid();
  dup2(input, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  if (drop &&
      (setgroups(0, nullptr) != 0 || setgid(account.gid) != 0 || setuid(account.uid) != 0)) {
    _exit(126);
  }
  // After the change of user, which resets it.
  prctl(PR_SET_PDEATHSIG, SIGQUIT);
  if (getppid() != parent) _exit(126);
  setenv("LC_ALL", "C", 1);
  execv(argv[0], argv.data());
  _exit(127);
}

int WaitFor(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/// The major version of the server in a directory, 0 if there is none that can be run.
int VersionOf(const fs::path& programs) {
  std::error_code ignored;
  if (!fs::exists(programs / "postgres", ignored) || !fs::exists(programs / "initdb", ignored)) {
    return 0;
  }
  ProcessResult result = RunProcess({programs / "postgres", "--version"});
  size_t digits = result.out.find_first_of("0123456789");
  return digits == std::string::npos ? 0 : atoi(result.out.c_str() + digits);
}

/// Where servers may be, best first.
std::vector<fs::path> Places(int version) {
  std::vector<fs::path> places;
  const char* servers = getenv("TRICKLEC_SERVERS");
  for (int v = kNewest; v >= kOldest; --v) {
    if (version != 0 && v != version) continue;
    places.push_back(fmt::format("/usr/lib/postgresql/{}/bin", v));
    places.push_back(fmt::format("/usr/pgsql-{}/bin", v));
    if (servers != nullptr) {
      places.push_back(fs::path(servers) / std::to_string(v) / "native" / "bin");
    }
  }
  const char* path = getenv("PATH");
  std::istringstream directories(path == nullptr ? "" : path);
  for (std::string directory; std::getline(directories, directory, ':');) {
    places.emplace_back(directory);
    std::error_code ignored;
    if (!fs::exists(fs::path(directory) / "pg_config", ignored)) continue;
    ProcessResult found = RunProcess({fs::path(directory) / "pg_config", "--bindir"});
    while (!found.out.empty() && isspace(static_cast<unsigned char>(found.out.back())) != 0) {
      found.out.pop_back();
    }
    if (found.exit_code == 0) places.emplace_back(found.out);
  }
  return places;
}

std::optional<fs::path> FindPrograms(const ServerOptions& options, int& version,
                                     std::string& error) {
  if (!options.programs.empty()) {
    version = VersionOf(options.programs);
    if (version != 0 && (options.version == 0 || version == options.version)) {
      return fs::path(options.programs);
    }
    error = fmt::format("`{}` has no server{}", options.programs,
                        options.version == 0 ? "" : fmt::format(" of version {}", options.version));
    return std::nullopt;
  }
  for (const fs::path& place : Places(options.version)) {
    version = VersionOf(place);
    bool fits = options.version == 0 ? version >= kOldest : version == options.version;
    std::error_code ignored;
    // The link is resolved here: the server's user may not be able to enter the directory it is in.
    if (fits) return fs::canonical(place, ignored);
  }
  error = options.version == 0
              ? fmt::format("no PostgreSQL {} or newer is installed here", kOldest)
              : fmt::format("PostgreSQL {} is not installed here", options.version);
  return std::nullopt;
}

/// What initdb made of this release before, if somebody kept it (tools/pg-server does).
fs::path KeptDirectory(const fs::path& programs) {
  const char* servers = getenv("TRICKLEC_SERVERS");
  if (servers == nullptr) return {};
  std::string release = RunProcess({programs / "postgres", "--version"}).out;
  for (char& c : release) {
    if (isalnum(static_cast<unsigned char>(c)) == 0 && c != '.') c = '-';
  }
  while (release.ends_with('-')) release.pop_back();
  for (const std::string& name : {"initdb-" + release + ".tar", "initdb-" + release + "-.tar"}) {
    std::error_code ignored;
    if (fs::exists(fs::path(servers) / name, ignored)) return fs::path(servers) / name;
  }
  return {};
}

/// Makes the data directory: a copy, or with initdb.
bool MakeData(const Account& account, const fs::path& programs, const fs::path& data,
              const fs::path& log) {
  fs::path kept = KeptDirectory(programs);
  if (!kept.empty()) {
    pid_t tar = Launch(account, {"/usr/bin/env", "tar", "xf", "-", "-C", data}, log, kept);
    if (tar > 0 && WaitFor(tar) == 0) return true;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(data, ignored)) {
      fs::remove_all(entry.path(), ignored);
    }
  }
  pid_t init = Launch(account,
                      {programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E",
                       "UTF8", "--locale=C.UTF-8", "--no-sync"},
                      log);
  return init > 0 && WaitFor(init) == 0;
}

fs::path Base() {
  const char* base = getenv("TRICKLEC_DATA");
  return base == nullptr ? "/tmp" : base;
}

/// Removes what a process left behind that was killed before it could.
void Sweep() {
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(Base(), ignored)) {
    if (entry.path().filename().string().rfind("tricklec-server.", 0) != 0) continue;
    struct stat owner {};
    fs::path keeper = entry.path() / "keeper";
    if (lstat(keeper.c_str(), &owner) != 0 || owner.st_uid != geteuid()) continue;
    int pid = atoi(TextOf(keeper).c_str());
    if (pid > 0 && kill(pid, 0) != 0 && errno == ESRCH) fs::remove_all(entry.path(), ignored);
  }
}

std::string PercentEncoded(const std::string& text) {
  std::string encoded;
  for (unsigned char c : text) {
    if (isalnum(c) != 0 || c == '_') {
      encoded += static_cast<char>(c);
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned>(c));
    }
  }
  return encoded;
}

/// Line 8 of postmaster.pid is the server's own word that it accepts connections.
bool IsReady(const fs::path& data) {
  std::ifstream stream(data / "postmaster.pid");
  std::string line;
  for (int i = 0; i < 8; ++i) {
    if (!std::getline(stream, line)) return false;
  }
  return line.rfind("ready", 0) == 0;
}

}  // namespace

std::unique_ptr<Server> Server::Start(const ServerOptions& options, std::string& error) {
  std::unique_ptr<Server> server(new Server);
  std::optional<fs::path> programs = FindPrograms(options, server->version_, error);
  if (!programs) return nullptr;
  server->programs_ = *programs;
  Sweep();
  std::string home = Base() / "tricklec-server.XXXXXX";
  if (mkdtemp(home.data()) == nullptr) {
    error = fmt::format("cannot make a directory in `{}`: {}", Base().string(), strerror(errno));
    return nullptr;
  }
  server->home_ = home;
  std::ofstream(server->home_ / "keeper") << getpid() << '\n';
  Account account = ServerAccount();
  fs::path data = server->home_ / "data";
  fs::create_directory(data);
  fs::permissions(data, fs::perms::owner_all);
  if (geteuid() == 0 && (chown(data.c_str(), account.uid, account.gid) != 0 ||
                         chown(home.c_str(), account.uid, account.gid) != 0)) {
    error = fmt::format("cannot give `{}` to `{}`", home, account.name);
    return nullptr;
  }

  fs::path log = server->home_ / "log";
  if (!MakeData(account, *programs, data, log)) {
    error = "initdb failed: " + TextOf(log);
    return nullptr;
  }
  std::vector<std::string> arguments = {*programs / "postgres", "-D", data};
  std::vector<std::string> settings = {"listen_addresses=",
                                       "unix_socket_directories=" + home,
                                       "port=5432",
                                       "fsync=off",
                                       "synchronous_commit=off",
                                       "full_page_writes=off",
                                       "autovacuum=off",
                                       "jit=off",
                                       "shared_buffers=64MB",
                                       "max_connections=60",
                                       "max_prepared_transactions=8",
                                       "timezone=UTC",
                                       "log_timezone=UTC",
                                       "lc_messages=C"};
  settings.insert(settings.end(), options.settings.begin(), options.settings.end());
  for (const std::string& setting : settings) {
    arguments.push_back("-c");
    arguments.push_back(setting);
  }
  server->pid_ = Launch(account, arguments, log);
  constexpr int kMostTries = 6000;
  for (int tries = 0; !IsReady(data); ++tries) {
    int status = 0;
    bool ended = waitpid(server->pid_, &status, WNOHANG) == server->pid_;
    if (ended) server->pid_ = -1;
    if (ended || tries == kMostTries) {
      error = fmt::format("PostgreSQL {} did not start: {}", server->version_, TextOf(log));
      return nullptr;
    }
    usleep(10'000);
  }
  return server;
}

Server::~Server() {
  // The immediate shutdown first: nothing here is worth a checkpoint.
  constexpr int kTries = 1000;
  for (int signal : {SIGQUIT, SIGKILL}) {
    if (pid_ < 0) break;
    kill(pid_, signal);
    for (int tries = 0; tries < kTries && pid_ > 0; ++tries) {
      if (waitpid(pid_, nullptr, WNOHANG) != 0) {
        pid_ = -1;
      } else {
        usleep(10'000);
      }
    }
  }
  std::error_code ignored;
  if (!home_.empty()) fs::remove_all(home_, ignored);
}

std::string Server::Url(const std::string& database, const std::string& role) const {
  return fmt::format("postgresql:///{}?host={}&port=5432&user={}", PercentEncoded(database),
                     PercentEncoded(home_), PercentEncoded(role));
}

}  // namespace tricklec::throwaway
