#include "start.hpp"

#include "fields.hpp"
#include "json_scan.hpp"
#include "time_text.hpp"

namespace slipring::json_v1 {

using sdk::Status;

namespace {

constexpr size_t most_cursors = 64;

Status refuse(std::string_view found) {
  return not_accepted(Member::start, found,
                      "\"now\", \"earliest\", \"retained\", \"last per topic\", {\"last\":10}, "
                      "{\"time\":\"2026-11-21T09:30:00Z\"} or {\"after\":[\"<cursor>\"]}");
}

bool read_word(std::string_view word, sdk::Start &start) {
  if (word == "now") {
    start.kind = SLIPRING_START_NOW;
  } else if (word == "earliest") {
    start.kind = SLIPRING_START_EARLIEST;
  } else if (word == "retained") {
    start.kind = SLIPRING_START_RETAINED;
  } else if (word == "last per topic") {
    start.kind = SLIPRING_START_LAST_PER_TOPIC;
  } else {
    return false;
  }
  return true;
}

bool read_time(std::string_view value, Shard &shard, sdk::Start &start) {
  if (!is_string(value)) return false;
  const std::optional<int64_t> time = parse_time(string_text(value, shard.arena));
  if (!time || *time < 0) return false;
  start.number = static_cast<uint64_t>(*time);
  return true;
}

bool read_cursors(std::string_view value, Shard &shard, sdk::Start &start) {
  bool all_texts = true;
  shard.cursors.clear();
  JsonScanner scanner(value);
  const bool is_array = scanner.array([&](std::string_view cursor) {
    all_texts = all_texts && is_string(cursor) && shard.cursors.size() < most_cursors;
    if (all_texts) shard.cursors.push_back(sdk::bytes(string_text(cursor, shard.arena)));
  });
  start.cursors = shard.cursors;
  return is_array && all_texts && !shard.cursors.empty();
}

// The one member of {"last":…}, {"time":…}, {"after":…}.
bool read_member(std::string_view name, std::string_view value, Shard &shard, sdk::Start &start) {
  if (name == "last") {
    start.kind = SLIPRING_START_LAST;
    return parse_number(value, largest_number, start.number) && start.number > 0;
  }
  if (name == "time") {
    start.kind = SLIPRING_START_TIME;
    return read_time(value, shard, start);
  }
  start.kind = SLIPRING_START_AFTER;
  return name == "after" && read_cursors(value, shard, start);
}

}  // namespace

Status read_start(const Request &request, Shard &shard, sdk::Start &start) {
  const std::string_view json = request[Member::start];
  if (json.empty()) return {};
  if (is_string(json))
    return read_word(string_text(json, shard.arena), start) ? Status() : refuse(json);

  size_t count = 0;
  bool good = true;
  JsonScanner scanner(json);
  const bool is_object = scanner.object([&](std::string_view name, std::string_view value) {
    good = ++count == 1 && read_member(name, value, shard, start);
  });
  return is_object && good && count == 1 ? Status() : refuse(json);
}

}  // namespace slipring::json_v1
