#include "edge/mount_table.hpp"

#include <algorithm>
#include <optional>

#include "access/origin.hpp"
#include "base/bytes.hpp"

namespace slipring::edge {
namespace {

std::vector<std::string_view> split_list(std::string_view list) {
  std::vector<std::string_view> items;
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    std::string_view item = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    while (!item.empty() && (item.front() == ' ' || item.front() == '\t')) item.remove_prefix(1);
    while (!item.empty() && (item.back() == ' ' || item.back() == '\t')) item.remove_suffix(1);
    if (!item.empty()) items.push_back(item);
  }
  return items;
}

// The subprotocol to speak: the client's first choice among those served. Empty: none. Nothing: the
// two have no language in common.
std::optional<std::string> choose_subprotocol(const Mount &mount,
                                              const std::vector<std::string_view> &offered) {
  if (mount.subprotocols.empty() || offered.empty()) return "";
  for (const std::string_view offer : offered) {
    const auto &served = mount.subprotocols;
    if (std::find(served.begin(), served.end(), offer) != served.end()) return std::string(offer);
  }
  return std::nullopt;
}

std::string joined(const std::vector<std::string> &items) {
  std::string text;
  for (const std::string &item : items) text += (text.empty() ? "" : ", ") + item;
  return text;
}

bool stands_for_many(std::string_view path) {
  return path.ends_with("/*");
}

bool serves(const Mount &mount, uint32_t endpoint, std::string_view path) {
  const std::string_view own = *mount.path;
  const bool fits =
      stands_for_many(own) ? path.starts_with(own.substr(0, own.size() - 1)) : path == own;
  const auto &endpoints = mount.endpoints;
  return fits && (endpoints.empty() || std::ranges::find(endpoints, endpoint) != endpoints.end());
}

bool speaks(const Mount &mount, std::string_view profile) {
  return mount.profiles.empty() ||
         std::ranges::find(mount.profiles, profile) != mount.profiles.end();
}

access::Request shown_by(const slipring_message_handshake &handshake) {
  access::Request request;
  request.websocket = true;
  request.authority = to_text(handshake.authority);
  request.origin = to_text(handshake.origin);
  request.query = to_text(handshake.query);
  request.peer = to_text(handshake.peer);
  request.certificate = to_text(handshake.identity);
  if (handshake.struct_size < sizeof(handshake)) return request;
  request.scheme = to_text(handshake.scheme);
  request.fields = {handshake.fields, handshake.field_count};
  return request;
}

access::Request shown_by(const slipring_http_request &asked) {
  access::Request request;
  request.method = to_text(asked.method);
  request.scheme = to_text(asked.scheme);
  request.authority = to_text(asked.authority);
  request.query = to_text(asked.query);
  request.peer = to_text(asked.peer);
  request.certificate = to_text(asked.identity);
  request.fields = {asked.fields, asked.field_count};
  request.origin = request.field("origin");
  return request;
}

Status not_allowed() {
  return {SLIPRING_PERMISSION_DENIED, "this origin is not allowed here"};
}

}  // namespace

MountTable::MountTable(uint32_t shards, std::vector<std::vector<std::string>> origins)
    : origins_(std::move(origins)), shards_(shards) {
  for (PerShard &shard : shards_) shard.mounts = std::make_shared<std::vector<Mount>>();
}

void MountTable::set_mounts(uint32_t shard, Mounts mounts) {
  shards_[shard].mounts = std::move(mounts);
}

void MountTable::set_gate(uint32_t shard, std::shared_ptr<const access::Gate> gate) {
  shards_[shard].gate = std::move(gate);
}

void MountTable::set_current(uint32_t shard, const std::string &plugin,
                             plugin::Instance *instance) {
  shards_[shard].serving[plugin] = {.current = instance};
}

void MountTable::set_canary(uint32_t shard, const std::string &plugin, plugin::Instance *canary,
                            double share) {
  Serving &serving = shards_[shard].serving[plugin];
  serving.canary = canary;
  serving.share = Share(share);
}

plugin::Instance *MountTable::current(uint32_t shard, const std::string &plugin) const {
  const auto &serving = shards_[shard].serving;
  const auto found = serving.find(plugin);
  return found == serving.end() ? nullptr : found->second.current;
}

plugin::Instance *MountTable::next(uint32_t shard, const std::string &plugin) {
  auto &all = shards_[shard].serving;
  const auto found = all.find(plugin);
  if (found == all.end()) return nullptr;
  Serving &serving = found->second;
  return serving.canary != nullptr && serving.share.take() ? serving.canary : serving.current;
}

Mounts MountTable::by_fit(std::vector<Mount> mounts) {
  const auto fits_better = [](const Mount &a, const Mount &b) {
    const bool many = stands_for_many(*a.path);
    if (many != stands_for_many(*b.path)) return !many;
    return many && a.path->size() > b.path->size();
  };
  std::ranges::stable_sort(mounts, fits_better);
  return std::make_shared<const std::vector<Mount>>(std::move(mounts));
}

Result<session::Choice> MountTable::choose(uint32_t shard, uint32_t endpoint,
                                           const slipring_message_handshake &handshake) {
  if (endpoint >= first_link) return choose_link(shard, endpoint, handshake);
  const access::Request request = shown_by(handshake);
  if (!access::origin_allowed(request.origin, request.authority, origins_[endpoint])) {
    return not_allowed();
  }
  return choose(shard, {endpoint, to_text(handshake.path), SLIPRING_PROFILE_MESSAGE,
                        split_list(to_text(handshake.subprotocols)), request});
}

Result<session::Choice> MountTable::choose_link(uint32_t shard, uint32_t link,
                                                const slipring_message_handshake &handshake) {
  const LinkPlace &place = links_.at(link - first_link);
  plugin::Instance *const adapter = next(shard, place.plugin);
  if (adapter == nullptr) {
    return Status(SLIPRING_UNAVAILABLE, "the adapter " + place.plugin + " is not there");
  }
  if (adapter->generation.message_adapter() == nullptr) {
    return Status::invalid("the adapter " + place.plugin + " does not speak message/1");
  }
  return session::Choice{adapter,
                         place.path,
                         std::string(to_text(handshake.subprotocols)),
                         place.dialled,
                         {.identity = std::string(to_text(handshake.identity))}};
}

session::Dialled *MountTable::dialled(uint32_t link) {
  const size_t index = link - first_link;
  return link >= first_link && index < links_.size() ? links_[index].dialled : nullptr;
}

Result<session::Choice> MountTable::choose_http(uint32_t shard, uint32_t endpoint,
                                                const slipring_http_request &asked) {
  const access::Request request = shown_by(asked);
  if (!access::origin_allowed(request.origin, request.authority, origins_[endpoint])) {
    return not_allowed();
  }
  return choose(shard, {endpoint, to_text(asked.path), SLIPRING_PROFILE_HTTP, {}, request});
}

Result<session::Choice> MountTable::choose(uint32_t shard, const Wanted &wanted) {
  const Mount *other_profile = nullptr;
  const Mount *other_subprotocol = nullptr;
  for (const Mount &mount : *shards_[shard].mounts) {
    if (!serves(mount, wanted.endpoint, wanted.path)) continue;
    if (!speaks(mount, wanted.profile)) {
      other_profile = &mount;
      continue;
    }
    auto subprotocol = choose_subprotocol(mount, wanted.subprotocols);
    if (!subprotocol) {
      other_subprotocol = &mount;
      continue;
    }
    auto admission = admit(shard, mount, wanted);
    if (!admission) return admission.status();
    auto choice = choice_of(shard, mount, std::move(*subprotocol));
    if (choice) choice->admission = std::move(*admission);
    return choice;
  }
  if (other_subprotocol != nullptr) {
    return Status::invalid("none of the offered subprotocols is spoken here; accepted: " +
                           joined(other_subprotocol->subprotocols));
  }
  if (other_profile == nullptr) {
    return Status(SLIPRING_NOT_FOUND, "nothing is mounted at this path");
  }
  const bool asks_for_http = wanted.profile == SLIPRING_PROFILE_HTTP;
  return Status(SLIPRING_FAILED_PRECONDITION,
                asks_for_http ? "this path speaks WebSocket" : "this path speaks no WebSocket");
}

Result<access::Admission> MountTable::admit(uint32_t shard, const Mount &mount,
                                            const Wanted &wanted) const {
  const access::Gate *const gate = shards_[shard].gate.get();
  if (gate != nullptr) {
    return gate->admit({*mount.path, mount.need, origins_[wanted.endpoint]}, wanted.request);
  }
  if (mount.need != access::Need::none) {
    return Status::unavailable("nobody can be let in here at present");
  }
  return access::Admission{.identity = std::string(wanted.request.certificate)};
}

Result<session::Choice> MountTable::choice_of(uint32_t shard, const Mount &mount,
                                              std::string subprotocol) {
  plugin::Instance *const instance = next(shard, mount.plugin);
  if (instance == nullptr) return Status::unavailable("the adapter of this path is not loaded");
  return session::Choice{instance, mount.path, std::move(subprotocol)};
}

}  // namespace slipring::edge
