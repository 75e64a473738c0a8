#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <set>

#include "observe/log.hpp"
#include "stream/log_parts.hpp"
#include "stream/meta_keys.hpp"
#include "stream/record_walk.hpp"
#include "stream/topics_filter.hpp"

namespace slipring::stream {
namespace {

constexpr uint32_t format = 1;

std::string line_of(const char *file) {
  std::string line;
  std::getline(std::ifstream(file), line);
  return line;
}

const Settings *settings_of(std::span<const Settings> streams, std::string_view name) {
  for (const Settings &settings : streams) {
    if (settings.name == name) return &settings;
  }
  return nullptr;
}

}  // namespace

Log::Log(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Log::~Log() {
  parts_->close();
}

Result<std::unique_ptr<Log>> Log::open(Options options, std::span<const Settings> streams) {
  auto parts = std::make_unique<Parts>();
  parts->options = std::move(options);
  if (parts->options.machine.empty()) parts->options.machine = line_of("/etc/machine-id");
  if (parts->options.boot.empty()) {
    parts->options.boot = line_of("/proc/sys/kernel/random/boot_id");
  }
  if (Status status = parts->open(streams); !status.is_ok()) return status;
  return std::unique_ptr<Log>(new Log(std::move(parts)));
}

std::vector<StreamState> Log::streams() const {
  std::vector<StreamState> states;
  for (const TableEntry &entry : parts_->table->all()) states.push_back(to_state(entry));
  return states;
}

std::optional<StreamState> Log::find(std::string_view name) const {
  for (StreamState &state : streams()) {
    if (state.name == name) return std::move(state);
  }
  return std::nullopt;
}

const std::vector<Finding> &Log::findings() const {
  return parts_->findings;
}

int64_t Log::Parts::now_ns() const {
  if (options.now_ns) return options.now_ns();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

int64_t Log::Parts::steady_ns() const {
  if (options.steady_ns) return options.steady_ns();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

Status Log::Parts::open(std::span<const Settings> streams) {
  if (Status status = check_directory(); !status.is_ok()) return status;
  auto opened = Database::open(
      {options.directory / "records", options.env, options.read_only, make_topics_filter(table)});
  if (!opened) return opened.status();
  database = std::move(*opened);
  if (Status status = check_owner(); !status.is_ok()) return status;
  return open_streams(streams);
}

Status Log::Parts::check_directory() const {
  const std::string where = "The log's directory " + options.directory.string();
  std::error_code error;
  if (options.read_only) {
    if (std::filesystem::is_directory(options.directory / "records", error)) return Status::ok();
    return {SLIPRING_NOT_FOUND, where + " has no log"};
  }
  std::filesystem::create_directories(options.directory, error);
  if (error) return Status::system(where + " cannot be made", error.value());
  if (::access(options.directory.c_str(), R_OK | W_OK | X_OK) == 0) return Status::ok();
  return {SLIPRING_PERMISSION_DENIED,
          where + " cannot be written to (" + Status::system("", errno).message() +
              "). Give it to the user that the host runs as, or name another directory"};
}

// The format first: a newer host may keep all else differently.
Status Log::Parts::check_owner() {
  const std::string where = "The log in " + options.directory.string();
  const auto kept = database->get(Family::meta, format_key);
  if (!kept && kept.status().code() != SLIPRING_NOT_FOUND) return kept.status();
  if (kept && *kept != std::to_string(format)) {
    return {SLIPRING_FAILED_PRECONDITION,
            where + " has format " + *kept + ", this host knows " + std::to_string(format) +
                ": it was written by a newer host. Run that one, or name another directory"};
  }
  const auto owner = database->get(Family::meta, machine_key);
  if (!owner && owner.status().code() != SLIPRING_NOT_FOUND) return owner.status();
  const bool foreign = owner && *owner != options.machine;
  if (foreign && !options.adopt && !options.read_only) {
    return {SLIPRING_FAILED_PRECONDITION,
            where + " belongs to machine " + *owner + ", this is " + options.machine +
                ". If that one will not use it any more, take it over once: slipringd --adopt-log"};
  }
  if ((kept && owner && !foreign) || options.read_only) return Status::ok();
  if (foreign) find({"", 0, 0, "the log was taken over from machine " + *owner});
  rocksdb::WriteBatch first;
  first.Put(slice(format_key), std::to_string(format));
  first.Put(slice(machine_key), options.machine);
  return database->write(first, true);
}

void Log::Parts::find(Finding finding) {
  observe::warn("log_finding", {{"stream", finding.stream},
                                {"from", finding.from},
                                {"to", finding.to},
                                {"what", finding.what}});
  findings.push_back(std::move(finding));
}

Status Log::Parts::open_streams(std::span<const Settings> streams) {
  if (Status status = load_streams(); !status.is_ok()) return status;
  for (const Settings &settings : streams) {
    const auto all = table->all();
    const bool known = std::any_of(all.begin(), all.end(), [&](const TableEntry &entry) {
      return entry.meta.name == settings.name;
    });
    if (known || options.read_only) continue;
    if (Status status = create(settings); !status.is_ok()) return status;
  }
  if (Status status = open_marks(); !status.is_ok()) return status;

  const bool deep = database->repaired();
  if (deep) find({"", 0, 0, "the log was damaged, and its files were sorted anew"});
  for (const TableEntry &entry : table->all()) {
    Status status = recover(entry, settings_of(streams, entry.meta.name), deep);
    if (!status.is_ok()) return status;
  }
  table->complete();
  if (options.read_only) return Status::ok();
  if (Status status = database->flush(); !status.is_ok()) return status;
  if (!options.maintenance) marks.set_head({options.machine, options.boot, false});
  return marks.sync();
}

Status Log::Parts::load_streams() {
  const auto iterator = database->iterate(Family::meta, false);
  for (iterator->Seek(slice(streams_prefix)); iterator->Valid(); iterator->Next()) {
    if (!iterator->key().starts_with(slice(streams_prefix))) break;
    const auto meta = decode_meta(view(iterator->value()));
    if (!meta) {
      return {SLIPRING_DATA_LOSS,
              "What the log in " + options.directory.string() + " keeps of its streams is damaged"};
    }
    TableEntry entry;
    entry.meta = *meta;
    table->add(std::move(entry));
  }
  if (!iterator->status().ok()) return to_status("Reading the log's streams", iterator->status());
  return Status::ok();
}

Status Log::Parts::create(const Settings &settings) {
  TableEntry entry;
  entry.meta.name = settings.name;
  for (const TableEntry &other : table->all()) {
    entry.meta.number = std::max(entry.meta.number, other.meta.number);
  }
  ++entry.meta.number;
  add_epoch(entry.meta.epochs, 1);
  if (settings.retention.per_topic != 0) entry.meta.sparse_through = UINT64_MAX;
  if (Status status = save(entry.meta, true); !status.is_ok()) return status;
  created.insert(entry.meta.number);
  table->add(std::move(entry));
  return Status::ok();
}

Status Log::Parts::open_marks() {
  uint32_t streams = 0;
  for (const TableEntry &entry : table->all()) streams = std::max(streams, entry.meta.number);
  auto opened = Marks::open(options.directory / "marks", streams, options.read_only);
  if (!opened) return opened.status();
  marks = std::move(*opened);
  return Status::ok();
}

void Log::Parts::close() {
  if (options.read_only) return;
  Status status = database->flush();
  for (const TableEntry &entry : table->all()) mark(entry);
  const bool whole = status.is_ok() && error.is_ok();
  if (whole && !options.maintenance) marks.set_head({options.machine, options.boot, true});
  if (Status synced = marks.sync(); status.is_ok()) status = std::move(synced);
  if (!whole || !status.is_ok()) {
    observe::warn("log_not_closed", {{"error", (error.is_ok() ? status : error).message()}});
  }
}

}  // namespace slipring::stream
