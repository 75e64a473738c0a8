// Whatever a client sends after its handshake, in whatever pieces, with compression or without: it
// has the same effect as in one piece; and whatever the host writes meanwhile, the client gets
// well-formed frames with just those messages, none behind a Close.
#include "websocket/websocket.hpp"

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "common/close_code.hpp"
#include "common/utf8.hpp"
#include "websocket/outcome.hpp"

namespace {

using slipring::web::Deflation;
using slipring::web::Inflater;
using slipring::web::Opcode;
using slipring::web::websocket_test::FakeFront;
using slipring::web::websocket_test::HostFrame;
using slipring::web::websocket_test::Outcome;
using slipring::web::websocket_test::outcome_of;
using slipring::web::websocket_test::Stage;

void require(bool condition) {
  if (!condition) std::abort();
}

// The first byte of an input.
struct Choice {
  bool compresses, takes_over, small_limit, host_closes, link_fills;

  explicit Choice(std::uint8_t byte)
      : compresses((byte & 1) != 0),
        takes_over((byte & 2) != 0),
        small_limit((byte & 4) != 0),
        host_closes((byte & 8) != 0),
        link_fills((byte & 16) != 0) {}

  Deflation deflation() const {
    return {.enabled = compresses, .client_takes_over = compresses && takes_over};
  }
  std::size_t limit() const { return small_limit ? 100 : 1 << 20; }
};

std::string inflated(std::string_view payload) {
  std::string bytes(payload);
  bytes.append("\0\0\xff\xff", 4);
  const auto inflater = Inflater::make(15);
  std::string text;
  std::string out(1000, '\0');
  std::span<const char> rest(bytes);
  while (true) {
    const auto step = inflater->step(rest, out);
    require(!step.bad);
    text.append(out, 0, step.written);
    if (rest.empty() && step.written < out.size()) break;
  }
  require(inflater->between_blocks());
  return text;
}

// Reads what the server sent as a strict client would.
class StrictClient {
 public:
  explicit StrictClient(bool compresses) : compresses_(compresses) {}

  std::vector<FakeFront::Message> read(std::string_view sent) {
    while (!sent.empty()) {
      require(!closed_ && sent.size() >= 2);
      const auto first = static_cast<std::uint8_t>(sent[0]);
      const std::string_view payload = cut_payload(sent);
      require((first & 0xb0) == 0x80);  // final, no reserved bit but RSV1
      take(first & 0x0f, (first & 0x40) != 0, payload);
    }
    return messages_;
  }

 private:
  static std::string_view cut_payload(std::string_view &sent) {
    const auto code = static_cast<std::uint8_t>(sent[1]);
    require(code < 128);  // no mask
    const std::size_t more = code == 126 ? 2 : code == 127 ? 8 : 0;
    require(sent.size() >= 2 + more);
    std::uint64_t size = more == 0 ? code : 0;
    for (std::size_t i = 0; i < more; ++i)
      size = size << 8 | static_cast<std::uint8_t>(sent[2 + i]);
    require(more == 0 || size >= (more == 2 ? 126 : 0x10000));
    require(sent.size() - 2 - more >= size);
    const std::string_view payload = sent.substr(2 + more, size);
    sent.remove_prefix(2 + more + size);
    return payload;
  }

  void take(unsigned opcode, bool compressed, std::string_view payload) {
    if (opcode == 1 || opcode == 2) {
      require(!compressed || compresses_);
      messages_.push_back(
          {static_cast<int>(opcode), compressed ? inflated(payload) : std::string(payload)});
      return;
    }
    require((opcode == 8 || opcode == 9 || opcode == 10) && !compressed && payload.size() <= 125);
    if (opcode == 8) check_close(payload);
  }

  void check_close(std::string_view payload) {
    closed_ = true;
    if (payload.empty()) return;
    require(payload.size() >= 2);
    const auto code = static_cast<std::uint16_t>(static_cast<std::uint8_t>(payload[0]) << 8 |
                                                 static_cast<std::uint8_t>(payload[1]));
    require(slipring::websocket::may_be_sent(code));
    slipring::websocket::Utf8 reason;
    require(reason.feed(payload.substr(2)) && reason.complete());
  }

  const bool compresses_;
  bool closed_ = false;
  std::vector<FakeFront::Message> messages_;
};

// A host that sends back what it gets, and keeps what the link has no room for.
void echo(std::string_view bytes, std::size_t piece, const Choice &choice) {
  Stage stage(choice.deflation(), choice.limit());
  std::size_t echoed = 0;
  const auto write = [&] {
    for (; echoed < stage.front.messages.size(); ++echoed) {
      const auto &message = stage.front.messages[echoed];
      const std::size_t middle = message.text.size() / 2;
      const HostFrame frame({message.text.substr(0, middle), message.text.substr(middle)},
                            static_cast<Opcode>(message.kind));
      if (stage.socket->write(std::span(&frame.frame, 1)) == 0) return;
    }
  };
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const bool is_full = choice.link_fills && at / piece % 3 != 0;
    stage.link.room = is_full ? 0 : SIZE_MAX;
    if (!is_full) stage.socket->writable();
    stage.receive(bytes.substr(at, piece));
    write();
    if (choice.host_closes && at + piece >= bytes.size() / 2) stage.socket->close(1001, "going");
    stage.end_round();
  }
  stage.link.room = SIZE_MAX;
  stage.socket->writable();
  write();
  stage.end_round();
  stage.socket->lost();
  require(stage.front.closed.size() == 1);

  auto messages = stage.front.messages;
  messages.resize(echoed);
  require(StrictClient(choice.compresses).read(stage.link.sent) == messages);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  if (size < 3) return 0;
  const Choice choice(data[0]);
  const std::size_t piece = data[1] % 64 + 1;
  const std::string_view bytes(reinterpret_cast<const char *>(data) + 2, size - 2);

  const Outcome whole = outcome_of(bytes, bytes.size(), choice.deflation(), choice.limit());
  require(whole.closed.size() == 1);
  require(outcome_of(bytes, piece, choice.deflation(), choice.limit()) == whole);
  echo(bytes, piece, choice);
  return 0;
}
