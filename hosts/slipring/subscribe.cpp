#include "subscribe.hpp"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <csignal>
#include <iostream>
#include <optional>

#include "admin/control_client.hpp"
#include "event_text.hpp"
#include "outcome.hpp"

namespace slipring::command {

namespace json = boost::json;

namespace {

using admin::ControlConnection;

// Ctrl-C as something that can be waited for: so that it comes between two lines.
class Interrupts {
 public:
  Interrupts() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    descriptor_ = signalfd(-1, &signals, SFD_CLOEXEC);
  }
  ~Interrupts() { ::close(descriptor_); }
  Interrupts(const Interrupts &) = delete;
  Interrupts &operator=(const Interrupts &) = delete;

  // Waits until `readable` can be read; false: interrupted.
  bool wait_for(int readable) const {
    pollfd wanted[2] = {{readable, POLLIN, 0}, {descriptor_, POLLIN, 0}};
    while (::poll(wanted, 2, -1) < 0 && errno == EINTR) continue;
    return wanted[1].revents == 0;
  }

 private:
  int descriptor_;
};

class Printer {
 public:
  explicit Printer(const SubscribeOptions &options) : options_(options) {}

  bool has_enough() const { return options_.count != 0 && events_ == options_.count; }

  // A line of the host; its error, or that the output takes no more.
  Status print(std::string_view text) {
    const auto line = admin::parse_answer(text);
    if (!line) return line.status();
    if (const json::value *event = line->if_contains("event")) {
      print_event(event->as_object());
    } else if (const json::value *gap = line->if_contains("gap")) {
      print_gap(gap->as_object());
    } else if (const json::value *begun = line->if_contains("subscribed")) {
      say_subscribed(begun->as_object());
    }
    return std::cout ? Status::ok() : Status(SLIPRING_ABORTED, "standard output takes no more");
  }

 private:
  void print_event(const json::object &event) {
    ++events_;
    if (options_.as_json) {
      std::cout << json::serialize(event) << '\n';
    } else {
      std::cout << event_line(event, columns_of_output()) << '\n';
    }
  }

  void print_gap(const json::object &gap) const {
    if (options_.as_json) std::cout << json::serialize(json::object{{"gap", gap}}) << '\n';
    std::cerr << "slipring: " << gap_line(gap) << std::endl;
  }

  void say_subscribed(const json::object &begun) const {
    std::cerr << "subscribed to ";
    for (size_t i = 0; i < options_.filters.size(); ++i) {
      std::cerr << (i == 0 ? "" : ", ") << options_.filters[i];
    }
    std::cerr << std::endl;
    if (const json::value *gap = begun.if_contains("gap")) print_gap(gap->as_object());
  }

  const SubscribeOptions &options_;
  uint64_t events_ = 0;
};

}  // namespace

int subscribe(const SubscribeOptions &options) {
  const Interrupts interrupts;
  auto connection = ControlConnection::open(options.socket);
  if (!connection) return fail(connection.status());
  const json::object request{{"op", "subscribe"},
                             {"filters", json::value_from(options.filters)},
                             {"start", options.start}};
  if (Status status = connection->send(request); !status.is_ok()) return fail(status);
  Printer printer(options);
  while (!printer.has_enough()) {
    if (!connection->has_line()) {
      std::cout.flush();
      if (!interrupts.wait_for(connection->descriptor())) return done;
    }
    const auto line = connection->receive_line();
    Status status = line ? printer.print(*line) : line.status();
    if (!status.is_ok()) {
      std::cout.flush();
      return fail(status);
    }
  }
  std::cout.flush();
  return done;
}

}  // namespace slipring::command
