#include "plugin/host_table.hpp"

#include <slipring/ext/log.h>
#include <slipring/ext/metrics.h>

#include "base/bytes.hpp"
#include "observe/log.hpp"

namespace slipring::plugin {
namespace {

observe::LogLevel log_level(uint32_t level) {
  if (level <= SLIPRING_LOG_DEBUG) return observe::LogLevel::debug;
  if (level == SLIPRING_LOG_INFO) return observe::LogLevel::info;
  return level == SLIPRING_LOG_WARN ? observe::LogLevel::warn : observe::LogLevel::error;
}

void log_line(const slipring_host *host, uint32_t level, slipring_bytes message) {
  const HostTable &table = HostTable::of(host);
  observe::log(
      log_level(level), "plugin",
      {{"plugin", table.plugin()}, {"version", table.version()}, {"message", to_text(message)}});
}

void log_burst(const slipring_host *host, uint32_t level, slipring_bytes message) {
  const HostTable &table = HostTable::of(host);
  const auto held_back = table.services().burst.admit(to_text(message));
  if (!held_back) return;
  observe::log(log_level(level), "plugin",
               {{"plugin", table.plugin()},
                {"version", table.version()},
                {"message", to_text(message)},
                {"held_back", *held_back}});
}

slipring_counter *metrics_counter(const slipring_host *host, slipring_bytes name) {
  const HostTable &table = HostTable::of(host);
  return reinterpret_cast<slipring_counter *>(
      &table.services().counters.counter(to_text(name), table.plugin()));
}

void metrics_add(slipring_counter *counter, uint64_t amount) {
  reinterpret_cast<observe::Counter *>(counter)->add(amount);
}

constexpr slipring_log log_table{sizeof(slipring_log), &log_line, &log_burst};
constexpr slipring_metrics metrics_table{sizeof(slipring_metrics), &metrics_counter, &metrics_add};

const void *get_extension(const slipring_host *host, const char *id) {
  return HostTable::of(host).services().extensions.find(id);
}

}  // namespace

const void *ExtensionSet::find(std::string_view id) const {
  const auto found = tables_.find(id);
  return found == tables_.end() ? nullptr : found->second;
}

std::vector<std::string> ExtensionSet::ids() const {
  std::vector<std::string> ids;
  for (const auto &[id, table] : tables_) ids.push_back(id);
  return ids;
}

HostServices::HostServices() {
  extensions.add(SLIPRING_LOG, &log_table);
  extensions.add(SLIPRING_METRICS, &metrics_table);
}

HostTable::HostTable(HostServices &services, std::string plugin, std::string version,
                     uint32_t shard, uint32_t shard_count)
    : services_(services),
      plugin_(std::move(plugin)),
      version_(std::move(version)),
      host_{.struct_size = sizeof(slipring_host),
            .abi_major = SLIPRING_ABI_MAJOR,
            .abi_minor = SLIPRING_ABI_MINOR,
            .context = this,
            .get_extension = &get_extension,
            .shard = shard,
            .shard_count = shard_count} {}

const HostTable &HostTable::of(const slipring_host *host) {
  return *static_cast<const HostTable *>(host->context);
}

}  // namespace slipring::plugin
