// What the tests of this folder stand on: a link that keeps what was sent, a host that does as it
// is told, frames made and taken apart by hand.
#pragma once

#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <slipring/cpp/bytes.hpp>
#include <string>
#include <vector>

#include "http2/http2.hpp"

namespace slipring::web::testing {

using sdk::bytes;
using sdk::view;

struct FakeLink : Link {
  bool send(std::string_view bytes) override {
    out.append(bytes);
    sent += bytes.size();
    if (room != 0 && out.size() >= room) is_full = true;
    return !is_full;
  }
  bool full() const override { return is_full; }
  void set_reading(bool) override {}
  void finish() override { finished = true; }
  void drop() override { dropped = true; }
  void become(std::unique_ptr<Protocol>, std::span<char>) override {}
  std::string_view peer() const override { return "192.0.2.1:4711"; }
  bool is_secure() const override { return false; }

  std::string out;
  std::size_t sent = 0;
  std::size_t room = 0;  // bytes until it is full; 0: never
  bool is_full = false;
  bool finished = false;
  bool dropped = false;
};

// One exchange as the host saw it.
struct Seen {
  Exchange *exchange = nullptr;
  std::string head;  // "GET http example.org /path?query; name: value; …"
  std::string body;
  std::string trailers;
  bool ended = false;
  std::uint64_t length = 0;
  int writable = 0;
  std::vector<slipring_status> closed;
};

inline std::string text_of(std::span<const slipring_field> fields) {
  std::string text;
  for (const slipring_field &field : fields) {
    text.append("; ").append(view(field.name)).append(": ").append(view(field.value));
  }
  return text;
}

struct FakeFront : Front {
  Opened open(Exchange &exchange, const slipring_http_request &request) override {
    Opened opened;
    opened.status = refuse_with;
    opened.reason = refuse_with != SLIPRING_OK ? "not today" : "";
    if (refuse_with != SLIPRING_OK) return opened;
    opened.session = ++last;
    Seen &seen = sessions[last];
    seen.exchange = &exchange;
    seen.length = request.length;
    seen.head.append(view(request.method)).append(" ").append(view(request.scheme)).append(" ");
    seen.head.append(view(request.authority)).append(" ").append(view(request.path));
    if (request.query.size != 0) seen.head.append("?").append(view(request.query));
    seen.head += text_of({request.fields, request.field_count});
    if (stop_at_open) exchange.set_reading(false);
    return opened;
  }
  void body(slipring_session session, std::string_view bytes, bool more) override {
    Seen &seen = sessions.at(session);
    EXPECT_FALSE(seen.ended || !seen.closed.empty());
    seen.body.append(bytes);
    seen.ended = !more;
    if (stop_in_body) seen.exchange->set_reading(false);
  }
  void trailers(slipring_session session, std::span<const slipring_field> fields) override {
    sessions.at(session).trailers += text_of(fields);
  }
  void exchange_writable(slipring_session session) override {
    EXPECT_TRUE(sessions.at(session).closed.empty());
    ++sessions.at(session).writable;
    turns.push_back(session);
  }
  void exchange_closed(slipring_session session, slipring_status status) override {
    sessions.at(session).closed.push_back(status);
  }
  Opened open(Messages &, const slipring_message_handshake &) override { return {}; }
  void receive(slipring_session, const slipring_message &) override {}
  void messages_writable(slipring_session) override {}
  void messages_closed(slipring_session, std::uint16_t, std::string_view) override {}

  std::map<slipring_session, Seen> sessions;
  slipring_session last = 0;
  std::vector<slipring_session> turns;
  slipring_status refuse_with = SLIPRING_OK;
  bool stop_at_open = false;
  bool stop_in_body = false;
};

struct Frame {
  int type = 0;
  int flags = 0;
  std::int32_t id = 0;
  std::string payload;

  std::uint32_t number(std::size_t at = 0) const {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      value = value << 8 | static_cast<unsigned char>(payload.at(at + i));
    }
    return value;
  }
};

inline std::string big_endian(std::uint64_t value, int size) {
  std::string text;
  for (int i = size - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i));
  return text;
}

inline std::string frame(int type, int flags, std::uint32_t id, std::string_view payload) {
  std::string text = big_endian(payload.size(), 3);
  text += static_cast<char>(type);
  text += static_cast<char>(flags);
  return text + big_endian(id, 4) + std::string(payload);
}

// What is whole of it.
inline std::vector<Frame> frames_of(std::string_view bytes) {
  std::vector<Frame> frames;
  while (bytes.size() >= 9) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const std::size_t size = at(0) << 16 | at(1) << 8 | at(2);
    if (bytes.size() < 9 + size) break;
    const std::int32_t id = at(5) << 24 | at(6) << 16 | at(7) << 8 | at(8);
    frames.push_back({at(3), at(4), id, std::string(bytes.substr(9, size))});
    bytes.remove_prefix(9 + size);
  }
  return frames;
}

using Fields = std::vector<std::pair<std::string, std::string>>;

// A header block of literals that are not indexed (RFC 7541 §6.2.2). Lengths below 127.
inline std::string block(const Fields &fields) {
  std::string text;
  for (const auto &[name, value] : fields) {
    text += '\0';
    text += static_cast<char>(name.size());
    text += name;
    text += static_cast<char>(value.size());
    text += value;
  }
  return text;
}

inline Fields request_fields(const std::string &method, const std::string &path = "/") {
  return {{":method", method}, {":scheme", "http"}, {":authority", "example.org"}, {":path", path}};
}

inline Fields with(Fields fields, const Fields &more) {
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

inline Fields without(Fields fields, const std::string &name) {
  std::erase_if(fields, [&](const auto &field) { return field.first == name; });
  return fields;
}

enum : int { END_STREAM = 1, ACK = 1, END_HEADERS = 4, PADDED = 8, PRIORITY = 0x20 };

inline std::string headers(std::uint32_t id, const Fields &fields,
                           int flags = END_HEADERS | END_STREAM) {
  return frame(NGHTTP2_HEADERS, flags, id, block(fields));
}

inline std::string data(std::uint32_t id, std::string_view bytes, int flags = 0) {
  return frame(NGHTTP2_DATA, flags, id, bytes);
}

inline std::string reset(std::uint32_t id, std::uint32_t code = NGHTTP2_CANCEL) {
  return frame(NGHTTP2_RST_STREAM, 0, id, big_endian(code, 4));
}

inline std::string window_update(std::uint32_t id, std::uint32_t size) {
  return frame(NGHTTP2_WINDOW_UPDATE, 0, id, big_endian(size, 4));
}

inline std::string setting(int id, std::uint32_t value) {
  return big_endian(static_cast<std::uint64_t>(id), 2) + big_endian(value, 4);
}

inline std::string settings(std::string_view payload = {}) {
  return frame(NGHTTP2_SETTINGS, 0, 0, payload);
}

inline const std::string preface =
    std::string(NGHTTP2_CLIENT_MAGIC) + settings() + frame(NGHTTP2_SETTINGS, ACK, 0, {});

// Counts by name what Counters count.
class FakeMetrics {
 public:
  FakeMetrics() {
    table_.struct_size = sizeof table_;
    table_.add = [](slipring_counter *counter, std::uint64_t amount) {
      *reinterpret_cast<std::uint64_t *>(counter) += amount;
    };
  }
  sdk::Counter counter(std::uint64_t &value) {
    return {&table_, reinterpret_cast<slipring_counter *>(&value)};
  }

 private:
  slipring_metrics table_{};
};

// What is spoken in a tunnel: every byte comes back. Handshakes are accepted, or refused with 403.
struct EchoTunnel : Protocol {
  explicit EchoTunnel(Link &own) : link(own) { last = this; }
  ~EchoTunnel() override {
    if (last == this) last = nullptr;
  }
  void receive(std::span<char> bytes) override {
    received.append(bytes.data(), bytes.size());
    if (echo) link.send({bytes.data(), bytes.size()});
  }
  void writable() override { ++writables; }
  void peer_ended() override { ended = true; }
  void lost() override { ++losses; }
  void drain() override { drained = true; }
  void give_way() override {}

  Link &link;
  std::string received;
  bool echo = true;
  bool ended = false;
  bool drained = false;
  int writables = 0;
  static inline int losses = 0;
  static inline EchoTunnel *last = nullptr;
  static inline bool refuse = false;
  static inline std::string handshake;
};

inline Upgrade open_echo_tunnel(Context &, Link &link, const slipring_http_request &request) {
  EchoTunnel::handshake = text_of({request.fields, request.field_count});
  Upgrade upgrade;
  if (EchoTunnel::refuse) {
    upgrade.code = 403;
    upgrade.reason = "not here";
    return upgrade;
  }
  upgrade.protocol = std::make_unique<EchoTunnel>(link);
  upgrade.code = 200;
  upgrade.fields = {{"sec-websocket-protocol", "one"}};
  return upgrade;
}

class Http2Test : public ::testing::Test {
 protected:
  Http2Test() {
    EchoTunnel::losses = 0;
    EchoTunnel::refuse = false;
    counters.requests = metrics.counter(requests);
    counters.bad_requests = metrics.counter(bad_requests);
    counters.timeouts = metrics.counter(timeouts);
    counters.http2_errors = metrics.counter(http2_errors);
    counters.floods = metrics.counter(floods);
    counters.pings_sent = metrics.counter(pings_sent);
    counters.dead_peers = metrics.counter(dead_peers);
    deadlines.set_now(Time{} + std::chrono::hours(1));
  }

  // The connection, with the preface and SETTINGS behind it.
  void connect(std::string_view first = preface) {
    http2 = std::make_unique<Http2>(context, link, open_echo_tunnel);
    receive(first);
  }
  void receive(std::string_view bytes) {
    std::string copy(bytes);
    if (!link.finished && !link.dropped) http2->receive(copy);
  }
  // What is due in this round, then the time that passes.
  void round() { deadlines.advance(); }
  void pass(std::chrono::milliseconds time) {
    deadlines.set_now(deadlines.now() + time);
    deadlines.advance();
  }

  // Frames sent since the last call.
  std::vector<Frame> sent() {
    auto frames = frames_of(link.out);
    link.out.clear();
    return frames;
  }
  std::vector<Frame> sent(int type) {
    auto frames = sent();
    std::erase_if(frames, [&](const Frame &each) { return each.type != type; });
    return frames;
  }
  // "GOAWAY code", "RST_STREAM id code": the first of what went out since.
  std::string refusal() {
    std::string text;
    for (const Frame &each : sent()) {
      if (each.type == NGHTTP2_GOAWAY) {
        text = text + "GOAWAY " + nghttp2_http2_strerror(each.number(4));
      }
      if (each.type == NGHTTP2_RST_STREAM) {
        text = text + "RST_STREAM " + nghttp2_http2_strerror(each.number());
      }
      if (!text.empty()) return text;
    }
    return "nothing";
  }
  std::string body_sent(std::int32_t id) {
    std::string body;
    for (const Frame &each : frames_of(link.out)) {
      if (each.type == NGHTTP2_DATA && each.id == id) body += each.payload;
    }
    return body;
  }

  // As the host would.
  Seen &seen(slipring_session session) { return front.sessions.at(session); }
  void respond(slipring_session session, std::uint32_t code = 200,
               std::uint64_t length = SLIPRING_LENGTH_UNKNOWN, const Fields &fields = {}) {
    std::vector<slipring_field> list;
    for (const auto &[name, value] : fields) list.push_back({bytes(name), bytes(value)});
    slipring_http_head head{};
    head.struct_size = sizeof head;
    head.code = code;
    head.length = length;
    head.fields = list.data();
    head.field_count = list.size();
    seen(session).exchange->respond(head);
  }
  std::size_t write(slipring_session session, std::string_view body) {
    const slipring_bytes piece = bytes(body);
    return seen(session).exchange->write({&piece, 1});
  }
  void finish(slipring_session session, const Fields &fields = {}) {
    std::vector<slipring_field> list;
    for (const auto &[name, value] : fields) list.push_back({bytes(name), bytes(value)});
    seen(session).exchange->finish(list);
  }

  std::uint64_t requests = 0, bad_requests = 0, timeouts = 0, http2_errors = 0, floods = 0,
                pings_sent = 0, dead_peers = 0;
  FakeMetrics metrics;
  FakeLink link;
  FakeFront front;
  Counters counters;
  Settings settings_;
  Deadlines deadlines{{std::chrono::seconds(10), std::chrono::seconds(10), std::chrono::seconds(60),
                       std::chrono::seconds(75), std::chrono::seconds(30), std::chrono::seconds(10),
                       std::chrono::seconds(3), std::chrono::seconds(0)}};
  Context context{front, deadlines, counters, settings_};
  std::unique_ptr<Http2> http2;
};

}  // namespace slipring::web::testing
