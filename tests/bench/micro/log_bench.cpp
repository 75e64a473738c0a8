// The log by itself: groups appended, with and without a sync, and events read in order; in both
// layouts: one record for what a group has of a stream, and one for each event, as it is where a
// number of events per topic is kept.
#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "event/testing.hpp"
#include "stream/log.hpp"

namespace slipring::bench {
namespace {

constexpr int64_t topics = 1000;
constexpr uint64_t never_reached = 1'000'000'000;
const std::string payload(128, 'x');

class OpenLog {
 public:
  explicit OpenLog(bool record_per_event) {
    std::string name = (std::filesystem::temp_directory_path() / "slipring-bench-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
    directory_ = name;
    stream::Settings settings;
    settings.name = "bench";
    settings.filters = {"#"};
    settings.retention = {};
    if (record_per_event) settings.retention.per_topic = never_reached;
    stream::Log::Options options;
    options.directory = directory_ / "log";
    auto opened = stream::Log::open(options, {&settings, 1});
    if (!opened) throw std::runtime_error(std::string(opened.status().message()));
    log_ = std::move(*opened);
    state_ = log_->find("bench").value();
    next_ = state_.last + 1;
  }
  ~OpenLog() {
    log_.reset();
    std::filesystem::remove_all(directory_);
  }
  OpenLog(const OpenLog &) = delete;
  OpenLog &operator=(const OpenLog &) = delete;

  void append(int64_t size, bool sync) {
    events_.clear();
    for (int64_t i = 0; i < size; ++i) {
      const std::string topic = "bench/" + std::to_string(next_ % topics);
      events_.push_back(event::testing::make({.topic = topic, .payload = payload}));
      events_.back()->sequence(schema::RecordHeader(state_.number, 0, state_.epochs.back().id,
                                                    next_, static_cast<int64_t>(next_)));
      ++next_;
    }
    const stream::Group group{state_.number, events_, {}};
    const Status status = log_->append({&group, 1}, sync);
    if (!status.is_ok()) throw std::runtime_error(std::string(status.message()));
  }

  // Returns how many events there were.
  int64_t read_all() const {
    stream::Query query;
    query.through = next_ - 1;
    int64_t count = 0;
    while (query.from <= query.through) {
      const auto batch = log_->read(state_.number, query);
      if (!batch) throw std::runtime_error(std::string(batch.status().message()));
      count += static_cast<int64_t>(batch->events.size());
      query.from = batch->through + 1;
    }
    return count;
  }

 private:
  std::filesystem::path directory_;
  std::unique_ptr<stream::Log> log_;
  stream::StreamState state_;
  uint64_t next_ = 1;
  std::vector<event::EventRef> events_;
};

void log_append(benchmark::State &state) {
  OpenLog log(state.range(2) != 0);
  for (auto round : state) log.append(state.range(0), state.range(1) != 0);
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

// 100,000 events, written in groups.
void log_read(benchmark::State &state) {
  constexpr int64_t events = 100'000;
  OpenLog log(state.range(1) != 0);
  for (int64_t written = 0; written < events; written += state.range(0)) {
    log.append(state.range(0), false);
  }
  int64_t read = 0;
  for (auto round : state) read += log.read_all();
  state.SetItemsProcessed(read);
}

BENCHMARK(log_append)
    ->ArgNames({"group", "sync", "record_per_event"})
    ->ArgsProduct({{1, 64, 1024}, {0, 1}, {0, 1}})
    ->UseRealTime();
BENCHMARK(log_read)
    ->ArgNames({"group", "record_per_event"})
    ->ArgsProduct({{1, 64, 1024}, {0, 1}})
    ->UseRealTime();

}  // namespace
}  // namespace slipring::bench
