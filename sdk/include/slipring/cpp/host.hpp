// The host's services as a plugin sees them: log lines and counters. A host that lacks an extension
// makes the calls do nothing.
//
// Thread-safety: every function may be called on any thread of the host.
#ifndef SLIPRING_CPP_HOST_HPP
#define SLIPRING_CPP_HOST_HPP

#include <slipring/abi.h>
#include <slipring/ext/log.h>
#include <slipring/ext/metrics.h>

#include <slipring/cpp/bytes.hpp>

namespace slipring::sdk {

enum class LogLevel : uint32_t {
  debug = SLIPRING_LOG_DEBUG,
  info = SLIPRING_LOG_INFO,
  warn = SLIPRING_LOG_WARN,
  error = SLIPRING_LOG_ERROR
};

// One counter of the host. It lives as long as the host and goes on across upgrades. Cheap to copy.
class Counter {
 public:
  Counter() noexcept = default;
  Counter(const slipring_metrics *metrics, slipring_counter *counter) noexcept
      : metrics_(metrics), counter_(counter) {}

  void add(uint64_t amount = 1) noexcept {
    if (counter_ != nullptr) metrics_->add(counter_, amount);
  }

 private:
  const slipring_metrics *metrics_ = nullptr;
  slipring_counter *counter_ = nullptr;
};

// Cheap to copy; valid until what it was made for is destroyed. One made for an instance belongs to
// that instance: keep it there.
class Host {
 public:
  // REQUIRES: `host` is what the host gave to this plugin.
  explicit Host(const slipring_host *host) noexcept
      : host_(host),
        log_(extension<slipring_log>(SLIPRING_LOG)),
        metrics_(extension<slipring_metrics>(SLIPRING_METRICS)) {}

  // The host's side of an extension by its id, or nullptr when this host does not have it.
  template <class Table>
  const Table *extension(const char *id) const noexcept {
    return static_cast<const Table *>(host_->get_extension(host_, id));
  }

  void log(LogLevel level, std::string_view message) const noexcept {
    if (log_ != nullptr) log_->line(host_, static_cast<uint32_t>(level), bytes(message));
  }

  // For what clients can provoke: at most one line in ten seconds for the same message.
  void log_burst(LogLevel level, std::string_view message) const noexcept {
    if (log_ != nullptr) log_->burst(host_, static_cast<uint32_t>(level), bytes(message));
  }

  // The counter of that name ([a-z][a-z0-9_]*), as in Prometheus: "answers_total".
  Counter counter(std::string_view name) const noexcept {
    if (metrics_ == nullptr) return {};
    return {metrics_, metrics_->counter(host_, bytes(name))};
  }

  uint32_t shard() const noexcept { return host_->shard; }
  uint32_t shard_count() const noexcept { return host_->shard_count; }

  const slipring_host *raw() const noexcept { return host_; }

 private:
  const slipring_host *host_;
  const slipring_log *log_;
  const slipring_metrics *metrics_;
};

}  // namespace slipring::sdk

#endif
