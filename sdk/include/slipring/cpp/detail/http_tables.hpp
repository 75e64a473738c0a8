// The table of the C ABI for an adapter of the profile http/1; there when the author's class has
// on_request. No function here lets an exception out.
#ifndef SLIPRING_CPP_DETAIL_HTTP_TABLES_HPP
#define SLIPRING_CPP_DETAIL_HTTP_TABLES_HPP

#include <cstring>
#include <memory>
#include <slipring/cpp/boundary.hpp>
#include <slipring/cpp/detail/event_hooks.hpp>
#include <slipring/cpp/detail/instance.hpp>
#include <slipring/cpp/http_session.hpp>
#include <utility>

namespace slipring::sdk::detail {

template <class Handler>
concept ReadsBody = requires(Handler handler, HttpSession session, const Body &body) {
  handler.on_body(session, body);
};
template <class Handler>
concept ReadsTrailers = requires(Handler handler, HttpSession session, const Fields &fields) {
  handler.on_trailers(session, fields);
};

template <class Policy>
class HttpTables {
  using Handler = typename Policy::Handler;
  using Instance = detail::Instance<Policy>;

  static slipring_status open(void *instance, slipring_session session,
                              const slipring_http_request *request, const slipring_writer *reason,
                              void **state) noexcept {
    Instance &self = Instance::of(instance);
    [[maybe_unused]] const auto call = self.rules.enter("open");
    const auto drop = [&](void *made) { Policy::drop(made, self.rules); };
    return boundary::run(
        [&]() -> Status {
          std::unique_ptr<void, decltype(drop)> made(Policy::make(self.shard, self.rules), drop);
          Handler &handler = self.handler(made.get());
          const Request asked(*request);
          Status answer =
              status_of([&] { return handler.on_request(self.exchange(session), asked); });
          if (answer.ok()) *state = made.release();
          return answer;
        },
        boundary::to_reason(reason));
  }

  static slipring_status body(void *instance, slipring_session session, void *state,
                              slipring_bytes bytes, uint8_t more, size_t *consumed) noexcept {
    Instance &self = Instance::of(instance);
    [[maybe_unused]] const auto call = self.rules.enter("body");
    HostRules::require(bytes.size != 0 || more == 0, "a body is offered when some of it has come");
    *consumed = 0;
    return boundary::run(
        [&]() -> Status {
          if constexpr (ReadsBody<Handler>) {
            Handler &handler = self.handler(state);
            const HttpSession client = self.exchange(session);
            const Body input{view(bytes), more != 0};
            using Answer = decltype(handler.on_body(client, input));
            if constexpr (std::integral<Answer>) {
              *consumed = handler.on_body(client, input);
              return {};
            } else if constexpr (std::same_as<Answer, Consumed>) {
              Consumed answer = handler.on_body(client, input);
              *consumed = answer.bytes;
              return std::move(answer.status);
            } else {
              Status status = status_of([&] { return handler.on_body(client, input); });
              if (!status.ok()) return status;
            }
          }
          *consumed = bytes.size;
          return {};
        },
        boundary::to_log(self.host));
  }

  static slipring_status trailers(void *instance, slipring_session session, void *state,
                                  const slipring_field *fields, size_t count) noexcept {
    Instance &self = Instance::of(instance);
    [[maybe_unused]] const auto call = self.rules.enter("trailers");
    return boundary::run(
        [&] {
          return status_of([&] {
            return self.handler(state).on_trailers(self.exchange(session), Fields(fields, count));
          });
        },
        boundary::to_log(self.host));
  }

  static constexpr slipring_http_adapter table() {
    slipring_http_adapter made{sizeof made, open, body, nullptr};
    if constexpr (ReadsTrailers<Handler>) made.trailers = trailers;
    return made;
  }

 public:
  static constexpr slipring_http_adapter profile = table();
};

}  // namespace slipring::sdk::detail

#endif
