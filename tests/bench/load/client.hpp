// Client: one WebSocket connection of the load, from connect to close.
//
// Thread-safety: none; used by the thread of its Generator.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "wire/connection.hpp"
#include "wire/numbered.hpp"
#include "wire/web_socket.hpp"

namespace slipring::bench {

class Client final : public Connection {
 public:
  // Who hears what a client receives.
  class Listener {
   public:
    virtual void opened(Client &client) = 0;
    virtual void answered(Client &client, std::string_view answer) = 0;

   protected:
    ~Listener() = default;
  };

  // Begins to connect. `path` and `listener` are borrowed.
  Client(uint32_t index, uint16_t port, std::string_view path, Listener &listener)
      : Connection(port), index_(index), path_(path), listener_(listener), web_socket_(index) {}

  uint32_t index() const { return index_; }

  // Adds a text message to the output, the next one in its sequence.
  void send(NumberedMessages &messages, uint64_t due) {
    web_socket_.send(output(), op_text, messages.write({index_, sent_++, due}));
  }
  Ledger::Arrival arrived(uint64_t sequence) { return ledger_.arrived(sequence, sent_); }
  uint64_t outstanding() const { return ledger_.outstanding(sent_); }
  const Ledger &ledger() const { return ledger_; }

 private:
  void connected() override { web_socket_.request(output(), path_); }
  size_t receive(std::span<char> bytes) override;

  const uint32_t index_;
  const std::string_view path_;
  Listener &listener_;
  WebSocket web_socket_;
  uint64_t sent_ = 0;
  Ledger ledger_;
};

}  // namespace slipring::bench
