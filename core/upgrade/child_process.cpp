#include "upgrade/child_process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <utility>

namespace slipring::upgrade {

namespace asio = boost::asio;

namespace {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor &&other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor &operator=(Descriptor &&other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

struct Spawned {
  pid_t pid = 0;
  Descriptor exit;    // readable once it has ended
  Descriptor output;  // the pipe's end here
};

// A file without a name that holds `text`, to be read from its beginning.
Descriptor file_with(std::string_view text) {
  Descriptor file(::memfd_create("slipring-input", MFD_CLOEXEC));
  while (file.get() >= 0 && !text.empty()) {
    const ssize_t written = ::write(file.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return Descriptor();
    text.remove_prefix(static_cast<size_t>(written));
  }
  if (file.get() >= 0) ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

int spawn(const std::filesystem::path &program, int input, int output, pid_t &pid) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, output, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  std::string name = program.string();
  std::array<char *, 2> arguments = {name.data(), nullptr};
  const int error = posix_spawn(&pid, name.c_str(), &files, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return error;
}

Result<Spawned> start(const std::filesystem::path &program, std::string_view input) {
  const Descriptor file = file_with(input);
  if (file.get() < 0) return Status::system("memfd_create", errno);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return Status::system("pipe2", errno);
  Spawned child;
  child.output = Descriptor(ends[0]);
  const Descriptor written(ends[1]);
  if (const int error = spawn(program, file.get(), written.get(), child.pid); error != 0) {
    return Status::system(program.string(), error);
  }
  // The C library's own function has no C linkage in glibc 2.36.
  child.exit = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, child.pid, 0)));
  if (child.exit.get() < 0) {
    const int error = errno;
    ::kill(-child.pid, SIGKILL);
    ::waitpid(child.pid, nullptr, 0);
    return Status::system("pidfd_open", error);
  }
  return child;
}

// Kept alive by what is under way; killed and waited for when nobody waits for it any more.
class Child {
 public:
  Child(const asio::any_io_executor &executor, Spawned spawned)
      : pid_(spawned.pid),
        exit(executor, spawned.exit.release()),
        output(executor, spawned.output.release()) {}
  Child(const Child &) = delete;
  Child &operator=(const Child &) = delete;
  ~Child() {
    if (!reaped_) reap();
  }

  void kill() const {
    if (!reaped_) ::kill(-pid_, SIGKILL);
  }

  // Readiness of `exit` is a hint: Asio may have it from a descriptor that was closed before.
  bool has_ended() {
    siginfo_t info{};
    const auto id = static_cast<id_t>(exit.native_handle());
    return ::waitid(P_PIDFD, id, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != 0;
  }

  // What it left running in its group ends too.
  ChildEnd reap() {
    kill();
    siginfo_t info{};
    while (::waitid(P_PIDFD, static_cast<id_t>(exit.native_handle()), &info, WEXITED) != 0 &&
           errno == EINTR) {
    }
    reaped_ = true;
    if (info.si_code == CLD_EXITED) return {.code = info.si_status};
    return {.signal = info.si_status};
  }

 private:
  const pid_t pid_;
  bool reaped_ = false;

 public:
  asio::posix::stream_descriptor exit;
  asio::posix::stream_descriptor output;
  bool ended = false;
  bool timed_out = false;
};

constexpr auto readable = asio::posix::stream_descriptor::wait_read;

// Whoever has inherited the pipe may keep it open: reading ends with the child.
void end_reading_with(const std::shared_ptr<Child> &child) {
  child->exit.async_wait(readable, [child](const boost::system::error_code &error) {
    if (!error && !child->has_ended()) return end_reading_with(child);
    child->ended = true;
    boost::system::error_code ignored;
    child->output.cancel(ignored);
  });
}

class Lines {
 public:
  explicit Lines(std::function<void(std::string_view)> line) : line_(std::move(line)) {}
  ~Lines() {
    if (!begun_.empty()) line_(begun_);
  }
  Lines(const Lines &) = delete;
  Lines &operator=(const Lines &) = delete;

  void add(std::string_view text) {
    for (size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
      append(text.substr(0, end));
      line_(std::exchange(begun_, {}));
      text.remove_prefix(end + 1);
    }
    append(text);
  }

 private:
  void append(std::string_view text) { begun_ += text.substr(0, longest_line - begun_.size()); }

  std::function<void(std::string_view)> line_;
  std::string begun_;
};

}  // namespace

std::string ChildEnd::text() const {
  if (signal == 0) return "exited with code " + std::to_string(code);
  const char *const name = sigabbrev_np(signal);
  return "ended by " +
         (name != nullptr ? "SIG" + std::string(name) : "signal " + std::to_string(signal));
}

asio::awaitable<Result<ChildEnd>> run_child(std::filesystem::path program, std::string input,
                                            std::chrono::nanoseconds limit,
                                            std::function<void(std::string_view)> line) {
  const auto executor = co_await asio::this_coro::executor;
  auto spawned = start(program, input);
  if (!spawned) co_return spawned.status();
  const auto child = std::make_shared<Child>(executor, std::move(*spawned));
  asio::steady_timer timer(executor, limit);
  timer.async_wait([child](const boost::system::error_code &error) {
    if (error || child->ended) return;
    child->timed_out = true;
    child->kill();
  });
  end_reading_with(child);
  {
    Lines lines(std::move(line));
    std::array<char, 4096> chunk;
    boost::system::error_code error;
    while (!child->ended && !error) {
      const size_t size = co_await child->output.async_read_some(
          asio::buffer(chunk), asio::redirect_error(asio::use_awaitable, error));
      lines.add({chunk.data(), size});
    }
    while (!child->ended && !child->has_ended()) {
      co_await child->exit.async_wait(readable, asio::redirect_error(asio::use_awaitable, error));
    }
    child->output.non_blocking(true, error);
    while (!error) {
      const size_t size = child->output.read_some(asio::buffer(chunk), error);
      lines.add({chunk.data(), size});
    }
  }
  timer.cancel();
  ChildEnd end = child->reap();
  end.timed_out = child->timed_out;
  co_return end;
}

}  // namespace slipring::upgrade
