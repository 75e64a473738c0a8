#include "edge/mount_table.hpp"

#include <algorithm>
#include <optional>

#include "base/bytes.hpp"
#include "edge/origin.hpp"

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

bool serves(const Mount &mount, uint32_t endpoint, std::string_view path) {
  const auto &endpoints = mount.endpoints;
  return *mount.path == path && (endpoints.empty() || std::find(endpoints.begin(), endpoints.end(),
                                                                endpoint) != endpoints.end());
}

}  // namespace

MountTable::MountTable(uint32_t shards, std::vector<std::vector<std::string>> origins)
    : origins_(std::move(origins)), shards_(shards) {
  for (PerShard &shard : shards_) shard.mounts = std::make_shared<std::vector<Mount>>();
}

void MountTable::set_mounts(uint32_t shard, Mounts mounts) {
  shards_[shard].mounts = std::move(mounts);
}

void MountTable::set_current(uint32_t shard, const std::string &plugin,
                             plugin::Instance *instance) {
  shards_[shard].current[plugin] = instance;
}

plugin::Instance *MountTable::current(uint32_t shard, const std::string &plugin) const {
  const auto &current = shards_[shard].current;
  const auto found = current.find(plugin);
  return found == current.end() ? nullptr : found->second;
}

Result<session::Choice> MountTable::choose(uint32_t shard, uint32_t endpoint,
                                           const slipring_message_handshake &handshake) {
  if (!origin_allowed(to_text(handshake.origin), to_text(handshake.authority),
                      origins_[endpoint])) {
    return Status(SLIPRING_PERMISSION_DENIED, "this origin is not allowed here");
  }
  const auto offered = split_list(to_text(handshake.subprotocols));
  const Mount *refused = nullptr;
  for (const Mount &mount : *shards_[shard].mounts) {
    if (!serves(mount, endpoint, to_text(handshake.path))) continue;
    auto subprotocol = choose_subprotocol(mount, offered);
    if (!subprotocol) {
      refused = &mount;
      continue;
    }
    plugin::Instance *const instance = current(shard, mount.plugin);
    if (instance == nullptr) {
      return Status::unavailable("the adapter of this path is not loaded");
    }
    return session::Choice{instance, mount.path, std::move(*subprotocol)};
  }
  if (refused != nullptr) {
    return Status::invalid("none of the offered subprotocols is spoken here; accepted: " +
                           joined(refused->subprotocols));
  }
  return Status(SLIPRING_NOT_FOUND, "nothing is mounted at this path");
}

}  // namespace slipring::edge
