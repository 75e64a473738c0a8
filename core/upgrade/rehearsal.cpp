#include "upgrade/rehearsal.hpp"

#include <unistd.h>

#include <algorithm>

#include "observe/log.hpp"
#include "upgrade/samples.hpp"

namespace slipring::upgrade {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr uint32_t most_instances = 2;
constexpr size_t longest_print = 200;

fs::path program() {
  std::error_code ignored;
  return fs::read_symlink("/proc/self/exe", ignored).parent_path() / "slipring-rehearse";
}

Failure failed(std::string_view check, std::string found, std::string expected) {
  return {Stage::rehearsed, "rehearsal: " + std::string(check), std::move(found),
          std::move(expected)};
}

std::string_view expected_in(std::string_view step) {
  if (step == "init") return "an init that answers OK";
  if (step == "create") return "an instance for every shard";
  if (step == "self-test") return "a self-test that answers OK";
  if (step == "import") return "sessions of the running version that can be imported";
  if (step == "unload") return "an object that is gone when it has been unloaded";
  return "an object that can be loaded";
}

std::string printed(std::chrono::nanoseconds time) {
  const auto whole = std::chrono::duration_cast<milliseconds>(time).count();
  return whole % 1000 == 0 ? std::to_string(whole / 1000) + " s" : std::to_string(whole) + " ms";
}

std::string printed_size(uint64_t bytes) {
  constexpr uint64_t mebibyte = uint64_t{1} << 20;
  return bytes % mebibyte == 0 ? std::to_string(bytes / mebibyte) + " MiB"
                               : std::to_string(bytes) + " bytes";
}

// The schema in which the sessions would move; nothing: they would not, or have no state.
std::optional<uint32_t> schema_of_move(const plugin::Generation &running,
                                       const plugin::Manifest &next) {
  const plugin::Manifest &now = running.manifest();
  const bool moves = running.adapter() != nullptr && next.kind == plugin::Kind::adapter &&
                     now.continuity == plugin::Continuity::handoff &&
                     plugin::sessions_move(now, next);
  return moves ? plugin::common_state_schema(now, next) : std::nullopt;
}

}  // namespace

asio::awaitable<std::optional<Failure>> Rehearsal::run(Build build,
                                                       const plugin::Generation *running,
                                                       Report &report) {
  const auto begin = std::chrono::steady_clock::now();
  const RehearsalTask task = co_await task_for(build, running);
  RehearsalRecord record;
  std::function<void(std::string_view)> read = [&record](std::string_view line) {
    record.read(line);
  };
  const auto end = co_await run_child(program(), task.encode(), settings_.time, std::move(read));
  if (!end) {
    co_return failed("start", end.status().message(),
                     "the program slipring-rehearse beside slipringd");
  }
  if (auto failure = record.verdict(*end, settings_)) co_return failure;
  report.stage = Stage::rehearsed;
  const RehearsalLine &last = record.last();
  if (last.refused != 0) {
    report.notes.push_back("rehearsal: " + std::to_string(last.refused) + " of " +
                           std::to_string(last.samples) +
                           " sample sessions cannot be imported: " + last.reason);
  }
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  observe::info("plugin rehearsed", {{"plugin", build.manifest.name},
                                     {"version", build.manifest.version},
                                     {"samples", last.samples},
                                     {"refused", last.refused},
                                     {"milliseconds", took.count()}});
  co_return std::nullopt;
}

asio::awaitable<RehearsalTask> Rehearsal::task_for(const Build &build,
                                                   const plugin::Generation *running) {
  RehearsalTask task;
  task.staged = build.staged;
  task.settings = build.settings;
  task.shards = std::min(shards_.size(), most_instances);
  // Of a process that spins and has lost its host.
  task.cpu = std::chrono::ceil<seconds>(settings_.time) + seconds(1);
  task.memory = settings_.memory;
  task.host = getpid();
  const auto schema = running != nullptr ? schema_of_move(*running, build.manifest) : std::nullopt;
  if (schema && settings_.samples > 0) {
    task.schema = *schema;
    task.samples = co_await take_samples(shards_, sessions_, *running, *schema, settings_.samples);
  }
  co_return task;
}

void RehearsalRecord::read(std::string_view line) {
  if (line.empty()) return;
  auto said = RehearsalLine::decode(line);
  if (said) {
    last_ = std::move(*said);
  } else {
    printed_ = printable(line.substr(0, longest_print));
  }
}

std::optional<Failure> RehearsalRecord::verdict(const ChildEnd &end,
                                                const RehearsalSettings &settings) const {
  if (last_.is_end()) return std::nullopt;
  const std::string in_step = "in " + last_.step;
  if (last_.check == "memory") {
    return failed("memory", "needs more than " + printed_size(settings.memory) + ' ' + in_step,
                  "at most that (upgrade.rehearsal.memory)");
  }
  if (last_.is_failure()) {
    return failed(last_.check, last_.found, std::string(expected_in(last_.check)));
  }
  if (end.timed_out) {
    return failed("time", "did not end within " + printed(settings.time) + ", " + in_step,
                  "an end within that (upgrade.rehearsal.time)");
  }
  std::string found = end.text() + ' ' + in_step;
  if (!printed_.empty()) found += ": " + printed_;
  return failed(last_.step, std::move(found), std::string(expected_in(last_.step)));
}

}  // namespace slipring::upgrade
