// Post: a publisher by requests of HTTP/1.1 on a connection that stays: one POST for each message,
// as a JSON string.
//
// Thread-safety: none.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <utility>

#include "pubsub/dialect.hpp"
#include "wire/http_reader.hpp"

namespace slipring::bench::pubsub {

class Post final : public Dialect, private HttpReader::Listener {
 public:
  // Topics are at `prefix`, and the options' topic. `options` are borrowed.
  Post(const Options &options, const Role &role, std::string prefix)
      : options_(options), role_(role), prefix_(std::move(prefix)) {}

  void begin(std::string &output) override;
  size_t receive(std::span<char> bytes, std::string &output, Dialect::Listener &listener) override;
  void publish(std::string &output, uint32_t topic, std::string_view message,
               std::optional<uint64_t> number) override;
  bool is_closed() const override { return false; }

 private:
  void head(unsigned status, std::string_view text) override;
  void body(std::string_view) override {}
  void ended() override;

  void append_request(std::string &output, std::string_view method, uint32_t topic) const;

  const Options &options_;
  const Role role_;
  const std::string prefix_;
  HttpReader reader_;
  bool is_ready_ = false;
  unsigned status_ = 0;                             // of the answer that is coming
  std::string answer_;                              // its head, when it is a refusal
  std::deque<std::optional<uint64_t>> unanswered_;  // the publishes under way
  Dialect::Listener *listener_ = nullptr;
};

}  // namespace slipring::bench::pubsub
