#include "load/generator.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <string>
#include <system_error>

namespace slipring::bench {
namespace {

constexpr uint64_t second = 1'000'000'000;
constexpr uint64_t open_within = 60 * second;
constexpr uint64_t lost_after = second;  // in which nothing has come back
constexpr size_t handshakes_at_once = 200;

uint64_t nanoseconds(double seconds) {
  return static_cast<uint64_t>(seconds * static_cast<double>(second));
}

}  // namespace

Generator::Generator(const Options &options)
    : options_(options),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      messages_(options.size),
      buffer_(size_t{256} << 10),
      on_message_([this](Client &client, std::string_view answer) { answered(client, answer); }) {
  if (epoll_ < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

Generator::~Generator() {
  close(epoll_);
}

uint64_t Generator::now() {
  return static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}

// Has the client called when it can go on; at the first time it is made known.
void Generator::watch(Client &client) {
  const bool writing = client.wants_to_write();
  const bool is_new = client.index() == watched_for_writing_.size();
  if (is_new) watched_for_writing_.push_back(writing);
  if (client.state() == Client::State::gone) return;
  if (!is_new && watched_for_writing_[client.index()] == writing) return;
  watched_for_writing_[client.index()] = writing;
  epoll_event event{};
  event.events = EPOLLIN | (writing ? uint32_t{EPOLLOUT} : 0);
  event.data.ptr = &client;
  epoll_ctl(epoll_, is_new ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, client.fd(), &event);
}

void Generator::open() {
  const uint64_t deadline = now() + open_within;
  while (open_ < options_.connections) {
    while (clients_.size() < options_.connections && clients_.size() < open_ + handshakes_at_once) {
      const auto index = static_cast<uint32_t>(clients_.size());
      clients_.push_back(std::make_unique<Client>(index, options_.port, options_.path));
      watch(*clients_.back());
    }
    poll(now() + second);
    if (measured_.closed != 0 || now() > deadline) {
      throw std::runtime_error(std::to_string(open_) + " of " +
                               std::to_string(options_.connections) + " connections came about");
    }
  }
}

// One step: waits for something to happen, no longer than `until`, and does what it asks for.
void Generator::poll(uint64_t until) {
  std::array<epoll_event, 512> events;
  const uint64_t begin = now();
  const uint64_t wait = until > begin ? until - begin : 0;
  const timespec timeout{static_cast<time_t>(wait / second), static_cast<long>(wait % second)};
  const int count = epoll_pwait2(epoll_, events.data(), events.size(), &timeout, nullptr);
  for (int i = 0; i < count; ++i) {
    const epoll_event &event = events[static_cast<size_t>(i)];
    if (event.data.ptr == nullptr) {
      awake_ = true;
      continue;
    }
    Client &client = *static_cast<Client *>(event.data.ptr);
    const bool was_open = client.state() == Client::State::open;
    if ((event.events & EPOLLOUT) != 0) client.writable();
    const bool readable = (event.events & ~uint32_t{EPOLLOUT}) != 0;
    if (readable && client.state() != Client::State::gone) {
      received_at_ = now();
      client.readable(buffer_, on_message_);
      client.flush();
    }
    if (client.state() == Client::State::gone) {
      ++measured_.closed;
      continue;
    }
    if (!was_open && client.state() == Client::State::open) ++open_;
    watch(client);
  }
}

void Generator::idle_until_readable(int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  // What cannot be waited for, a file or /dev/null, can be read at any time.
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) return;
  for (awake_ = false; !awake_;) poll(now() + second);
  epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
}

Measurement Generator::run() {
  measured_ = {};
  sending_ = true;
  paced_ = 0;
  first_due_ = now();
  const uint64_t begin = first_due_ + nanoseconds(options_.warm_up);
  const uint64_t end = begin + nanoseconds(options_.seconds);
  if (options_.pattern == Pattern::ping_pong) {
    for (const auto &client : clients_) {
      for (size_t i = 0; i < options_.depth; ++i) send(*client, now());
      client->flush();
      watch(*client);
    }
  }
  for (uint64_t time = first_due_; time < end; time = now()) {
    if (!measuring_ && time >= begin) start_measuring();
    if (options_.pattern == Pattern::paced) {
      pace(time);
      const auto next = nanoseconds(static_cast<double>(paced_) / options_.rate);
      poll(std::min(end, first_due_ + next));
    } else {
      poll(end);
    }
  }
  stop_measuring();
  sending_ = false;
  for (received_at_ = now(); outstanding() > 0 && now() < received_at_ + lost_after;) {
    poll(now() + second / 10);
  }
  measured_.lost = outstanding();
  for (const auto &client : clients_) {
    measured_.doubled += client->ledger().doubled();
    measured_.reordered += client->ledger().reordered();
  }
  return measured_;
}

void Generator::start_measuring() {
  measuring_ = true;
  measured_from_ = now();
  using Unix = std::chrono::duration<double>;
  measured_.timeline_begin = Unix(std::chrono::system_clock::now().time_since_epoch()).count();
  server_before_ = ProcessorTime::of(options_.server);
  own_before_ = ProcessorTime::of(getpid());
}

void Generator::stop_measuring() {
  measured_.seconds = static_cast<double>(now() - measured_from_) / static_cast<double>(second);
  measured_.server = ProcessorTime::of(options_.server) - server_before_;
  measured_.own = ProcessorTime::of(getpid()) - own_before_;
  measuring_ = false;
}

// Sends what is due by now, each client in its turn.
void Generator::pace(uint64_t time) {
  const double elapsed = static_cast<double>(time - first_due_) / static_cast<double>(second);
  const auto due_by_now = static_cast<uint64_t>(elapsed * options_.rate);
  unflushed_.clear();
  for (; paced_ <= due_by_now; ++paced_) {
    Client &client = *clients_[paced_ % clients_.size()];
    if (client.state() != Client::State::open) continue;
    send(client, first_due_ + nanoseconds(static_cast<double>(paced_) / options_.rate));
    unflushed_.push_back(&client);
  }
  for (Client *const client : unflushed_) {
    client->flush();
    watch(*client);
  }
}

void Generator::send(Client &client, uint64_t due) {
  client.send(messages_.write({client.index(), client.ledger().next(), due}));
}

void Generator::answered(Client &client, std::string_view answer) {
  Number number;
  if (!messages_.read(answer, number) || number.connection != client.index()) {
    ++measured_.altered;
    return;
  }
  const bool regular = client.ledger().answered(number.sequence);
  if (regular && measuring_) ++measured_.answered;
  if (regular && measuring_ && number.due >= measured_from_) {
    const uint64_t latency = received_at_ - number.due;
    measured_.latencies.add(latency);
    if (options_.timeline != 0) {
      const size_t step = (number.due - measured_from_) / (uint64_t{options_.timeline} * 1'000'000);
      if (measured_.timeline.size() <= step) measured_.timeline.resize(step + 1);
      measured_.timeline[step] = std::max(measured_.timeline[step], latency);
    }
  }
  if (regular && sending_ && options_.pattern == Pattern::ping_pong) send(client, received_at_);
}

uint64_t Generator::outstanding() const {
  uint64_t sum = 0;
  for (const auto &client : clients_) sum += client->ledger().outstanding();
  return sum;
}

}  // namespace slipring::bench
