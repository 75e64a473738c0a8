#include "edge/transport_instance.hpp"

#include <slipring/ext/reload.h>

#include <cstddef>
#include <memory>

#include "base/bytes.hpp"
#include "plugin/guard.hpp"

namespace slipring::edge {

namespace {

constexpr size_t reason_limit = 1000;

template <class Table>
const Table *extension(const plugin::Generation &transport, const char *id) {
  return static_cast<const Table *>(transport.transport()->get_extension(id));
}

}  // namespace

TransportInstance::TransportInstance(plugin::Generation &transport, shard::Shard &shard,
                                     session::ShardSessions &sessions)
    : transport_(transport),
      sessions_(sessions),
      host_(transport.services(), transport.manifest().name, transport.manifest().version,
            shard.index(), shard.count()),
      loop_(shard, transport.id()) {}

Status TransportInstance::create(const std::string &settings) {
  StringWriter reason(reason_limit);
  const slipring_status code = plugin::guard(transport_, "create", [&] {
    return transport_.transport()->create(host_.abi(), loop_.abi(), to_bytes(settings),
                                          reason.abi(), &instance_);
  });
  if (code != SLIPRING_OK) {
    instance_ = nullptr;
    return {code, "create answered " + std::string(status_name(code)) +
                      (reason.text().empty() ? "" : ": " + reason.text())};
  }
  sessions_.add_transport(host_.abi(), {transport_.message_transport(), transport_.http_transport(),
                                        instance_, transport_.id()});
  return Status::ok();
}

void TransportInstance::adopt(const slipring_accepted &accepted) {
  plugin::guard_void(transport_, "adopt",
                     [&] { transport_.transport()->adopt(instance_, &accepted); });
}

Result<std::string> TransportInstance::reload() {
  const auto *const table =
      extension<slipring_transport_reload>(transport_, SLIPRING_TRANSPORT_RELOAD);
  if (table == nullptr) return std::string();
  StringWriter line(reason_limit);
  const slipring_status code =
      plugin::guard(transport_, "reload", [&] { return table->reload(instance_, line.abi()); });
  if (code != SLIPRING_OK) return Status(code, line.text());
  return line.text();
}

const slipring_transport_drain *TransportInstance::drain_table() const {
  return extension<slipring_transport_drain>(transport_, SLIPRING_TRANSPORT_DRAIN);
}

void TransportInstance::set_empty(void *self) {
  static_cast<TransportInstance *>(self)->empty_ = true;
}

void TransportInstance::give_way() {
  const auto *const table = drain_table();
  constexpr size_t needed = offsetof(slipring_transport_drain, give_way) + sizeof(void *);
  if (table == nullptr || table->struct_size < needed || table->give_way == nullptr) return;
  plugin::guard_void(transport_, "give_way",
                     [&] { table->give_way(instance_, &TransportInstance::set_empty, this); });
}

void TransportInstance::drain() {
  const auto *const table = drain_table();
  if (table == nullptr || instance_ == nullptr) return;
  plugin::guard_void(transport_, "drain",
                     [&] { table->drain(instance_, &TransportInstance::set_empty, this); });
}

void TransportInstance::stop(std::function<void()> done) {
  if (instance_ == nullptr) return done();
  auto *const finished = new std::function<void()>([this, done = std::move(done)] {
    // Destroyed in a later step: `stopped` may be called from inside `stop`.
    shard().post([this, done] {
      destroy();
      done();
    });
  });
  plugin::guard_void(transport_, "stop", [&] {
    transport_.transport()->stop(
        instance_,
        [](void *user) {
          const std::unique_ptr<std::function<void()>> call(
              static_cast<std::function<void()> *>(user));
          (*call)();
        },
        finished);
  });
}

void TransportInstance::destroy() {
  plugin::guard_void(transport_, "destroy", [&] { transport_.transport()->destroy(instance_); });
  instance_ = nullptr;
  sessions_.remove_transport(host_.abi());
}

}  // namespace slipring::edge
