// One instance of an adapter: what `create` makes and every later call of the host names. `Policy`
// says where the author's objects live (session_objects.hpp).
#ifndef SLIPRING_CPP_DETAIL_INSTANCE_HPP
#define SLIPRING_CPP_DETAIL_INSTANCE_HPP

#include <slipring/cpp/detail/session_objects.hpp>
#include <slipring/cpp/host_tables.hpp>

namespace slipring::sdk::detail {

template <class Policy>
struct Instance {
  Instance(const slipring_host *raw, std::string_view settings)
      : host(raw), tables(host), shard(make_shard<typename Policy::Shard>(host, settings)) {
    if (TakesMessages<typename Policy::Handler> && tables.messages == nullptr)
      throw Error(SLIPRING_FAILED_PRECONDITION, "the host lacks " SLIPRING_PROFILE_MESSAGE);
    if (AnswersRequests<typename Policy::Handler> && tables.http == nullptr)
      throw Error(SLIPRING_FAILED_PRECONDITION, "the host lacks " SLIPRING_PROFILE_HTTP);
  }

  static Instance &of(void *instance) noexcept { return *static_cast<Instance *>(instance); }

  typename Policy::Handler &handler(void *state) noexcept {
    return Policy::of(shard, state, rules);
  }
  Session client(slipring_session id) const noexcept { return {tables, id}; }
  HttpSession exchange(slipring_session id) const noexcept { return {tables, id}; }

  Host host;
  HostTables tables;
  typename Policy::Shard shard;
  HostRules rules;
};

}  // namespace slipring::sdk::detail

#endif
