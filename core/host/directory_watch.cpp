#include "host/directory_watch.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "observe/log.hpp"

namespace slipring::host {

namespace asio = boost::asio;

namespace {

constexpr auto quiet_time = std::chrono::milliseconds(200);
// Of directories into which files come without end.
constexpr auto longest_wait = std::chrono::seconds(2);

// As upgrade::find_plugins takes them.
bool is_plugin_name(std::string_view name) {
  return !name.starts_with('.') && name.ends_with(".so");
}

}  // namespace

Status DirectoryWatch::start(const std::filesystem::path &directory) {
  directory_ = directory;
  const int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (fd < 0) return Status::system("inotify", errno);
  events_.assign(fd);
  if (inotify_add_watch(fd, directory.c_str(), IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR) < 0) {
    Status failed = Status::system("watching " + directory.string(), errno);
    stop();
    return failed;
  }
  wait();
  return Status::ok();
}

void DirectoryWatch::stop() {
  boost::system::error_code ignored;
  events_.close(ignored);
  quiet_.cancel();
}

void DirectoryWatch::wait() {
  events_.async_wait(asio::posix::stream_descriptor::wait_read,
                     [this](const boost::system::error_code &error) {
                       if (!error) read();
                     });
}

// An overflow has no name: something has come.
void DirectoryWatch::read() {
  std::array<char, 16 * 1024> buffer;
  bool come = false;
  bool gone = false;
  for (;;) {
    const ssize_t size = ::read(events_.native_handle(), buffer.data(), buffer.size());
    if (size <= 0) break;
    for (size_t at = 0; at + sizeof(inotify_event) <= static_cast<size_t>(size);) {
      inotify_event event;
      std::memcpy(&event, buffer.data() + at, sizeof(event));
      const char *const name = buffer.data() + at + sizeof(event);
      at += sizeof(event) + event.len;
      come |= (event.mask & IN_Q_OVERFLOW) != 0 || (event.len > 0 && is_plugin_name(name));
      gone |= (event.mask & IN_IGNORED) != 0;
    }
  }
  if (come) tell_soon();
  if (!gone) return wait();
  observe::warn("plugin directory not watched any more",
                {{"directory", directory_.string()}, {"because", "it was removed"}});
}

void DirectoryWatch::tell_soon() {
  const auto now = std::chrono::steady_clock::now();
  if (!std::exchange(telling_, true)) latest_ = now + longest_wait;
  quiet_.expires_at(std::min<std::chrono::steady_clock::time_point>(now + quiet_time, latest_));
  quiet_.async_wait([this](const boost::system::error_code &error) {
    if (error) return;
    telling_ = false;
    come_();
  });
}

}  // namespace slipring::host
