// Peer: one connection of the exchange, a subscriber or a publisher; its dialect speaks, its
// listener hears.
//
// Thread-safety: none; used by the thread of its Loop.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "pubsub/dialect.hpp"
#include "wire/connection.hpp"
#include "wire/numbered.hpp"

namespace slipring::bench::pubsub {

class Peer final : public Connection, private Dialect::Listener {
 public:
  // Dialect::Listener, and whom it is about.
  class Owner {
   public:
    virtual void ready(Peer &peer) = 0;
    virtual void message(Peer &peer, std::string_view text) = 0;
    virtual void acknowledged(Peer &peer, uint64_t number) = 0;
    virtual void refused(Peer &peer, std::string_view answer) = 0;

   protected:
    ~Owner() = default;
  };

  // Begins to connect. `owner` is borrowed. A subscriber keeps `lanes` ledgers.
  Peer(const Role &role, uint16_t port, std::unique_ptr<Dialect> dialect, size_t lanes,
       Owner &owner)
      : Connection(port),
        role_(role),
        dialect_(std::move(dialect)),
        ledgers_(lanes),
        owner_(owner) {}

  const Role &role() const { return role_; }
  // One for each lane of its topic.
  std::vector<Ledger> &ledgers() { return ledgers_; }

  void publish(uint32_t topic, std::string_view message, std::optional<uint64_t> number) {
    dialect_->publish(output(), topic, message, number);
  }

 private:
  void connected() override { dialect_->begin(output()); }
  size_t receive(std::span<char> bytes) override {
    const size_t used = dialect_->receive(bytes, output(), *this);
    if (dialect_->is_closed()) end();
    return used;
  }
  void ready() override { owner_.ready(*this); }
  void message(std::string_view text) override { owner_.message(*this, text); }
  void acknowledged(uint64_t number) override { owner_.acknowledged(*this, number); }
  void refused(std::string_view answer) override { owner_.refused(*this, answer); }

  const Role role_;
  const std::unique_ptr<Dialect> dialect_;
  std::vector<Ledger> ledgers_;
  Owner &owner_;
};

}  // namespace slipring::bench::pubsub
