// Message adapters in C++: write a class, get the tables of the C ABI.
//
//   StatelessMessageAdapter<Handler>        nothing to remember per client; continuity `rebind`
//   MessageAdapter<Connection [, Shard]>    one Connection per client; `handoff` or `drain`
//
// What the class may have; only on_message is required:
//
//   Status on_open(Session, const Handshake &)   not OK refuses the client, which is told the text
//   Status on_message(Session, const Message &)
//   void   on_close(const Ending &)              the session is over; nothing can be sent
//   static constexpr Input input = Input::parts;     on_message is offered what has come so far
//
// Where a Status is returned, void will do. With Input::parts, on_message may return a size_t: how
// many bytes it used, from the front; the rest is offered again, if need be to the next version.
//
// For continuity `handoff`, a Connection also has
//
//   Status save(Writer &, uint32_t schema) const     every schema that load takes; changes nothing
//   Status load(std::string_view exported, uint32_t schema)     on a new object; verifies, sends
//                                                               nothing; not OK: it stays behind
//
// A Handler or Shard lives once per shard: counters, settings, caches. It is made from
// (const Host &, std::string_view settings), (const Host &) or nothing; `settings` is JSON that
// the host has held against the manifest's schema. A Connection is made from (Shard &) or nothing.
// A constructor refuses by throwing Error.
//
// Thread-safety: everything of one shard is called on that shard's thread, one call at a time. No
// mutex is needed, and nothing may wait.
#ifndef SLIPRING_CPP_MESSAGE_ADAPTER_HPP
#define SLIPRING_CPP_MESSAGE_ADAPTER_HPP

#include <slipring/ext/adapter.h>

#include <concepts>
#include <cstring>
#include <memory>
#include <slipring/cpp/boundary.hpp>
#include <slipring/cpp/host_rules.hpp>
#include <slipring/cpp/session.hpp>

namespace slipring::sdk {

struct NoShard {};

namespace detail {

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

}  // namespace detail

template <class Policy>
class BasicMessageAdapter {
  using Handler = typename Policy::Handler;
  using Shard = typename Policy::Shard;

  struct Instance {
    Instance(const slipring_host *raw, std::string_view settings)
        : host(raw),
          messages(host.extension<slipring_message_host>(SLIPRING_PROFILE_MESSAGE)),
          shard(detail::make_shard<Shard>(host, settings)) {
      if (messages == nullptr)
        throw Error(SLIPRING_FAILED_PRECONDITION, "the host lacks " SLIPRING_PROFILE_MESSAGE);
    }

    Handler &handler(void *state) noexcept { return Policy::of(shard, state, rules); }
    Session client(slipring_session id) const noexcept { return {host.raw(), messages, id}; }

    Host host;
    const slipring_message_host *messages;
    Shard shard;
    HostRules rules;
  };

  static Instance &of(void *instance) noexcept { return *static_cast<Instance *>(instance); }

  static slipring_status create(const slipring_host *host, slipring_bytes configuration,
                                const slipring_writer *reason, void **instance) noexcept {
    return boundary::run([&] { *instance = new Instance(host, view(configuration)); },
                         boundary::to_reason(reason));
  }

  static void destroy(void *instance) noexcept {
    of(instance).rules.destroyed();
    delete &of(instance);
  }

  static slipring_status open(void *instance, slipring_session session,
                              const slipring_message_handshake *handshake,
                              const slipring_writer *reason, void **state) noexcept {
    Instance &self = of(instance);
    [[maybe_unused]] const auto call = self.rules.enter("open");
    const auto drop = [&](void *made) { Policy::drop(made, self.rules); };
    return boundary::run(
        [&]() -> Status {
          std::unique_ptr<void, decltype(drop)> made(Policy::make(self.shard, self.rules), drop);
          if constexpr (detail::Opens<Handler>) {
            Handler &handler = self.handler(made.get());
            if constexpr (std::is_void_v<decltype(handler.on_open(self.client(session),
                                                                  Handshake(*handshake)))>) {
              handler.on_open(self.client(session), Handshake(*handshake));
            } else {
              Status answer = handler.on_open(self.client(session), Handshake(*handshake));
              if (!answer.ok()) return answer;
            }
          }
          *state = made.release();
          return {};
        },
        boundary::to_reason(reason));
  }

  static slipring_status receive(void *instance, slipring_session session, void *state,
                                 const slipring_message *message, size_t *consumed) noexcept {
    Instance &self = of(instance);
    [[maybe_unused]] const auto call = self.rules.enter("receive");
    HostRules::require(detail::input_of<Handler>() == SLIPRING_INPUT_PARTS || message->more == 0,
                       "an adapter that asks for whole messages gets no parts");
    *consumed = 0;
    return boundary::run(
        [&]() -> Status {
          Handler &handler = self.handler(state);
          const Session client = self.client(session);
          const Message input(*message);
          using Answer = decltype(handler.on_message(client, input));
          if constexpr (std::is_void_v<Answer>) {
            handler.on_message(client, input);
          } else if constexpr (std::integral<Answer>) {
            *consumed = handler.on_message(client, input);
            return {};
          } else {
            Status status = handler.on_message(client, input);
            if (!status.ok()) return status;
          }
          *consumed = input.bytes.size();
          return {};
        },
        boundary::to_log(self.host));
  }

  static void close(void *instance, slipring_session, void *state,
                    const slipring_ending *ending) noexcept {
    Instance &self = of(instance);
    [[maybe_unused]] const auto call = self.rules.enter("close");
    if constexpr (detail::Closes<Handler>) {
      boundary::run([&] { self.handler(state).on_close(Ending(*ending)); },
                    boundary::to_log(self.host));
    }
    Policy::drop(state, self.rules);
  }

  static void release(void *instance, slipring_session, void *state) noexcept {
    Instance &self = of(instance);
    [[maybe_unused]] const auto call = self.rules.enter("release");
    Policy::drop(state, self.rules);
  }

  static slipring_status export_state(void *instance, slipring_session, const void *state,
                                      uint32_t schema, const slipring_writer *writer) noexcept {
    Instance &self = of(instance);
    [[maybe_unused]] const auto call = self.rules.enter("export_state");
    return boundary::run(
        [&]() -> Status {
          Writer out(writer);
          return std::as_const(self.handler(const_cast<void *>(state))).save(out, schema);
        },
        boundary::to_log(self.host));
  }

  static slipring_status import_state(void *instance, slipring_session, uint32_t schema,
                                      slipring_bytes exported, const slipring_writer *reason,
                                      void **state) noexcept {
    Instance &self = of(instance);
    [[maybe_unused]] const auto call = self.rules.enter("import_state");
    const auto drop = [&](void *made) { Policy::drop(made, self.rules); };
    return boundary::run(
        [&]() -> Status {
          std::unique_ptr<void, decltype(drop)> made(Policy::make(self.shard, self.rules), drop);
          Status status = self.handler(made.get()).load(view(exported), schema);
          if (status.ok()) *state = made.release();
          return status;
        },
        boundary::to_reason(reason));
  }

  static const void *get_extension(const char *id) noexcept {
    return std::strcmp(id, SLIPRING_PROFILE_MESSAGE) == 0 ? &profile : nullptr;
  }

  static constexpr auto export_function() -> decltype(slipring_adapter_factory::export_state) {
    if constexpr (moves) return export_state;
    return nullptr;
  }
  static constexpr auto import_function() -> decltype(slipring_adapter_factory::import_state) {
    if constexpr (moves) return import_state;
    return nullptr;
  }

 public:
  static constexpr bool has_state = Policy::has_state;
  static constexpr bool moves = detail::Moves<Handler>;

  static constexpr slipring_message_adapter profile = {
      sizeof(slipring_message_adapter), detail::input_of<Handler>(), 0, open, receive};

  static constexpr slipring_adapter_factory factory = {sizeof(slipring_adapter_factory),
                                                       create,
                                                       destroy,
                                                       get_extension,
                                                       close,
                                                       release,
                                                       export_function(),
                                                       import_function()};

  static const void *get_factory(const char *id) noexcept {
    return std::strcmp(id, SLIPRING_ADAPTER_FACTORY) == 0 ? &factory : nullptr;
  }
};

template <class Handler>
using StatelessMessageAdapter = BasicMessageAdapter<detail::PerShard<Handler>>;

template <class Connection, class Shard = NoShard>
using MessageAdapter = BasicMessageAdapter<detail::PerConnection<Connection, Shard>>;

}  // namespace slipring::sdk

#endif
