// Dialect: how one connection subscribes or publishes in a server's protocol, as bytes in and bytes
// out. It knows nothing of sockets, counts nothing and checks nothing but what it needs to find the
// messages: all dialects cost about the same, and what is checked is the same for all.
//
// A new protocol is a class derived from it and a line in dialect.cpp.
//
// Thread-safety: none.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pubsub/options.hpp"

namespace slipring::bench::pubsub {

class Dialect {
 public:
  // Hears what the server said.
  class Listener {
   public:
    // The subscription is active, or it can be published; once.
    virtual void ready() = 0;
    // `text` has a message in it, as published or wrapped in something.
    virtual void message(std::string_view text) = 0;
    // The publish with that number is done.
    virtual void acknowledged(uint64_t number) = 0;
    // Anything that should not have been said.
    virtual void refused(std::string_view answer) = 0;

   protected:
    ~Listener() = default;
  };

  virtual ~Dialect() = default;

  // Connected: appends what comes first to `output`.
  virtual void begin(std::string &output) = 0;
  // Answers how much of `bytes` is used; the rest is offered again when there is more.
  virtual size_t receive(std::span<char> bytes, std::string &output, Listener &listener) = 0;
  // Appends a publish to topic number `topic`. With a number, below 2^53, it is to be acknowledged.
  // REQUIRES: a publisher, ready.
  virtual void publish(std::string &output, uint32_t topic, std::string_view message,
                       std::optional<uint64_t> number) = 0;
  // The server has taken its leave.
  virtual bool is_closed() const = 0;
};

// A connection: `index` among all of the process, and the topic it is for (of a publisher with
// several topics, its first).
struct Role {
  bool subscribes = false;
  uint32_t index = 0;
  uint32_t topic = 0;
};

// The names that make_dialect() knows.
std::vector<std::string> dialects();

// `options` are borrowed. Throws std::runtime_error when the protocol cannot do what is asked for.
std::unique_ptr<Dialect> make_dialect(const Options &options, const Role &role);

}  // namespace slipring::bench::pubsub
