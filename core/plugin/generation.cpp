#include "plugin/generation.hpp"

#include <string_view>

#include "base/bytes.hpp"
#include "plugin/guard.hpp"

namespace slipring::plugin {
namespace {

constexpr size_t reason_limit = 1000;

Status failed(std::string what, slipring_status code, const StringWriter &reason) {
  what += " answered " + std::string(status_name(code));
  if (!reason.text().empty()) what += ": " + reason.text();
  return {code, std::move(what)};
}

}  // namespace

Generation::Generation(HostServices &services, uint64_t id, Source source)
    : id_(id),
      source_(std::move(source)),
      host_(services, source_.manifest.name, source_.manifest.version),
      listed_(services.generations.add(id, manifest().name, manifest().version, source_.build_id)) {
}

Generation::~Generation() {
  unload();
  services().generations.remove(*listed_);
}

Instance::Instance(Generation &owner, uint32_t shard, uint32_t shard_count)
    : generation(owner),
      shard(shard),
      host(owner.services(), owner.manifest().name, owner.manifest().version, shard, shard_count) {}

Result<std::unique_ptr<Generation>> Generation::load(HostServices &services, uint64_t id,
                                                     Source source) {
  std::unique_ptr<Generation> generation(new Generation(services, id, std::move(source)));
  auto library = [&] {  // runs constructors
    const shard::Running::Call running(id, "load");
    return Library::load(generation->source_.staged);
  }();
  if (!library) return library.status();
  generation->library_ = std::move(*library);
  generation->loaded_ = true;
  if (Status status = generation->begin(generation->library_.entry()); !status.is_ok()) {
    return status;
  }
  return generation;
}

Result<std::unique_ptr<Generation>> Generation::attach(HostServices &services, uint64_t id,
                                                       Manifest manifest,
                                                       const slipring_entry_table &entry) {
  std::unique_ptr<Generation> generation(
      new Generation(services, id, {{}, {}, {}, std::move(manifest)}));
  if (Status status = generation->begin(entry); !status.is_ok()) return status;
  return generation;
}

Status Generation::begin(const slipring_entry_table &entry) {
  entry_ = &entry;
  if (Status status = compare_descriptor(); !status.is_ok()) return status;
  Status bound = Status::invalid("an exception instead of a factory or an extension");
  guard_void(*this, "get_factory", [&] { bound = bind(); });
  if (!bound.is_ok()) return bound;
  const slipring_status code = guard(*this, "init", [&] { return entry.init(host()); });
  if (code != SLIPRING_OK) return {code, "init answered " + std::string(status_name(code))};
  initialised_ = true;
  return Status::ok();
}

Status Generation::compare_descriptor() const {
  const slipring_entry_table &entry = *entry_;
  if (entry.struct_size < sizeof(slipring_entry_table) || entry.descriptor == nullptr ||
      entry.init == nullptr || entry.deinit == nullptr || entry.get_factory == nullptr) {
    return Status::invalid("slipring_entry is incomplete");
  }
  const slipring_descriptor &says = *entry.descriptor;
  const auto differs = [](std::string_view field, const std::string &found,
                          const std::string &expected) {
    return Status::invalid("descriptor differs from manifest in " + std::string(field) +
                           ": found " + found + ", expected " + expected);
  };
  if (says.name != manifest().name) return differs("name", says.name, manifest().name);
  if (says.version != manifest().version) {
    return differs("version", says.version, manifest().version);
  }
  if (says.state_schema != manifest().state_schema) {
    return differs("state_schema", std::to_string(says.state_schema),
                   std::to_string(manifest().state_schema));
  }
  if (says.state_schema_oldest != manifest().state_schema_oldest) {
    return differs("state_schema_oldest", std::to_string(says.state_schema_oldest),
                   std::to_string(manifest().state_schema_oldest));
  }
  return Status::ok();
}

template <class Table>
const Table *Generation::adapter_extension(const char *id) const {
  return static_cast<const Table *>(adapter_->get_extension(id));
}

Status Generation::bind() {
  Status bound = manifest().kind == Kind::transport ? bind_transport() : bind_adapter();
  return bound.is_ok() ? check_profiles() : bound;
}

// A profile that the manifest does not name is not had, whatever the factory answers.
Status Generation::bind_transport() {
  transport_ = static_cast<const slipring_transport_factory *>(
      entry_->get_factory(SLIPRING_TRANSPORT_FACTORY));
  if (transport_ == nullptr) return Status::invalid("no factory " SLIPRING_TRANSPORT_FACTORY);
  if (manifest().has_profile(SLIPRING_PROFILE_MESSAGE)) {
    message_transport_ = static_cast<const slipring_message_transport *>(
        transport_->get_extension(SLIPRING_PROFILE_MESSAGE));
  }
  if (manifest().has_profile(SLIPRING_PROFILE_HTTP)) {
    http_transport_ = static_cast<const slipring_http_transport *>(
        transport_->get_extension(SLIPRING_PROFILE_HTTP));
  }
  return Status::ok();
}

Status Generation::bind_adapter() {
  adapter_ =
      static_cast<const slipring_adapter_factory *>(entry_->get_factory(SLIPRING_ADAPTER_FACTORY));
  if (adapter_ == nullptr) return Status::invalid("no factory " SLIPRING_ADAPTER_FACTORY);
  if (manifest().has_profile(SLIPRING_PROFILE_MESSAGE)) {
    message_adapter_ = adapter_extension<slipring_message_adapter>(SLIPRING_PROFILE_MESSAGE);
  }
  if (manifest().has_profile(SLIPRING_PROFILE_HTTP)) {
    http_adapter_ = adapter_extension<slipring_http_adapter>(SLIPRING_PROFILE_HTTP);
  }
  completion_ = adapter_extension<slipring_completion_adapter>(SLIPRING_COMPLETION);
  render_ = adapter_extension<slipring_render_adapter>(SLIPRING_RENDER);
  deliver_ = adapter_extension<slipring_deliver_adapter>(SLIPRING_DELIVER);
  ending_ = adapter_extension<slipring_ending_adapter>(SLIPRING_ENDING);
  self_test_ = adapter_extension<slipring_self_test_adapter>(SLIPRING_SELF_TEST);
  health_ = adapter_extension<slipring_health_adapter>(SLIPRING_HEALTH);
  description_ = adapter_extension<slipring_description_adapter>(SLIPRING_DESCRIPTION);
  const bool moves_state = manifest().continuity == Continuity::handoff;
  if (message_adapter_ != nullptr && message_adapter_->input > SLIPRING_INPUT_PARTS) {
    return Status::invalid("input: found " + std::to_string(message_adapter_->input) +
                           ", this host knows 0 (whole) and 1 (parts)");
  }
  if (moves_state && (adapter_->export_state == nullptr || adapter_->import_state == nullptr)) {
    return Status::invalid("continuity handoff needs export_state and import_state");
  }
  return Status::ok();
}

Status Generation::check_profiles() const {
  const bool has_messages = message_transport_ != nullptr || message_adapter_ != nullptr;
  const bool has_http = http_transport_ != nullptr || http_adapter_ != nullptr;
  const auto lacks = [&](const char *id, bool has) { return manifest().has_profile(id) && !has; };
  const char *missing = nullptr;
  if (lacks(SLIPRING_PROFILE_MESSAGE, has_messages)) missing = SLIPRING_PROFILE_MESSAGE;
  if (lacks(SLIPRING_PROFILE_HTTP, has_http)) missing = SLIPRING_PROFILE_HTTP;
  if (missing == nullptr) return Status::ok();
  return Status::invalid("the manifest names profile " + std::string(missing) +
                         ", the factory does not have it");
}

Status Generation::create_instances(uint32_t shards, const std::string &settings) {
  settings_ = settings;
  for (uint32_t shard = 0; shard < shards; ++shard) {
    StringWriter reason(reason_limit);
    auto instance = std::make_unique<Instance>(*this, shard, shards);
    const slipring_status code = guard(*instance, "create", [&] {
      return adapter_->create(instance->host.abi(), to_bytes(settings), reason.abi(),
                              &instance->adapter);
    });
    if (code != SLIPRING_OK) {
      destroy_instances();
      return failed("create", code, reason);
    }
    instances_.push_back(std::move(instance));
  }
  return Status::ok();
}

uint64_t Generation::sessions() const {
  uint64_t sum = 0;
  for (const auto &instance : instances_) sum += instance->sessions.load();
  return sum;
}

uint64_t Generation::errors() const {
  uint64_t sum = own_errors_.load();
  for (const auto &instance : instances_) sum += instance->errors.load();
  return sum;
}

Counts Generation::counts() const {
  Counts sum;
  sum.failed = own_errors_.load();
  sum.slow = over_limit();
  for (const auto &instance : instances_) {
    sum.calls += instance->calls.load();
    sum.failed += instance->errors.load();
    sum.opened += instance->opened.load();
    sum.ended_badly += instance->ended_badly.load();
  }
  return sum;
}

void Generation::notify_when_empty(std::function<void()> call) {
  if (notifies_.load()) return;
  on_empty_ = std::move(call);
  notifies_ = true;
}

void Generation::session_left(Instance &instance) {
  if (--instance.sessions == 0 && instance.generation.notifies_.load()) {
    instance.generation.on_empty_();
  }
}

void Generation::destroy_instances() {
  for (const auto &instance : instances_) {
    guard_void(*instance, "destroy", [&] { adapter_->destroy(instance->adapter); });
  }
  instances_.clear();
}

void Generation::unload() {
  destroy_instances();
  if (std::exchange(initialised_, false)) {
    guard_void(*this, "deinit", [&] { entry_->deinit(); });
  }
  if (std::exchange(loaded_, false)) {
    const shard::Running::Call running(id_, "unload");
    library_.unload();
  }
}

}  // namespace slipring::plugin
