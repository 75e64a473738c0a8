#include "host/overview.hpp"

#include <slipring/ext/overview.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "base/bytes.hpp"

namespace slipring::host {

namespace json = boost::json;

namespace {

thread_local std::shared_ptr<const std::string> overview_of_shard;

slipring_status write(const slipring_host *, const slipring_writer *writer) {
  if (!overview_of_shard) return SLIPRING_UNAVAILABLE;
  return writer->write(writer->context, to_bytes(*overview_of_shard));
}

constexpr slipring_overview_host overview_table{sizeof(slipring_overview_host), &write};

json::array short_names(const std::vector<std::string> &profiles) {
  constexpr std::string_view prefix = "slipring.profile.";
  json::array names;
  for (const std::string_view profile : profiles) {
    names.emplace_back(profile.starts_with(prefix) ? profile.substr(prefix.size()) : profile);
  }
  return names;
}

uint16_t port_of(std::string_view address) {
  uint16_t port = 0;
  const size_t colon = address.rfind(':');
  if (colon != std::string_view::npos) {
    std::from_chars(address.data() + colon + 1, address.data() + address.size(), port);
  }
  return port;
}

json::object view(const edge::Mount &mount, const std::vector<OverviewFacts::Endpoint> &all) {
  json::array endpoints;
  for (size_t i = 0; i < all.size(); ++i) {
    const bool is_there =
        mount.endpoints.empty() || std::ranges::find(mount.endpoints, i) != mount.endpoints.end();
    if (is_there) endpoints.emplace_back(all[i].name);
  }
  return {{"path", *mount.path},
          {"adapter", mount.plugin},
          {"profiles", short_names(mount.profiles)},
          {"endpoints", std::move(endpoints)}};
}

}  // namespace

std::string describe(const OverviewFacts &facts) {
  json::array plugins;
  for (const plugin::Manifest &manifest : facts.plugins) {
    plugins.push_back(json::object{{"name", manifest.name},
                                   {"version", manifest.version},
                                   {"kind", kind_name(manifest.kind)},
                                   {"description", manifest.description}});
  }
  json::array mounts;
  for (const edge::Mount &mount : facts.mounts) mounts.push_back(view(mount, facts.endpoints));
  json::array endpoints;
  for (const OverviewFacts::Endpoint &endpoint : facts.endpoints) {
    endpoints.push_back(json::object{{"name", endpoint.name},
                                     {"transport", endpoint.transport},
                                     {"profiles", short_names(endpoint.profiles)},
                                     {"port", port_of(endpoint.address)}});
  }
  return json::serialize(json::object{{"host", {{"version", facts.version}}},
                                      {"plugins", std::move(plugins)},
                                      {"mounts", std::move(mounts)},
                                      {"endpoints", std::move(endpoints)}});
}

void set_overview(std::shared_ptr<const std::string> text) {
  overview_of_shard = std::move(text);
}

void add_overview_extension(plugin::ExtensionSet &extensions) {
  extensions.add(SLIPRING_OVERVIEW, &overview_table);
}

}  // namespace slipring::host
