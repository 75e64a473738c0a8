// Random appends, starts, kills, power failures, and damage at random places of random files. After
// each of them every acknowledged event is there, bit for bit, or its loss is told: by a finding
// and a new epoch, or by what a reader gets. Of a synced stream nothing is lost by a power failure.
//
// Half of the histories have no damage: there a start and a kill lose nothing at all. In the others
// they may lose what was damaged before: a part of a file that nobody needed is found damaged when
// files are merged or sorted anew, and a damaged block can hide what came later (record_walk.hpp).
// Such a loss is told like any other.
//
// Prints what came of each kind of fault: the table in docs/architecture.md.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <random>

#include "stream/testing.hpp"

namespace slipring::stream {
namespace {

using testing::Fixture;
using testing::settings_of;

enum class Fault { start, kill, power, flip, truncate };
constexpr size_t harmless = 3;  // of them, the first, without damage
constexpr const char *fault_names[] = {"start in order", "kill", "power failure", "bit flip",
                                       "truncation"};

struct Outcome {
  int cases = 0;
  int nothing_lost = 0;  // of acknowledged events
  int told = 0;          // lost, and told
  int refused = 0;       // the log says that it cannot be opened
  int silent = 0;        // must stay 0
};

class History {
 public:
  History(uint64_t seed, Durability durability)
      : random_(seed), durability_(durability), log_(settings_of("s", durability)) {}

  // Appends, then does that, and looks at what is left.
  void round(Fault fault, Outcome &outcome);

 private:
  uint64_t any(uint64_t below) {
    return std::uniform_int_distribution<uint64_t>(0, below - 1)(random_);
  }
  void append_some();
  void harm(Fault fault);
  void damage_a_file(bool truncate);
  bool check();
  // Whether this fault can lose events, or those before it can have without being noticed.
  bool may_lose(Fault fault) const {
    return damaged_ || (fault == Fault::power && durability_ != Durability::fsync);
  }

  std::mt19937_64 random_;
  Durability durability_;
  Fixture log_;
  std::map<uint64_t, std::vector<uint8_t>> acknowledged_;  // of those whose loss nobody was told of
  bool told_ = false;
  bool damaged_ = false;  // some file of this log
  std::string story_;     // what was done to it, for who reads of a failure
};

void History::append_some() {
  for (uint64_t groups = 1 + any(30); groups > 0; --groups) {
    std::vector<event::testing::Made> made;
    std::vector<std::string> texts;
    const uint64_t events = 1 + any(20);
    for (uint64_t i = 0; i < events; ++i) texts.push_back("t/" + std::to_string(any(10)));
    const std::string payload(any(2000), static_cast<char>('a' + any(26)));
    made.reserve(texts.size());
    for (const std::string &topic : texts) made.push_back({.topic = topic, .payload = payload});
    const auto group = log_.sequenced(made);
    const Group one{log_.number(), group, {}};
    ASSERT_TRUE(log_->append({&one, 1}, durability_ == Durability::fsync || any(20) == 0).is_ok());
    for (const auto &event : group) {
      const auto bytes = event->flatbuffer();
      acknowledged_[event->record().sequence()].assign(bytes.begin(), bytes.end());
    }
    if (any(10) == 0) log_->tick();
  }
}

void History::harm(Fault fault) {
  story_ += std::string(story_.empty() ? "" : ", ") + fault_names[static_cast<size_t>(fault)];
  if (fault == Fault::start) return log_.close();
  if (fault == Fault::kill) return log_.kill();
  if (fault == Fault::power) return log_.lose_power();
  any(2) == 0 ? log_.close() : log_.kill();
  damage_a_file(fault == Fault::truncate);
}

void History::damage_a_file(bool truncate) {
  std::vector<std::filesystem::path> files;
  for (const auto &file : std::filesystem::recursive_directory_iterator(log_.options.directory)) {
    const std::string name = file.path().filename();
    if (!file.is_regular_file() || file.file_size() == 0) continue;
    if (name.starts_with("LOG") || name.starts_with("OPTIONS")) continue;  // nobody reads them
    files.push_back(file.path());
  }
  std::sort(files.begin(), files.end());
  const auto &file = files[any(files.size())];
  const uint64_t size = std::filesystem::file_size(file);
  damaged_ = true;
  story_ += " of " + file.filename().string() + " (" + std::to_string(size) + " bytes)";
  if (truncate) return std::filesystem::resize_file(file, any(size));
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  const auto at = static_cast<std::streamoff>(any(size));
  stream.seekg(at);
  const int byte = stream.get() ^ (1 << any(8));
  stream.seekp(at);
  stream.put(static_cast<char>(byte));
}

// Whether everything is there; what is not, and was told, is forgotten.
bool History::check() {
  const auto state = log_->find("s");
  if (!state) return false;
  std::map<uint64_t, std::vector<uint8_t>> found;
  std::vector<Lost> lost;
  Query query;
  query.through = state->last;
  while (query.from <= state->last) {
    const auto batch = log_->read(state->number, query);
    if (!batch) break;
    for (const auto &event : batch->events) {
      const auto bytes = event->flatbuffer();
      found[event->record().sequence()].assign(bytes.begin(), bytes.end());
    }
    lost.insert(lost.end(), batch->lost.begin(), batch->lost.end());
    query.from = batch->through + 1;
  }
  for (const uint32_t stream : log_->suspects()) EXPECT_TRUE(log_->begin_epoch(stream).is_ok());
  bool whole = true;
  for (auto event = acknowledged_.begin(); event != acknowledged_.end();) {
    const uint64_t sequence = event->first;
    const auto there = found.find(sequence);
    if (there != found.end() && there->second == event->second) {
      ++event;
      continue;
    }
    whole = false;
    const bool named = std::any_of(lost.begin(), lost.end(), [&](const Lost &range) {
      return range.from <= sequence && sequence <= range.to;
    });
    // Beyond the last one: a new epoch tells that, and the finding.
    if (named || sequence > state->last || there == found.end()) told_ = told_ || named;
    if (!named && log_->findings().empty()) {
      ADD_FAILURE() << "event " << sequence
                    << " is missing and nothing tells of it, after: " << story_;
    }
    told_ = told_ || !log_->findings().empty();
    event = acknowledged_.erase(event);
  }
  return whole;
}

void History::round(Fault fault, Outcome &outcome) {
  ++outcome.cases;
  append_some();
  const auto epoch = log_.state().epochs.back();
  harm(fault);
  if (const Status status = log_.try_reopen(); !status.is_ok()) {
    EXPECT_TRUE(damaged_) << status.message() << " after: " << story_;
    ++outcome.refused;
    std::filesystem::remove_all(log_.options.directory);
    acknowledged_.clear();
    damaged_ = false;
    log_.reopen();
    return;
  }
  told_ = false;
  if (check()) {
    ++outcome.nothing_lost;
    return;
  }
  EXPECT_TRUE(may_lose(fault)) << "events were lost after: " << story_;
  EXPECT_NE(log_.state().epochs.back(), epoch) << "a loss without a new epoch after: " << story_;
  told_ ? ++outcome.told : ++outcome.silent;
}

uint64_t seed_of_run() {
  const char *given = std::getenv("SLIPRING_SEED");
  return given == nullptr ? std::random_device{}() : std::strtoull(given, nullptr, 10);
}

#ifdef NDEBUG
constexpr int usual_runs = 40;
#else  // the builds with sanitizers
constexpr int usual_runs = 10;
#endif

TEST(LogProperty, EveryAcknowledgedEventIsThereOrItsLossIsTold) {
  const uint64_t seed = seed_of_run();
  std::printf("SLIPRING_SEED=%llu\n", static_cast<unsigned long long>(seed));
  std::fflush(stdout);  // RocksDB may abort
  const char *const more = std::getenv("SLIPRING_RUNS");
  const int runs = more == nullptr ? usual_runs : std::atoi(more);
  constexpr int rounds = 8;
  constexpr size_t faults = std::size(fault_names);
  std::puts("| durability | fault | cases | nothing lost | loss told | refused | silent |");
  std::puts("|---|---|---|---|---|---|---|");
  for (const Durability durability : {Durability::fsync, Durability::log}) {
    Outcome outcomes[faults];
    for (int run = 0; run < runs; ++run) {
      History one(seed + run, durability);
      std::mt19937_64 random(seed + run);
      for (int round = 0; round < rounds && !HasFailure(); ++round) {
        const size_t fault = random() % (run % 2 == 0 ? faults : harmless);
        one.round(static_cast<Fault>(fault), outcomes[fault]);
      }
    }
    const std::string name(durability_name(durability));
    for (size_t i = 0; i < faults; ++i) {
      const Outcome &outcome = outcomes[i];
      std::printf("| %s | %s | %d | %d | %d | %d | %d |\n", name.c_str(), fault_names[i],
                  outcome.cases, outcome.nothing_lost, outcome.told, outcome.refused,
                  outcome.silent);
      EXPECT_EQ(outcome.silent, 0);
    }
  }
}

}  // namespace
}  // namespace slipring::stream
