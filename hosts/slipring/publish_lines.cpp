#include "publish_lines.hpp"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <boost/json.hpp>
#include <cerrno>
#include <chrono>
#include <iostream>
#include <optional>
#include <utility>

#include "admin/control_client.hpp"
#include "outcome.hpp"
#include "publication.hpp"

namespace slipring::command {

namespace {

using admin::ControlConnection;
using Clock = std::chrono::steady_clock;

constexpr size_t most_unanswered = 256;
constexpr size_t most_unsent = size_t{1} << 20;
constexpr size_t longest_line = size_t{64} << 20;
constexpr auto progress_interval = std::chrono::milliseconds(100);

class LinePublisher {
 public:
  LinePublisher(const PublishOptions &options, ControlConnection connection, int input)
      : options_(options), connection_(std::move(connection)), input_(input) {}

  int run() {
    while (!finished()) {
      if (Status status = step(); !status.is_ok()) {
        clear_progress();
        return fail(refused_ ? *refused_ : status);
      }
    }
    clear_progress();
    std::cout.flush();
    return refused_ ? fail(*refused_) : done;
  }

 private:
  bool finished() const { return ended_ && answered_ == asked_ && (refused_ || !has_line()); }
  bool has_line() const { return read_.find('\n', used_) != std::string::npos; }
  bool may_ask() const {
    return !refused_ && asked_ - answered_ < most_unanswered && unsent_.size() < most_unsent;
  }

  Status step() {
    const bool reads = !ended_ && may_ask();
    pollfd wanted[2] = {{reads ? input_ : -1, POLLIN, 0}, {connection_.descriptor(), POLLIN, 0}};
    if (!unsent_.empty()) wanted[1].events |= POLLOUT;
    std::cout.flush();
    if (::poll(wanted, 2, -1) < 0 && errno != EINTR) return Status::system("poll", errno);
    Status status;
    if (wanted[1].revents != 0) status = take_answers();
    if (status.is_ok() && wanted[0].revents != 0) status = read_input();
    if (!status.is_ok()) return status;
    ask_for_lines();
    send();
    return Status::ok();
  }

  Status take_answers() {
    pollfd readable{connection_.descriptor(), POLLIN, 0};
    while (connection_.has_line() || ::poll(&readable, 1, 0) > 0) {
      const auto answer = connection_.receive();
      if (!answer && answer.status().code() == SLIPRING_UNAVAILABLE) return answer.status();
      ++answered_;
      if (answer) {
        print_published(std::cout, *answer, options_.as_json);
      } else if (!refused_) {
        refused_ = Status(answer.status().code(),
                          "line " + std::to_string(answered_) + ": " + answer.status().message());
        ended_ = true;
      }
    }
    show_progress();
    return Status::ok();
  }

  Status read_input() {
    std::array<char, 65536> chunk;
    const ssize_t size = ::read(input_, chunk.data(), chunk.size());
    if (size < 0 && errno == EINTR) return Status::ok();
    if (size < 0) return Status::invalid(Status::system("input", errno).message());
    ended_ = size == 0;
    read_.append(chunk.data(), static_cast<size_t>(size));
    if (ended_ && used_ < read_.size() && read_.back() != '\n') read_ += '\n';
    if (read_.size() - used_ > longest_line) {
      return Status::invalid("line " + std::to_string(asked_ + 1) +
                             " is longer than any host takes in one event");
    }
    return Status::ok();
  }

  void ask_for_lines() {
    while (may_ask() && has_line()) {
      const size_t end = read_.find('\n', used_);
      const std::string_view line(read_.data() + used_, end - used_);
      unsent_ += boost::json::serialize(publication(options_, line)) + '\n';
      used_ = end + 1;
      ++asked_;
    }
    if (!has_line()) read_.erase(0, std::exchange(used_, 0));
  }

  void send() {
    if (unsent_.empty()) return;
    const auto sent = connection_.send_some(unsent_);
    // When it cannot be sent the host has closed, and what it had to say before can still be read.
    unsent_.erase(0, sent ? *sent : std::string::npos);
  }

  // On a terminal that does not show the positions themselves.
  void show_progress() {
    if (!shows_progress_ || Clock::now() - shown_ < progress_interval) return;
    shown_ = Clock::now();
    std::cerr << '\r' << answered_ << " published" << std::flush;
  }
  void clear_progress() {
    if (shown_ != Clock::time_point()) std::cerr << '\r' << answered_ << " published\n";
  }

  const PublishOptions &options_;
  ControlConnection connection_;
  const int input_;
  const bool shows_progress_ = ::isatty(STDERR_FILENO) != 0 && ::isatty(STDOUT_FILENO) == 0;
  Clock::time_point shown_;
  std::string read_;  // input; `used_` bytes at its front are asked for
  size_t used_ = 0;
  std::string unsent_;
  size_t asked_ = 0;
  size_t answered_ = 0;
  bool ended_ = false;  // the input
  std::optional<Status> refused_;
};

}  // namespace

int publish_lines(const PublishOptions &options, int input) {
  auto connection = ControlConnection::open(options.socket);
  if (!connection) return fail(connection.status());
  return LinePublisher(options, std::move(*connection), input).run();
}

}  // namespace slipring::command
