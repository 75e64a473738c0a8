// What every shard is given anew when something has changed: who may come in, what runs here, what
// is answered at the mounts.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "host/descriptions.hpp"
#include "host/host.hpp"
#include "host/overview.hpp"
#include "observe/log.hpp"

namespace slipring::host {

namespace asio = boost::asio;

namespace {
bool asks_for_credentials(const Config &config) {
  return config.mounts && std::ranges::any_of(*config.mounts, [](const MountConfig &mount) {
           return mount.need != access::Need::none;
         });
}
}  // namespace

asio::awaitable<void> Host::renew_access() {
  std::shared_ptr<const access::Gate> gate;
  tickets_.set_limits(config_.access ? config_.access->tickets : std::nullopt);
  if (config_.access) {
    const access::Gate::Parts parts{tickets_, services_.counters, services_.burst};
    gate = std::make_shared<access::Gate>(config_.access->carriers, config_.access->tokens, parts);
    observe::info("access", {{"tokens", config_.access->tokens->size()}});
    if (!asks_for_credentials(config_)) observe::warn("access: no mount asks for a credential");
  }
  std::function<void(shard::Shard &)> set = [&](shard::Shard &shard) {
    mounts_.set_gate(shard.index(), gate);
  };
  co_await shards_.run_on_each(std::move(set));
}

asio::awaitable<void> Host::renew_overview() {
  OverviewFacts facts;
  facts.version = version_;
  for (const upgrade::Held *held : upgrader_.catalog().all()) {
    if (held->state != upgrade::GenerationState::serving) continue;
    facts.plugins.push_back(held->generation->manifest());
  }
  facts.mounts = *upgrader_.current_mounts();
  for (const auto &endpoint : endpoints_) {
    const edge::EndpointSettings &settings = endpoint->settings();
    const plugin::Generation *const transport = upgrader_.transport(settings.transport);
    facts.endpoints.push_back(
        {settings.name, settings.transport, endpoint->address(), transport->manifest().profiles});
  }
  const auto text = std::make_shared<const std::string>(describe(facts));
  std::function<void(shard::Shard &)> set = [&](shard::Shard &) { set_overview(text); };
  co_await shards_.run_on_each(std::move(set));
  co_await renew_descriptions();
}

// The adapters of one shard speak for those of all: they have the same settings.
asio::awaitable<void> Host::renew_descriptions() {
  const edge::Mounts mounts = upgrader_.current_mounts();
  std::vector<Description> all;
  std::function<void(shard::Shard &)> ask = [&](shard::Shard &shard) {
    if (shard.index() != 0) return;
    for (const edge::Mount &mount : *mounts) {
      plugin::Instance *const instance = mounts_.current(0, mount.plugin);
      if (instance == nullptr) continue;
      auto said = describe_mount(mount, *instance);
      if (!said) continue;
      for (const uint32_t endpoint : mount.endpoints) {
        said->endpoints.push_back(endpoints_[endpoint]->settings().name);
      }
      all.push_back(std::move(*said));
    }
  };
  co_await shards_.run_on_each(std::move(ask));
  const auto text = std::make_shared<const std::string>(join(version_, all));
  std::function<void(shard::Shard &)> set = [&](shard::Shard &) { set_descriptions(text); };
  co_await shards_.run_on_each(std::move(set));
}

}  // namespace slipring::host
