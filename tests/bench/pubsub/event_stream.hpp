// EventStream: a subscriber of server-sent events over HTTP/1.1, of any server.
//
// Thread-safety: none.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "pubsub/dialect.hpp"
#include "wire/http_reader.hpp"

namespace slipring::bench::pubsub {

class EventStream final : public Dialect, private HttpReader::Listener {
 public:
  // `target`: of the request, whose answer is the stream.
  explicit EventStream(std::string target) : target_(std::move(target)) {}

  void begin(std::string &output) override;
  size_t receive(std::span<char> bytes, std::string &output, Dialect::Listener &listener) override;
  void publish(std::string &, uint32_t, std::string_view, std::optional<uint64_t>) override {}
  bool is_closed() const override { return is_ended_; }

 private:
  void head(unsigned status, std::string_view text) override;
  void body(std::string_view piece) override;
  void ended() override { is_ended_ = true; }

  // Answers how much of `text` were whole events.
  size_t read_events(std::string_view text);
  void read_event(std::string_view lines);

  const std::string target_;
  HttpReader reader_;
  std::string rest_;  // the beginning of an event
  Dialect::Listener *listener_ = nullptr;
  bool is_ended_ = false;
};

}  // namespace slipring::bench::pubsub
