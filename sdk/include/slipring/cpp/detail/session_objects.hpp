// Where the author's objects live: one per shard, or one per client whose address is the session's
// state. And what their classes have, as concepts.
#ifndef SLIPRING_CPP_DETAIL_SESSION_OBJECTS_HPP
#define SLIPRING_CPP_DETAIL_SESSION_OBJECTS_HPP

#include <concepts>
#include <memory>
#include <slipring/cpp/ending.hpp>
#include <slipring/cpp/host.hpp>
#include <slipring/cpp/host_rules.hpp>
#include <slipring/cpp/http_session.hpp>
#include <slipring/cpp/session.hpp>
#include <slipring/cpp/writer.hpp>

namespace slipring::sdk::detail {

template <class Type>
Type make_shard(const Host &host, std::string_view settings) {
  if constexpr (std::constructible_from<Type, const Host &, std::string_view>) {
    return Type(host, settings);
  } else if constexpr (std::constructible_from<Type, const Host &>) {
    return Type(host);
  } else {
    return Type();
  }
}

// One object per shard handles every client.
template <class HandlerType>
struct PerShard {
  using Handler = HandlerType;
  using Shard = HandlerType;
  static constexpr bool has_state = false;

  static void *make(Shard &, HostRules &) { return nullptr; }
  static void drop(void *, HostRules &) noexcept {}
  static Handler &of(Shard &shard, void *, const HostRules &) noexcept { return shard; }
};

// One object per client, whose address is the session's state.
template <class HandlerType, class ShardType>
struct PerConnection {
  using Handler = HandlerType;
  using Shard = ShardType;
  static constexpr bool has_state = true;

  static void *make(Shard &shard, HostRules &rules) {
    std::unique_ptr<Handler> handler;
    if constexpr (std::constructible_from<Handler, Shard &>) {
      handler = std::make_unique<Handler>(shard);
    } else {
      handler = std::make_unique<Handler>();
    }
    rules.made(handler.get());
    return handler.release();
  }
  static void drop(void *state, HostRules &rules) noexcept {
    rules.given_back(state);
    delete static_cast<Handler *>(state);
  }
  static Handler &of(Shard &, void *state, const HostRules &rules) noexcept {
    rules.used(state);
    return *static_cast<Handler *>(state);
  }
};

// Which profiles it has.
template <class Handler>
concept TakesMessages = requires(Handler handler, Session session, const Message &message) {
  handler.on_message(session, message);
};
template <class Handler>
concept AnswersRequests = requires(Handler handler, HttpSession session, const Request &request) {
  handler.on_request(session, request);
};

template <class Handler>
concept Opens = requires(Handler handler, Session session, const Handshake &handshake) {
  handler.on_open(session, handshake);
};
template <class Handler>
concept Closes = requires(Handler handler, const Ending &ending) {
  handler.on_close(ending);
};
template <class Handler>
concept Moves = requires(const Handler from, Handler to, Writer writer) {
  { from.save(writer, 1u) } -> std::same_as<Status>;
  { to.load(std::string_view(), 1u) } -> std::same_as<Status>;
};
template <class Handler>
concept ChoosesInput = requires {
  Handler::input;
};

template <class Handler>
constexpr uint32_t input_of() {
  if constexpr (ChoosesInput<Handler>) return static_cast<uint32_t>(Handler::input);
  return SLIPRING_INPUT_WHOLE;
}

}  // namespace slipring::sdk::detail

#endif
