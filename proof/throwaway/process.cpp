#include "tricklec/throwaway/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace tricklec::throwaway {
namespace {

/// Both ends of a pipe; closed on exec, so that no other child keeps an end open.
struct Pipe {
  int read_end = -1;
  int write_end = -1;

  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
    read_end = ends[0];
    write_end = ends[1];
  }
  ~Pipe() {
    Close(read_end);
    Close(write_end);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  static void Close(int& end) {
    if (end >= 0) close(end);
    end = -1;
  }
};

/// Appends what can be read to `text`; closes the end at end of file.
void ReadSome(int& end, std::string& text) {
  std::array<char, 65536> buffer;
  ssize_t count = read(end, buffer.data(), buffer.size());
  if (count > 0) {
    text.append(buffer.data(), static_cast<size_t>(count));
  } else if (count == 0 || errno != EINTR) {
    Pipe::Close(end);
  }
}

/// Writes what fits of `input` and drops it from the view; closes the end when nothing is left or
/// nobody reads.
void WriteSome(int& end, std::string_view& input) {
  ssize_t count = write(end, input.data(), input.size());
  if (count >= 0) {
    input.remove_prefix(static_cast<size_t>(count));
  } else if (errno != EAGAIN && errno != EINTR) {
    input = {};
  }
  if (input.empty()) Pipe::Close(end);
}

}  // namespace

ProcessResult RunProcess(const std::vector<std::string>& arguments, std::string_view input) {
  // A child that does not read all of its input must not end the test program.
  signal(SIGPIPE, SIG_IGN);
  Pipe in;
  Pipe out;
  Pipe err;
  fcntl(in.write_end, F_SETFL, O_NONBLOCK);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.read_end, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.write_end, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.write_end, STDERR_FILENO);
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  pid_t pid = 0;
  int failure = posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) {
    throw std::runtime_error("cannot run " + arguments[0] + ": " + strerror(failure));
  }
  Pipe::Close(in.read_end);
  Pipe::Close(out.write_end);
  Pipe::Close(err.write_end);
  if (input.empty()) Pipe::Close(in.write_end);

  ProcessResult result;
  while (out.read_end >= 0 || err.read_end >= 0 || in.write_end >= 0) {
    // poll ignores entries with a negative descriptor.
    std::array<pollfd, 3> entries{pollfd{in.write_end, POLLOUT, 0}, pollfd{out.read_end, POLLIN, 0},
                                  pollfd{err.read_end, POLLIN, 0}};
    if (poll(entries.data(), entries.size(), -1) < 0 && errno != EINTR) break;
    if (entries[0].revents != 0) WriteSome(in.write_end, input);
    if (entries[1].revents != 0) ReadSome(out.read_end, result.out);
    if (entries[2].revents != 0) ReadSome(err.read_end, result.err);
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

TemporaryDirectory::TemporaryDirectory() {
  std::string name = std::filesystem::temp_directory_path() / "tricklec-test.XXXXXX";
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryDirectory::Write(const std::string& name, std::string_view text) const {
  std::filesystem::path file = path_ / name;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream stream(file, std::ios::binary);
  stream << text;
  if (!stream.flush()) throw std::runtime_error("cannot write " + file.string());
  return file;
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  if (!stream || !(text << stream.rdbuf())) {
    throw std::runtime_error("cannot read " + path.string());
  }
  return std::move(text).str();
}

}  // namespace tricklec::throwaway
