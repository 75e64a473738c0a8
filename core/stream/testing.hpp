// A log in a directory of its own, for tests, with one stream "s".
#pragma once

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "event/testing.hpp"
#include "stream/fault_files.hpp"
#include "stream/log.hpp"

namespace slipring::stream::testing {

class TemporaryDirectory {
 public:
  explicit TemporaryDirectory(
      const std::filesystem::path &in = std::filesystem::temp_directory_path()) {
    std::string path = in / "slipring_log_XXXXXX";
    if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = path;
  }
  ~TemporaryDirectory() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  TemporaryDirectory(const TemporaryDirectory &) = delete;
  TemporaryDirectory &operator=(const TemporaryDirectory &) = delete;

  const std::filesystem::path &path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline Settings settings_of(std::string name, Durability durability = Durability::fsync) {
  Settings settings;
  settings.name = std::move(name);
  settings.filters = {"#"};
  settings.durability = durability;
  return settings;
}

// "1:a 2:b lost 3-4" for a batch.
inline std::string text_of(const Batch &batch) {
  std::string text;
  auto lost = batch.lost.begin();
  const auto add = [&](const std::string &word) { text += (text.empty() ? "" : " ") + word; };
  const auto add_lost = [&] {
    add(std::string(lost->reason) + " " + std::to_string(lost->from) + "-" +
        std::to_string(lost->to));
    ++lost;
  };
  for (const event::EventRef &event : batch.events) {
    const uint64_t sequence = event->record().sequence();
    while (lost != batch.lost.end() && lost->from < sequence) add_lost();
    add(std::to_string(sequence) + ":" + std::string(event->topic()));
  }
  while (lost != batch.lost.end()) add_lost();
  return text;
}

class Fixture {
 public:
  explicit Fixture(Settings settings = settings_of("s")) : settings{settings} {
    options.directory = directory_.path() / "log";
    options.env = env.get();
    options.machine = "this";
    options.boot = "first";
    options.now_ns = [this] { return now; };
    options.steady_ns = [this] { return steady; };
    reopen();
  }

  Log *operator->() { return log_.get(); }
  Log &operator*() { return *log_; }
  bool is_open() const { return log_ != nullptr; }

  // Throws when it cannot be opened.
  void reopen() {
    if (Status status = try_reopen(); !status.is_ok()) throw std::runtime_error(status.message());
  }
  Status try_reopen() {
    log_.reset();
    auto opened = Log::open(options, settings);
    if (!opened) return opened.status();
    log_ = std::move(*opened);
    return Status::ok();
  }
  void close() { log_.reset(); }

  StreamState state(std::string_view name = "s") const { return log_->find(name).value(); }
  uint32_t number(std::string_view name = "s") const { return state(name).number; }

  std::vector<event::EventRef> sequenced(const std::vector<event::testing::Made> &made,
                                         std::string_view name = "s") const {
    const StreamState stream = state(name);
    std::vector<event::EventRef> events;
    for (const auto &one : made) {
      events.push_back(event::testing::make(one));
      events.back()->sequence(schema::RecordHeader(stream.number, 0, stream.epochs.back().id,
                                                   stream.last + events.size(), now));
    }
    return events;
  }
  Status try_append(const std::vector<event::testing::Made> &made, bool sync = true,
                    std::string_view name = "s") {
    const auto events = sequenced(made, name);
    const Group group{number(name), events, {}};
    return log_->append({&group, 1}, sync);
  }
  void append_events(const std::vector<event::testing::Made> &made, bool sync = true,
                     std::string_view name = "s") {
    const Status status = try_append(made, sync, name);
    if (!status.is_ok()) throw std::runtime_error(status.message());
  }
  // One group, by topics.
  void append(const std::vector<std::string> &topics, std::string_view name = "s") {
    std::vector<event::testing::Made> made;
    for (const std::string &topic : topics) made.push_back({.topic = topic, .payload = "p"});
    append_events(made, true, name);
  }

  std::string read(uint64_t from = 1, uint64_t through = UINT64_MAX,
                   const std::vector<std::string> &filters = {}, std::string_view name = "s") {
    Query query;
    query.from = from;
    query.through = through;
    query.filters = filters;
    const auto batch = log_->read(number(name), query);
    return batch ? text_of(*batch) : batch.status().message();
  }

  // Ends it as a killed program is ended; what was written is still there.
  void kill() {
    files->kill();
    close();
    files->revive();
  }
  // And the machine too: what was not synced is gone.
  void lose_power() {
    files->kill();
    close();
    files->lose_power();
    options.boot += "'";
  }

  std::shared_ptr<FaultFiles> files = std::make_shared<FaultFiles>();
  std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(files);
  Log::Options options;
  std::vector<Settings> settings;
  int64_t now = 1'700'000'000'000'000'000;
  int64_t steady = 1'000'000'000;

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<Log> log_;
};

}  // namespace slipring::stream::testing
