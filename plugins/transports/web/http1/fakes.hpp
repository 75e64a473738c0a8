// A link, a host and a way to WebSocket that write down what happens to them, and a connection made
// of them: for tests of Http1 and its fuzz target.
#pragma once

#include <slipring/ext/metrics.h>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <limits>
#include <memory>
#include <slipring/cpp/bytes.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http1.hpp"

namespace slipring::web::http1_test {

// A link between rounds of the loop: what the client sent waits here while reading is stopped.
struct FakeLink final : Link {
  std::string sent;
  std::string for_next;  // what `become` was given
  std::unique_ptr<Protocol> next;
  std::size_t room = std::numeric_limits<std::size_t>::max();  // until it is full
  bool reading = true;
  bool finished = false;
  bool dropped = false;
  bool secure = false;

  bool over() const { return finished || dropped || next != nullptr; }

  bool send(std::string_view bytes) override {
    if (over()) sent += "<sent after the end>";
    sent += bytes;
    room -= std::min(room, bytes.size());
    return room > 0;
  }
  bool full() const override { return room == 0; }
  void set_reading(bool on) override { reading = on; }
  void finish() override { finished = true; }
  void drop() override { dropped = true; }
  void become(std::unique_ptr<Protocol> protocol, std::span<char> rest) override {
    next = std::move(protocol);
    for_next.assign(rest.begin(), rest.end());
  }
  std::string_view peer() const override { return "192.0.2.1:4711"; }
  bool is_secure() const override { return secure; }
};

// What the host saw of one request.
struct Seen {
  std::string method, scheme, authority, path, query, peer;
  std::vector<std::pair<std::string, std::string>> fields, trailers;
  std::uint64_t length = 0;
  std::uint32_t version = 0;
  std::string body;
  bool body_ended = false;
  std::size_t writable = 0;
  int closed = -1;  // the status

  bool operator==(const Seen &) const = default;
};

inline std::vector<std::pair<std::string, std::string>> copied(
    std::span<const slipring_field> fields) {
  std::vector<std::pair<std::string, std::string>> all;
  all.reserve(fields.size());
  for (const slipring_field &field : fields) {
    all.emplace_back(sdk::view(field.name), sdk::view(field.value));
  }
  return all;
}

struct FakeFront final : Front {
  std::deque<Seen> seen;  // session n is the n-th, from 1 on
  Exchange *exchange = nullptr;
  slipring_status answer = SLIPRING_OK;  // to `open`
  std::string reason;
  std::size_t parts_until_pause = std::numeric_limits<std::size_t>::max();
  std::size_t opened = 0;

  Opened open(Exchange &with, const slipring_http_request &request) override {
    Seen &one = seen.emplace_back();
    one.method = sdk::view(request.method);
    one.scheme = sdk::view(request.scheme);
    one.authority = sdk::view(request.authority);
    one.path = sdk::view(request.path);
    one.query = sdk::view(request.query);
    one.peer = sdk::view(request.peer);
    one.fields = copied({request.fields, request.field_count});
    one.length = request.length;
    one.version = request.version;
    if (answer != SLIPRING_OK)
      return {.status = answer, .session = 0, .reason = reason, .subprotocol = {}};
    exchange = &with;
    pause_when_due();
    return {.status = SLIPRING_OK, .session = seen.size(), .reason = {}, .subprotocol = {}};
  }
  void body(slipring_session session, std::string_view bytes, bool more) override {
    Seen &one = seen.at(session - 1);
    if (one.body_ended || one.closed >= 0) one.body += "<body after the end>";
    one.body += bytes;
    one.body_ended = !more;
    pause_when_due();
  }
  void trailers(slipring_session session, std::span<const slipring_field> fields) override {
    seen.at(session - 1).trailers = copied(fields);
  }
  void exchange_writable(slipring_session session) override { ++seen.at(session - 1).writable; }
  void exchange_closed(slipring_session session, slipring_status status) override {
    Seen &one = seen.at(session - 1);
    if (one.closed >= 0) one.body += "<closed twice>";
    one.closed = static_cast<int>(status);
  }

  Opened open(Messages &, const slipring_message_handshake &) override { return {}; }
  void receive(slipring_session, const slipring_message &) override {}
  void messages_writable(slipring_session) override {}
  void messages_closed(slipring_session, std::uint16_t, std::string_view) override {}

 private:
  void pause_when_due() {
    if (parts_until_pause-- == 0) exchange->set_reading(false);
  }
};

// Counters that count.
class Counted {
 public:
  Counted() {
    Counters *all = &counters;
    const std::pair<sdk::Counter Counters::*, std::uint64_t *> each[] = {
        {&Counters::requests, &requests},
        {&Counters::bad_requests, &bad_requests},
        {&Counters::bad_responses, &bad_responses},
        {&Counters::timeouts, &timeouts}};
    for (const auto &[member, number] : each) {
      all->*member = sdk::Counter(&table_, reinterpret_cast<slipring_counter *>(number));
    }
  }
  Counted(const Counted &) = delete;
  Counted &operator=(const Counted &) = delete;

  std::uint64_t requests = 0, bad_requests = 0, bad_responses = 0, timeouts = 0;
  Counters counters;

 private:
  static void add(slipring_counter *counter, std::uint64_t amount) {
    *reinterpret_cast<std::uint64_t *>(counter) += amount;
  }

  const slipring_metrics table_{sizeof table_, nullptr, &Counted::add};
};

// A protocol that does nothing.
struct Silent final : Protocol {
  void receive(std::span<char>) override {}
  void writable() override {}
  void peer_ended() override {}
  void lost() override {}
  void drain() override {}
  void give_way() override {}
};

inline bool lists_websocket(const slipring_http_request &request) {
  return std::any_of(
      request.fields, request.fields + request.field_count, [](const slipring_field &field) {
        return sdk::view(field.name) == "upgrade" && sdk::view(field.value) == "websocket";
      });
}

// Accepts whoever has a key.
inline Upgrade open_with_key(Context &, Link &, const slipring_http_request &request) {
  Upgrade made;
  const bool has_key =
      std::any_of(request.fields, request.fields + request.field_count,
                  [](const slipring_field &field) { return sdk::view(field.name) == "key"; });
  if (has_key) {
    made.protocol = std::make_unique<Silent>();
    made.code = 101;
    made.fields = {{"sec-websocket-accept", "x"}};
  } else {
    made.code = 426;
    made.reason = "no key";
    made.fields = {{"sec-websocket-version", "13"}};
  }
  return made;
}

inline constexpr WebSocketEntry test_entry{&lists_websocket, &open_with_key};

// A client, its connection, and the loop: what the client says arrives in pieces of `cut` bytes.
class Connection {
 public:
  explicit Connection(const Settings &with = {}) : settings(with) {}

  void client_says(std::string_view bytes) {
    unread_ += bytes;
    turn();
  }
  void client_ends() {
    ended_ = true;
    turn();
  }
  void link_has_room(std::size_t room = std::numeric_limits<std::size_t>::max()) {
    link.room = room;
    protocol.writable();
    turn();
  }

  // The host's half.
  void respond(std::uint32_t code, std::uint64_t length,
               const std::vector<std::pair<std::string, std::string>> &fields = {}) {
    const auto raw = borrowed(fields);
    front.exchange->respond({.struct_size = sizeof(slipring_http_head),
                             .fields = raw.data(),
                             .field_count = raw.size(),
                             .length = length,
                             .code = code,
                             .pad_ = 0});
  }
  std::size_t write(const std::vector<std::string> &pieces) {
    std::vector<slipring_bytes> raw;
    raw.reserve(pieces.size());
    for (const std::string &piece : pieces) raw.push_back(sdk::bytes(piece));
    return front.exchange->write(raw);
  }
  void finish(const std::vector<std::pair<std::string, std::string>> &trailers = {}) {
    const auto raw = borrowed(trailers);
    front.exchange->finish(raw);
    turn();
  }
  void answer(std::uint32_t code, const std::string &body) {
    respond(code, body.size());
    write({body});
    finish();
  }
  void reads(bool on) {
    front.exchange->set_reading(on);
    turn();
  }

  // Steps of the loop until nothing happens any more.
  void turn() {
    deadlines.advance();
    while (link.reading && !link.over() && !unread_.empty()) {
      std::string piece = unread_.substr(0, cut);
      unread_.erase(0, piece.size());
      protocol.receive(piece);
      deadlines.advance();
    }
    if (link.next) link.for_next += std::exchange(unread_, {});
    if (link.reading && !link.over() && std::exchange(ended_, false)) protocol.peer_ended();
    deadlines.advance();
  }
  void pass(Clock::duration time) {
    deadlines.set_now(deadlines.now() + time);
    deadlines.advance();
  }

  const Seen &last() const { return front.seen.back(); }
  std::string take_sent() { return without_date(std::exchange(link.sent, {})); }

  static std::string without_date(std::string text) {
    while (true) {
      const std::size_t at = text.find("date: ");
      if (at == text.npos) return text;
      text.erase(at, text.find("\r\n", at) + 2 - at);
    }
  }

  Settings settings;
  std::size_t cut = std::numeric_limits<std::size_t>::max();
  FakeLink link;
  FakeFront front;
  Counted counted;
  Deadlines deadlines{{settings.times.tls, settings.times.head, settings.times.body,
                       settings.times.idle, settings.times.ping_interval, settings.times.pong,
                       settings.times.close}};
  Context context{front, deadlines, counted.counters, settings};
  Http1 protocol{context, link, test_entry};

 private:
  static std::vector<slipring_field> borrowed(
      const std::vector<std::pair<std::string, std::string>> &fields) {
    std::vector<slipring_field> all;
    all.reserve(fields.size());
    for (const auto &[name, value] : fields) {
      all.push_back({sdk::bytes(name), sdk::bytes(value)});
    }
    return all;
  }

  std::string unread_;
  bool ended_ = false;
};

}  // namespace slipring::web::http1_test
