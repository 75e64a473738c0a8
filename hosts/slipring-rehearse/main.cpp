// slipring-rehearse: tries one build of a plugin in a process of its own (upgrade/rehearsal.hpp).
// slipringd starts it; upgrade/rehearsal_talk.hpp says how the two talk.
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <new>
#include <string>

#include "host/overview.hpp"
#include "observe/log.hpp"
#include "session/dial_extension.hpp"
#include "session/event_extensions.hpp"
#include "session/http_extension.hpp"
#include "session/message_extension.hpp"
#include "steps.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

namespace {

using namespace slipring;

constexpr rlim_t descriptors = 64;
constexpr int usage = 2;

const char *step = "start";

// Begins on a line of its own, whatever the plugin has printed.
void say(const upgrade::RehearsalLine &line) {
  const std::string text = '\n' + line.encode() + '\n';
  [[maybe_unused]] const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
}

// There is no memory to put words together with.
[[noreturn]] void out_of_memory() {
  char text[128];
  std::snprintf(text, sizeof(text), "\n{\"step\":\"%s\",\"check\":\"memory\"}\n", step);
  [[maybe_unused]] const ssize_t written = ::write(STDOUT_FILENO, text, std::strlen(text));
  _exit(1);
}

void limit(decltype(RLIMIT_CORE) what, rlim_t most) {
  const rlimit both{most, most};
  setrlimit(what, &both);
}

// What this process has mapped.
rlim_t mapped_bytes() {
  rlim_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE));
}

void set_limits(const upgrade::RehearsalTask &task) {
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_NOFILE, descriptors);
  limit(RLIMIT_CPU, static_cast<rlim_t>(task.cpu.count()));
  // A sanitizer maps terabytes.
  if (!sanitized && task.memory != 0) limit(RLIMIT_AS, mapped_bytes() + task.memory);
  std::set_new_handler(&out_of_memory);
}

// From now on this process ends when its host does.
bool follow(pid_t host) {
  return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == host;
}

void read_nothing_more() {
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::dup2(nothing, STDIN_FILENO);
  ::close(nothing);
}

// What slipringd offers.
void add_extensions(plugin::ExtensionSet &extensions) {
  session::add_message_extensions(extensions);
  session::add_http_extensions(extensions);
  session::add_dial_extensions(extensions);
  session::add_event_extensions(extensions);
  host::add_overview_extension(extensions);
}

// Ends by _exit, with everything as it is: what a plugin has left to run at the end of a process
// would run in no other.
[[noreturn]] void rehearse_and_end(upgrade::RehearsalTask task) {
  plugin::HostServices services;
  add_extensions(services.extensions);
  set_limits(task);
  rehearse::Steps steps(std::move(task), services, [](const char *name) {
    step = name;
    say({.step = name});
  });
  const upgrade::RehearsalLine last = steps.run();
  say(last);
  _exit(last.is_failure() ? 1 : 0);
}

}  // namespace

int main() {
  observe::configure_log(observe::LogLevel::error, observe::LogFormat::text);
  const std::string input((std::istreambuf_iterator<char>(std::cin)), {});
  auto task = upgrade::RehearsalTask::decode(input);
  if (!task) {
    std::cerr << "slipring-rehearse is started by slipringd, which gives it a task\n";
    return usage;
  }
  read_nothing_more();
  if (!follow(task->host)) return usage;
  rehearse_and_end(std::move(*task));
}
