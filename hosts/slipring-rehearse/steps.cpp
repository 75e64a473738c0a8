#include "steps.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "plugin/guard.hpp"
#include "plugin/process_maps.hpp"
#include "upgrade/verify.hpp"

namespace slipring::rehearse {

namespace {

constexpr size_t reason_limit = 500;
// A thread that was joined may be listed for a moment longer.
constexpr auto thread_patience = std::chrono::milliseconds(200);

size_t count_threads() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return static_cast<size_t>(std::distance(begin(tasks), end(tasks)));
}

Status answered(std::string_view function, slipring_status code, const StringWriter &reason) {
  if (code == SLIPRING_OK) return Status::ok();
  std::string text = std::string(function) + " answered " + std::string(status_name(code));
  if (!reason.text().empty()) text += ": " + reason.text();
  return {code, std::move(text)};
}

Result<plugin::Manifest> manifest_of(const std::filesystem::path &file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return Status::system(file.string(), errno);
  const std::vector<char> bytes((std::istreambuf_iterator<char>(stream)), {});
  auto verified =
      upgrade::verify({reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size()}, nullptr);
  if (!verified) return Status::invalid(verified.error().line());
  return std::move(verified->manifest);
}

}  // namespace

Steps::Steps(upgrade::RehearsalTask task, plugin::HostServices &services,
             std::function<void(const char *)> announce)
    : task_(std::move(task)),
      services_(services),
      announce_(std::move(announce)),
      threads_(count_threads()) {}

upgrade::RehearsalLine Steps::run() {
  const std::pair<const char *, Status (Steps::*)()> steps[] = {
      {"load", &Steps::load},           {"init", &Steps::init},     {"create", &Steps::create},
      {"self-test", &Steps::self_test}, {"import", &Steps::import}, {"unload", &Steps::unload}};
  for (const auto &[name, step] : steps) {
    announce_(name);
    const Status status = (this->*step)();
    if (!status.is_ok()) return {.step = name, .check = name, .found = status.message()};
  }
  return end_;
}

Status Steps::load() {
  auto manifest = manifest_of(task_.staged);
  if (!manifest) return manifest.status();
  manifest_ = std::move(*manifest);
  auto library = plugin::Library::load(task_.staged);
  if (!library) return library.status();
  library_ = std::move(*library);
  return Status::ok();
}

Status Steps::init() {
  auto generation = plugin::Generation::attach(services_, 1, manifest_, library_.entry());
  if (!generation) return generation.status();
  generation_ = std::move(*generation);
  return Status::ok();
}

// A transport's instances want the loop of a shard.
Status Steps::create() {
  if (generation_->adapter() == nullptr) return Status::ok();
  return generation_->create_instances(task_.shards, task_.settings);
}

Status Steps::self_test() {
  const slipring_self_test_adapter *const table = generation_->self_test();
  if (table == nullptr) return Status::ok();
  // One more, that never gets a session.
  if (Status status = generation_->create_instances(1, task_.settings); !status.is_ok()) {
    return status;
  }
  const plugin::Instance &instance = generation_->instance(task_.shards);
  StringWriter reason(reason_limit);
  const slipring_status code =
      plugin::guard([&] { return table->self_test(instance.adapter, reason.abi()); });
  return answered("self_test", code, reason);
}

Status Steps::import() {
  Status first_refusal;
  for (const std::string &sample : task_.samples) {
    Status status = import_one(sample, ++end_.samples);
    if (status.is_ok()) continue;
    if (++end_.refused == 1) first_refusal = std::move(status);
  }
  end_.reason = first_refusal.message();
  if (end_.samples == 0 || end_.refused < end_.samples) return Status::ok();
  return {first_refusal.code(),
          "none of " + std::to_string(end_.samples) + " sessions: " + first_refusal.message()};
}

Status Steps::import_one(const std::string &sample, uint64_t number) {
  const slipring_adapter_factory &adapter = *generation_->adapter();
  const plugin::Instance &instance = generation_->instance(0);
  StringWriter reason(reason_limit);
  void *state = nullptr;
  const slipring_status code = plugin::guard([&] {
    return adapter.import_state(instance.adapter, number, task_.schema, to_bytes(sample),
                                reason.abi(), &state);
  });
  if (code == SLIPRING_OK) {
    plugin::guard_void([&] { adapter.release(instance.adapter, number, state); });
  }
  return answered("import_state", code, reason);
}

// What is pinned may keep threads, and stays.
Status Steps::unload() {
  generation_.reset();
  if (manifest_.pinned) return Status::ok();
  const auto until = std::chrono::steady_clock::now() + thread_patience;
  while (count_threads() > threads_ && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  if (const size_t threads = count_threads(); threads > threads_) {
    return Status::invalid("threads left behind: " + std::to_string(threads - threads_));
  }
  library_.unload();
  if (plugin::is_mapped(task_.staged)) {
    return Status::invalid("still mapped after unloading: something in the process refers to it");
  }
  return Status::ok();
}

}  // namespace slipring::rehearse
