// Whatever a client of HTTP/2 sends, in whatever pieces, while the host and the link do as they
// like: nothing is said to the host twice or behind the end, and everything that was opened is
// closed once.
//
// The first byte chooses how the input is cut and what the host does. Then frames, in one of two
// forms: raw, behind the preface; or chosen by a byte each, so that the fuzzer need not find out
// how a header block is made.
#include "http2/http2.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <slipring/cpp/bytes.hpp>
#include <string>
#include <string_view>

namespace {

using namespace slipring;
using namespace slipring::web;

void require(bool condition) {
  if (!condition) std::abort();
}

struct FuzzLink final : Link {
  bool send(std::string_view bytes) override {
    require(!ended);
    sent += bytes.size();
    return !full();
  }
  bool full() const override { return sent >= room; }
  void set_reading(bool) override {}
  void finish() override { ended = true; }
  void drop() override { ended = true; }
  void become(std::unique_ptr<Protocol>, std::span<char>) override { std::abort(); }
  std::string_view peer() const override { return "192.0.2.1:1"; }
  bool is_secure() const override { return true; }

  std::size_t sent = 0;
  std::size_t room = 64 * 1024;
  bool ended = false;
};

struct FuzzFront final : Front {
  struct Session {
    Exchange *exchange;
    bool ended = false;
    bool to_write = false;
  };

  Opened open(Exchange &exchange, const slipring_http_request &request) override {
    require(!in_call && request.method.size != 0 && request.path.size != 0);
    Opened opened;
    if (++last % 7 == 0) {
      opened.status = SLIPRING_NOT_FOUND;
      return opened;
    }
    sessions[last] = {&exchange, request.length == 0};
    opened.session = last;
    if (last % 5 == 0) exchange.set_reading(false);
    return opened;
  }
  void body(slipring_session session, std::string_view, bool more) override {
    Session &seen = sessions.at(session);
    require(!in_call && !seen.ended);
    seen.ended = !more;
    if (more && session % 3 == 0) seen.exchange->set_reading(false);
  }
  void trailers(slipring_session session, std::span<const slipring_field>) override {
    require(!in_call && !sessions.at(session).ended);
  }
  void exchange_writable(slipring_session session) override {
    require(!in_call);
    sessions.at(session).to_write = true;
  }
  void exchange_closed(slipring_session session, slipring_status status) override {
    require(!in_call && status >= SLIPRING_OK && status <= SLIPRING_UNAUTHENTICATED);
    require(sessions.erase(session) == 1);
  }
  Opened open(Messages &, const slipring_message_handshake &) override { return {}; }
  void receive(slipring_session, const slipring_message &) override {}
  void messages_writable(slipring_session) override {}
  void messages_closed(slipring_session, std::uint16_t, std::string_view) override {}

  // What the host does at the end of a round, chosen by `dice`.
  void act(std::uint8_t dice) {
    if (sessions.empty()) return;
    auto chosen = sessions.lower_bound(last > 4 ? last - dice % 4 : 1);
    if (chosen == sessions.end()) chosen = sessions.begin();
    Session &session = chosen->second;
    in_call = true;
    const slipring_bytes body = sdk::bytes(text);
    const slipring_field trailer{sdk::bytes("a"), sdk::bytes("b")};
    slipring_http_head head{};
    head.struct_size = sizeof head;
    head.code = dice % 3 == 0 ? 103 : dice % 11 == 0 ? 204 : 200;
    head.length = SLIPRING_LENGTH_UNKNOWN;
    switch (dice / 16 % 6) {
      case 0:
        session.exchange->respond(head);
        break;
      case 1:
        require(session.exchange->write({&body, 1}) <= body.size);
        break;
      case 2:
        session.exchange->finish({&trailer, dice % 2u});
        break;
      case 3:
        session.exchange->reset(dice % 17);
        break;
      default:
        session.exchange->set_reading(dice % 2 == 0);
    }
    in_call = false;
  }

  std::map<slipring_session, Session> sessions;
  slipring_session last = 0;
  bool in_call = false;
  const std::string text = std::string(40'000, 'x');
};

struct Echo final : Protocol {
  explicit Echo(Link &own) : link(own) { ++alive; }
  ~Echo() override {
    require(is_lost);
    --alive;
  }
  void receive(std::span<char> bytes) override {
    require(!is_lost);
    if (bytes.front() == 'f') return link.finish();
    if (bytes.front() == 'd') return link.drop();
    if (bytes.front() == 's') link.set_reading(false);
    link.send({bytes.data(), bytes.size()});
  }
  void writable() override { require(!is_lost); }
  void peer_ended() override { link.finish(); }
  void lost() override {
    require(!is_lost);
    is_lost = true;
  }
  void give_way() override {}
  void drain() override {}

  Link &link;
  bool is_lost = false;
  static inline int alive = 0;
};

Upgrade open_echo(Context &, Link &link, const slipring_http_request &) {
  Upgrade upgrade;
  upgrade.protocol = std::make_unique<Echo>(link);
  upgrade.code = 200;
  return upgrade;
}

std::string big_endian(std::uint32_t value, int size) {
  std::string text;
  for (int i = size - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i));
  return text;
}

std::string frame(int type, int flags, std::uint32_t id, std::string_view payload) {
  return big_endian(static_cast<std::uint32_t>(payload.size()), 3) + static_cast<char>(type) +
         static_cast<char>(flags) + big_endian(id, 4) + std::string(payload);
}

std::string literal(std::string_view name, std::string_view value) {
  return std::string(1, '\0') + static_cast<char>(name.size()) + std::string(name) +
         static_cast<char>(value.size()) + std::string(value);
}

std::string request(std::uint8_t dice) {
  std::string block = literal(":method", dice % 4 == 0   ? "CONNECT"
                                         : dice % 4 == 1 ? "HEAD"
                                                         : "POST");
  if (dice % 4 == 0) block += literal(":protocol", "websocket");
  block += literal(":scheme", "http") + literal(":path", "/a?b") + literal(":authority", "a");
  if (dice % 5 == 0) block += literal("expect", "100-continue");
  if (dice % 7 == 0) block += literal("priority", "u=1, i");
  return block;
}

// A frame for one byte of input, with a payload of those behind it.
std::string chosen_frame(std::uint8_t dice, std::string_view payload, std::uint32_t &newest) {
  const std::uint32_t id = newest > 8 ? newest - dice / 16 % 4 * 2 : 1;
  switch (dice % 12) {
    case 0:
    case 1:
    case 2:
      newest += 2;
      return frame(1, dice % 2 == 0 ? 4 : 5, newest, request(static_cast<std::uint8_t>(dice / 3)));
    case 3:
    case 4:
      return frame(0, dice % 16 == 3 ? 1 : 0, id, payload);
    case 5:
      return frame(3, 0, id, big_endian(8, 4));
    case 6:
      return frame(8, 0, dice % 32 < 16 ? 0 : id, big_endian(20'000, 4));
    case 7:
      return frame(1, 5, id, literal("t", "u"));
    case 8:
      return frame(16, 0, 0, big_endian(id, 4) + std::string(payload));
    case 9:
      return frame(4, 0, 0, payload);
    case 10:
      return frame(6, dice / 16 % 2, 0, "12345678");
    default:
      return frame(dice / 16, 0, id, payload);
  }
}

class Driver {
 public:
  explicit Driver(std::uint8_t dice) : dice_(dice) {
    settings_.http2.streams = 8;
    settings_.http2.window = 70'000;
    settings_.http.body = 100'000;
    link_.room = dice % 2 == 0 ? 64 * 1024 : 300;
    deadlines_.set_now(Time{} + std::chrono::hours(1));
    http2_ = std::make_unique<Http2>(context_, link_, open_echo);
    send(std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") + frame(4, 0, 0, {}));
  }

  ~Driver() {
    http2_->lost();
    require(front_.sessions.empty());
    http2_.reset();
    require(Echo::alive == 0);
  }

  void send(std::string_view bytes) {
    const std::size_t step = dice_ % 4 == 3 ? 1 : dice_ % 4 == 2 ? 13 : 1 << 16;
    for (; !bytes.empty() && !link_.ended; bytes.remove_prefix(std::min(step, bytes.size()))) {
      std::string piece(bytes.substr(0, step));
      http2_->receive(piece);
    }
  }

  // A round of the loop: the host writes, time may pass, the link empties.
  void round(std::uint8_t dice) {
    if (link_.ended) return;
    front_.act(dice);
    if (dice % 13 == 0) deadlines_.set_now(deadlines_.now() + std::chrono::seconds(dice));
    deadlines_.advance();
    if (link_.ended) return;
    if (dice == 255) http2_->drain();
    if (dice == 254) http2_->peer_ended();
    if (dice % 3 != 0 && link_.full()) {
      link_.sent = 0;
      if (!link_.ended) http2_->writable();
    }
  }

 private:
  const std::uint8_t dice_;
  Settings settings_;
  FuzzLink link_;
  FuzzFront front_;
  Counters counters_;
  Deadlines deadlines_{{std::chrono::seconds(10), std::chrono::seconds(10),
                        std::chrono::seconds(60), std::chrono::seconds(75),
                        std::chrono::seconds(30), std::chrono::seconds(10), std::chrono::seconds(3),
                        std::chrono::seconds(0)}};
  Context context_{front_, deadlines_, counters_, settings_};
  std::unique_ptr<Http2> http2_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char *>(data) + 1, size - 1);
  Driver driver(data[0]);
  if (data[0] >= 128) {
    driver.send(input);
    return 0;
  }
  std::uint32_t newest = 0xffffffff;  // the first is 1
  for (std::size_t at = 0; at < input.size(); ++at) {
    const auto dice = static_cast<std::uint8_t>(input[at]);
    driver.round(static_cast<std::uint8_t>(dice * 31 + at));
    driver.send(chosen_frame(dice, input.substr(at, dice / 4), newest));
  }
  return 0;
}
