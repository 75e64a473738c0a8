// Client: one WebSocket connection of the load, from connect to close.
//
// Output gathers until flush(), so that messages due together share a system call. A client that
// has nothing under way holds no buffer: ten thousand idle ones cost little.
//
// Thread-safety: none; used by the thread of its Generator.
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "load/numbered.hpp"

namespace slipring::bench {

class Client {
 public:
  enum class State { connecting, shaking_hands, open, gone };
  using OnMessage = std::function<void(Client &, std::string_view)>;

  // Begins to connect. `path` is borrowed.
  Client(uint32_t index, uint16_t port, std::string_view path);
  ~Client();
  Client(Client &&) = delete;

  uint32_t index() const { return index_; }
  int fd() const { return fd_; }
  State state() const { return state_; }
  Ledger &ledger() { return ledger_; }

  // The socket can be read: reads once, and calls `on_message` for each message that is complete.
  void readable(std::span<char> buffer, const OnMessage &on_message);
  // The socket can be written.
  void writable();
  bool wants_to_write() const { return state_ == State::connecting || !output_.empty(); }

  // Adds a text message to the output.
  void send(std::string_view message);
  void flush();

 private:
  void receive(std::span<char> bytes, const OnMessage &on_message);
  size_t receive_handshake(std::string_view bytes);
  size_t receive_frames(std::span<char> bytes, const OnMessage &on_message);
  uint32_t mask();
  void end();

  const uint32_t index_;
  const std::string_view path_;
  int fd_;
  State state_ = State::connecting;
  uint32_t mask_;
  Ledger ledger_;
  std::string input_;  // the beginning of something incomplete
  std::string output_;
};

}  // namespace slipring::bench
