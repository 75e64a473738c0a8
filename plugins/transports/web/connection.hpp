// Connection: one accepted socket from its adoption to its end, as the Link of whatever is spoken
// on it. It shakes hands (TLS), finds out what is spoken (ALPN; in the clear the first bytes: RFC
// 9113 §3.4), carries bytes both ways, and ends the socket so that the peer gets what was sent.
//
//   shaking hands ► sniffing ► open ► finishing ► lingering ► gone
//
// While idle it owns no buffer: reading is into the shard's, writing through its Joiner; what a
// full socket did not take, and what came while reading is stopped, is kept only until that is
// over.
//
// Thread-safety: its shard.
#pragma once

#include <slipring/ext/transport.h>

#include <memory>
#include <string>

#include "deadlines.hpp"
#include "joiner.hpp"
#include "link.hpp"
#include "poller.hpp"
#include "stream.hpp"

namespace slipring::web {

class Shard;

class Connection final : public Link, private Deadline, private Pollable, private Joiner::Target {
 public:
  // Takes over the socket; the connection lives until the socket is gone.
  static void adopt(Shard &shard, const slipring_accepted &accepted);

  Connection(const Connection &) = delete;
  Connection &operator=(const Connection &) = delete;

  bool send(std::string_view bytes) override;
  bool full() const override { return aside_ != nullptr && !aside_->unsent.empty(); }
  std::uint64_t progress() const override { return written_; }
  void set_reading(bool reading) override;
  void finish() override;
  void drop() override;
  void become(std::unique_ptr<Protocol> next, std::span<char> rest) override;
  std::string_view peer() const override { return peer_; }
  bool is_secure() const override { return stream_.layer() != nullptr; }
  std::string identity() const override;

  // In a step of its own: what could not be done where it was asked for.
  void settle();
  void drain();
  void give_way();

  std::size_t place = 0;  // in the shard's list
  bool unsettled = false;

 private:
  enum class Phase : std::uint8_t { shaking_hands, sniffing, open, finishing, lingering, gone };

  // What is needed now and then.
  struct Aside {
    std::string unsent;
    std::string unread;
    std::unique_ptr<Protocol> next;
  };

  Connection(Shard &shard, const slipring_accepted &accepted);
  ~Connection();

  void begin();
  void ready(std::uint32_t events) override;
  void late(Wait what) override;
  void put(std::string_view bytes) override;

  void shake_hands();
  void read_some();
  bool read_once();
  void read_unread();
  void deliver(std::span<char> bytes);
  void sniff(std::span<char> bytes);
  void speak(std::unique_ptr<Protocol> protocol);
  void change_protocol();
  void tell_protocol();
  void discard();
  void peer_has_ended();
  void write_unsent();
  void end_sending();
  void gone();
  void later();
  Aside &aside();
  void tidy();
  void end();

  Shard &shard_;
  Stream stream_;
  std::unique_ptr<Protocol> protocol_;
  std::unique_ptr<Aside> aside_;
  std::string peer_;
  std::uint64_t written_ = 0;  // bytes that the socket took
  const int fd_;
  Phase phase_ = Phase::sniffing;
  bool readable_ : 1 = false;   // a read may bring something
  bool reading_ : 1 = true;     // the protocol wants it
  bool receiving_ : 1 = false;  // inside Protocol::receive
  bool peer_ended_ : 1 = false;
  bool hung_up_ : 1 = false;  // the kernel says so; there may be something to read before
};

}  // namespace slipring::web
