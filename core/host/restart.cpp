#include "host/restart.hpp"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace slipring::host {
namespace {

constexpr int first_own = STDERR_FILENO + 1;

struct Start {
  char **arguments = nullptr;
  sigset_t mask{};
  std::vector<int> descriptors;  // above standard error, in order
};

Start &start() {
  static Start remembered;
  return remembered;
}

std::vector<int> open_descriptors() {
  std::vector<int> found;
  std::error_code error;
  for (const auto &entry : std::filesystem::directory_iterator("/proc/self/fd", error)) {
    const std::string name = entry.path().filename().string();
    int descriptor = 0;
    std::from_chars(name.data(), name.data() + name.size(), descriptor);
    if (descriptor >= first_own) found.push_back(descriptor);
  }
  // The one that the directory was read through has been closed.
  std::erase_if(found, [](int each) {
    return !std::filesystem::exists("/proc/self/fd/" + std::to_string(each));
  });
  std::sort(found.begin(), found.end());
  return found;
}

// So that locks are given up and ports are free, whoever has opened what.
void close_own_descriptors_on_exec() {
  int from = first_own;
  for (const int given : start().descriptors) {
    if (given > from) close_range(from, given - 1, CLOSE_RANGE_CLOEXEC);
    from = given + 1;
  }
  close_range(from, ~0U, CLOSE_RANGE_CLOEXEC);
}

// The variable is inherited by what a service starts: it names the service's own process.
bool is_supervised() {
  const char *const process = std::getenv("SYSTEMD_EXEC_PID");
  return process != nullptr && process == std::to_string(getpid());
}

}  // namespace

void remember_start(char **arguments) {
  start().arguments = arguments;
  const std::string name = std::filesystem::path(arguments[0]).filename();
  pthread_setname_np(pthread_self(), name.c_str());
  pthread_sigmask(SIG_SETMASK, nullptr, &start().mask);
  start().descriptors = open_descriptors();
}

void restart_process() {
  if (start().arguments != nullptr && !is_supervised()) {
    close_own_descriptors_on_exec();
    pthread_sigmask(SIG_SETMASK, &start().mask, nullptr);
    execv("/proc/self/exe", start().arguments);
  }
  _exit(hung_exit_code);
}

}  // namespace slipring::host
