// The tables of the C ABI for an adapter: its factory, and the message profile when the author's
// class has on_message (http/1: http_tables.hpp). `Policy` says where the author's objects live
// (session_objects.hpp). No function here lets an exception out.
#ifndef SLIPRING_CPP_DETAIL_MESSAGE_TABLES_HPP
#define SLIPRING_CPP_DETAIL_MESSAGE_TABLES_HPP

#include <slipring/ext/adapter.h>

#include <cstring>
#include <memory>
#include <slipring/cpp/boundary.hpp>
#include <slipring/cpp/detail/description_table.hpp>
#include <slipring/cpp/detail/event_tables.hpp>
#include <slipring/cpp/detail/health_table.hpp>
#include <slipring/cpp/detail/http_tables.hpp>
#include <slipring/cpp/detail/instance.hpp>
#include <slipring/cpp/detail/self_test_table.hpp>
#include <utility>

namespace slipring::sdk::detail {

template <class Policy>
class MessageTables {
  using Handler = typename Policy::Handler;
  using Shard = typename Policy::Shard;

  using Instance = detail::Instance<Policy>;

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
          if constexpr (Opens<Handler>) {
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
    HostRules::require(input_of<Handler>() == SLIPRING_INPUT_PARTS || message->more == 0,
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
    if constexpr (Closes<Handler>) {
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
    static_assert(TakesMessages<Handler> || AnswersRequests<Handler>,
                  "an adapter needs on_message(Session, const Message &) or "
                  "on_request(HttpSession, const Request &)");
    if constexpr (TakesMessages<Handler>) {
      if (std::strcmp(id, SLIPRING_PROFILE_MESSAGE) == 0) return &profile;
    }
    if constexpr (AnswersRequests<Handler>) {
      if (std::strcmp(id, SLIPRING_PROFILE_HTTP) == 0) return &HttpTables<Policy>::profile;
    }
    if constexpr (TestsItself<Shard>) {
      if (std::strcmp(id, SLIPRING_SELF_TEST) == 0) return &SelfTestTable<Policy>::table;
    }
    if constexpr (TellsHealth<Shard>) {
      if (std::strcmp(id, SLIPRING_HEALTH) == 0) return &HealthTable<Policy>::table;
    }
    if constexpr (Describes<Shard>) {
      if (std::strcmp(id, SLIPRING_DESCRIPTION) == 0) return &DescriptionTable<Policy>::table;
    }
    return EventTables<Policy>::find(id);
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
  static constexpr bool moves = Moves<Handler>;

  static constexpr slipring_message_adapter profile = {sizeof(slipring_message_adapter),
                                                       input_of<Handler>(), 0, open, receive};

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

}  // namespace slipring::sdk::detail

#endif
