// Generation: one loaded build of a plugin, with its instances.
//
// Every load makes a new generation, also of a file loaded before. A generation owns the mapped
// object, the host table its code calls, and, for adapters, one instance per shard. It ends in this
// order: no session left, instances destroyed, deinit, unmapped, staged copy unlinked.
//
// Thread-safety: control thread, except Instance, whose comment says more.
#pragma once

#include <slipring/ext/adapter.h>
#include <slipring/ext/completion.h>
#include <slipring/ext/deliver.h>
#include <slipring/ext/description.h>
#include <slipring/ext/ending.h>
#include <slipring/ext/health.h>
#include <slipring/ext/profile-http-transport.h>
#include <slipring/ext/profile-message.h>
#include <slipring/ext/render.h>
#include <slipring/ext/self-test.h>
#include <slipring/ext/transport.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "plugin/counts.hpp"
#include "plugin/host_table.hpp"
#include "plugin/library.hpp"
#include "plugin/manifest.hpp"
#include "plugin/roster.hpp"

namespace slipring::plugin {

class Generation;

// One adapter on one shard. Its counts are written by that shard and may be read by any thread; the
// rest does not change while the shard uses it.
struct Instance {
  Instance(Generation &owner, uint32_t shard, uint32_t shard_count);

  Generation &generation;
  const uint32_t shard;
  const HostTable host;
  void *adapter = nullptr;  // the plugin's own pointer
  std::atomic<uint64_t> sessions = 0;
  std::atomic<uint64_t> errors = 0;  // calls that threw, or answered INTERNAL or UNKNOWN

  std::atomic<uint64_t> calls = 0;
  std::atomic<uint64_t> opened = 0;       // sessions
  std::atomic<uint64_t> ended_badly = 0;  // sessions that an error of its has ended

  void count_error() { errors.store(errors.load(std::memory_order_relaxed) + 1); }
  void count_call() { count(calls); }
  void count_opened() { count(opened); }
  void count_ended_badly() { count(ended_badly); }

 private:
  // One thread writes: no locked addition.
  static void count(std::atomic<uint64_t> &what) {
    what.store(what.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
};

class Generation {
 public:
  struct Source {
    std::filesystem::path file;    // the operator's
    std::filesystem::path staged;  // the private copy that is mapped
    std::string build_id;
    Manifest manifest;
  };

  // Maps the staged copy and calls init. Any failure leaves nothing mapped (unless pinned).
  static Result<std::unique_ptr<Generation>> load(HostServices &services, uint64_t id,
                                                  Source source);
  // The same for code that is linked into this process: what tests of the host use as plugins.
  static Result<std::unique_ptr<Generation>> attach(HostServices &services, uint64_t id,
                                                    Manifest manifest,
                                                    const slipring_entry_table &entry);
  ~Generation();
  Generation(const Generation &) = delete;
  Generation &operator=(const Generation &) = delete;

  uint64_t id() const { return id_; }
  const Manifest &manifest() const { return source_.manifest; }
  const Source &source() const { return source_; }
  const slipring_host *host() const { return host_.abi(); }
  HostServices &services() const { return host_.services(); }
  // "echo 1.0.0", for messages.
  std::string title() const { return manifest().name + ' ' + manifest().version; }

  const slipring_adapter_factory *adapter() const { return adapter_; }
  const slipring_transport_factory *transport() const { return transport_; }
  // Its side of the profiles; nullptr: it does not have this one.
  const slipring_message_adapter *message_adapter() const { return message_adapter_; }
  const slipring_message_transport *message_transport() const { return message_transport_; }
  const slipring_http_adapter *http_adapter() const { return http_adapter_; }
  const slipring_http_transport *http_transport() const { return http_transport_; }
  // What an adapter implements besides its profiles; nullptr when it does not.
  const slipring_completion_adapter *completion() const { return completion_; }
  const slipring_render_adapter *render() const { return render_; }
  const slipring_deliver_adapter *deliver() const { return deliver_; }
  const slipring_ending_adapter *ending() const { return ending_; }
  const slipring_self_test_adapter *self_test() const { return self_test_; }
  const slipring_health_adapter *health() const { return health_; }
  const slipring_description_adapter *description() const { return description_; }

  // Makes an adapter's instances, one per shard, with `settings` (JSON).
  Status create_instances(uint32_t shards, const std::string &settings);
  // With which they were made; a transport's generation has none.
  const std::string &settings() const { return settings_; }
  Instance &instance(uint32_t shard) { return *instances_[shard]; }
  bool has_instances() const { return !instances_.empty(); }
  // Sessions it serves on all shards.
  uint64_t sessions() const;
  // Calls of it that threw, or answered INTERNAL or UNKNOWN.
  uint64_t errors() const;
  // [any] One that was no instance's.
  void count_error() { ++own_errors_; }
  // Calls of it that the watchdog found over their limit.
  uint64_t over_limit() const { return listed_->over_limit.load(); }
  // All that is counted of it since it was loaded.
  Counts counts() const;

  // From now on `call` is called on a shard when its last session of this generation has ended or
  // moved. Control thread; a second call changes nothing.
  void notify_when_empty(std::function<void()> call);
  // [shard] A session of `instance` has ended or moved on.
  static void session_left(Instance &instance);

  // Destroys instances, calls deinit, unmaps. REQUIRES: no shard can call into it any more.
  void unload();

 private:
  Generation(HostServices &services, uint64_t id, Source source);
  Status begin(const slipring_entry_table &entry);
  Status bind();
  Status bind_transport();
  Status bind_adapter();
  Status check_profiles() const;
  template <class Table>
  const Table *adapter_extension(const char *id) const;
  Status compare_descriptor() const;
  void destroy_instances();

  const uint64_t id_;
  std::function<void()> on_empty_;
  std::atomic<bool> notifies_ = false;
  Source source_;
  HostTable host_;
  const std::shared_ptr<Roster::Entry> listed_;
  std::atomic<uint64_t> own_errors_ = 0;
  Library library_;
  const slipring_entry_table *entry_ = nullptr;
  bool loaded_ = false;
  bool initialised_ = false;
  const slipring_adapter_factory *adapter_ = nullptr;
  const slipring_transport_factory *transport_ = nullptr;
  const slipring_message_adapter *message_adapter_ = nullptr;
  const slipring_message_transport *message_transport_ = nullptr;
  const slipring_http_adapter *http_adapter_ = nullptr;
  const slipring_http_transport *http_transport_ = nullptr;
  const slipring_completion_adapter *completion_ = nullptr;
  const slipring_render_adapter *render_ = nullptr;
  const slipring_deliver_adapter *deliver_ = nullptr;
  const slipring_ending_adapter *ending_ = nullptr;
  const slipring_self_test_adapter *self_test_ = nullptr;
  const slipring_health_adapter *health_ = nullptr;
  const slipring_description_adapter *description_ = nullptr;
  std::string settings_;
  std::vector<std::unique_ptr<Instance>> instances_;
};

}  // namespace slipring::plugin
