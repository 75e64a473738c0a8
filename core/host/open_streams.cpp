#include "host/open_streams.hpp"

#include <algorithm>
#include <random>
#include <set>

#include "observe/log.hpp"

namespace slipring::host {

namespace {

using stream::Durability;
using stream::StreamState;

// History kept in memory is lost with the process: each start is another epoch.
uint64_t new_epoch() {
  std::random_device random;
  return (uint64_t{random()} << 32) | random();
}

Status check_given_up(const stream::Settings &settings, const StreamState &kept) {
  if (settings.durability != Durability::memory || kept.events == 0) return Status::ok();
  return {SLIPRING_FAILED_PRECONDITION,
          "stream " + settings.name + ": the log has " + std::to_string(kept.events) +
              " events of it, and durability memory would give them up; keep durability log or "
              "fsync, or remove them first: slipring streams purge " +
              settings.name + " --offline"};
}

void report(const stream::Log &log, const std::vector<stream::Settings> &streams) {
  for (const StreamState &state : log.streams()) {
    const bool configured = std::ranges::any_of(
        streams, [&](const stream::Settings &each) { return each.name == state.name; });
    if (configured) continue;
    observe::warn("stream not configured",
                  {{"stream", state.name}, {"events", state.events}, {"bytes", state.bytes}});
  }
}

}  // namespace

Result<OpenStreams> open_streams(const std::vector<stream::Settings> &streams,
                                 const std::filesystem::path &state, bool adopt) {
  std::vector<stream::Settings> durable;
  std::ranges::copy_if(streams, std::back_inserter(durable), [](const stream::Settings &each) {
    return each.durability != Durability::memory;
  });
  OpenStreams opened;
  std::error_code error;
  if (!durable.empty() || std::filesystem::exists(log_directory(state), error)) {
    stream::Log::Options options;
    options.directory = log_directory(state);
    options.adopt = adopt;
    auto log = stream::Log::open(std::move(options), durable);
    if (!log) return log.status();
    opened.log = std::move(*log);
    report(*opened.log, streams);
  }
  std::set<uint32_t> numbers;
  if (opened.log != nullptr) {
    for (const StreamState &known : opened.log->streams()) numbers.insert(known.number);
  }
  uint32_t next = 1;
  for (const stream::Settings &settings : streams) {
    const auto known = opened.log == nullptr ? std::nullopt : opened.log->find(settings.name);
    if (known) {
      if (Status status = check_given_up(settings, *known); !status.is_ok()) return status;
    }
    if (settings.durability != Durability::memory) {
      opened.histories.push_back(std::make_shared<stream::History>(settings, *known, *opened.log));
      continue;
    }
    while (!numbers.insert(next).second) ++next;
    opened.histories.push_back(std::make_shared<stream::History>(settings, next, new_epoch()));
  }
  return opened;
}

}  // namespace slipring::host
