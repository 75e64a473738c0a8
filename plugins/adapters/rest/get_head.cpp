#include "get_head.hpp"

#include <slipring/ext/subscribe.h>

#include "condition.hpp"
#include "http/field_list.hpp"
#include "http/media_type.hpp"
#include "http/text.hpp"
#include "http/url.hpp"
#include "time_text.hpp"

namespace slipring::rest {

namespace {

constexpr uint64_t most_events = 10'000;
constexpr size_t most_cursors = 64;

Check read_accept(const sdk::Fields &fields, state::ReadT &read) {
  const auto accept = http::joined(fields, "accept");
  const std::string_view type = read.wanted == state::Wanted::list     ? events_type
                                : read.wanted == state::Wanted::stream ? "application/json"
                                                                       : event_type;
  if (!accept || http::accepts(*accept, type)) return {};
  read.plain = true;
  if (http::accepts(*accept, "application/json")) return {};
  Problem problem = not_accepted("accept", *accept, std::string(type) + ", application/json");
  problem.status = 406;
  return problem;
}

class Query {
 public:
  Query(const Settings &settings, state::ReadT &read, Begin &begin) noexcept
      : settings_(settings), read_(read), begin_(begin) {}

  Check parameter(std::string_view name, const std::string &value) {
    if (name == "limit") return number(name, value, 1, most_events, limit_);
    if (name == "wait") return number(name, value, 0, settings_.max_wait, wait_);
    if (name == "after") return after(value);
    if (name == "about") return about(value);
    const bool is_begin = name == "start" || name == "last" || name == "time" || name == "position";
    if (!is_begin)
      return not_accepted("query", name, "after, start, last, time, position, limit, wait, about");
    if (begin_.kind != 0) return not_accepted(name, value, "one place to begin at");
    if (name == "start") return start(value);
    if (name == "time") return time(value);
    if (name == "position") return position(value);
    begin_.kind = SLIPRING_START_LAST;
    read_.wanted = state::Wanted::list;
    return number(name, value, 1, most_events, begin_.number);
  }

  Check finish() {
    if (about_stream_) {
      if (begin_.kind != 0 || limit_ != 0 || wait_ != 0)
        return not_accepted("about", "stream", "no other parameter beside it");
      read_.wanted = state::Wanted::stream;
      return {};
    }
    if (begin_.kind == 0) begin_.kind = SLIPRING_START_LAST_PER_TOPIC;
    if (begin_.kind == SLIPRING_START_NOW && wait_ == 0)
      return not_accepted("wait", {}, "with start=now: seconds to wait");
    if (read_.wanted != state::Wanted::list && limit_ != 0)
      return not_accepted("limit", std::to_string(limit_),
                          "with after, start=earliest, last, time");
    if (read_.wanted == state::Wanted::retained && wait_ != 0)
      return not_accepted("wait", std::to_string(wait_), "not with start=retained");
    read_.limit = static_cast<uint32_t>(limit_);
    read_.wait_s = static_cast<uint32_t>(wait_);
    return {};
  }

 private:
  static Check number(std::string_view name, std::string_view value, uint64_t least, uint64_t most,
                      uint64_t &to) {
    const auto read = http::parse_number(value);
    if (!read || *read < least || *read > most)
      return not_accepted(name, value, std::to_string(least) + " to " + std::to_string(most));
    to = *read;
    return {};
  }

  Check about(std::string_view value) {
    about_stream_ = value == "stream";
    return about_stream_ ? Check() : not_accepted("about", value, "stream");
  }

  Check after(const std::string &value) {
    if (begin_.kind != 0 && begin_.kind != SLIPRING_START_AFTER)
      return not_accepted("after", value, "one place to begin at");
    if (value.empty() || begin_.cursors.size() == most_cursors)
      return not_accepted("after", value, "1 to 64 cursors or positions");
    begin_.kind = SLIPRING_START_AFTER;
    begin_.cursors.push_back(value);
    read_.wanted = state::Wanted::list;
    return {};
  }

  Check start(std::string_view value) {
    if (value == "last") {
      begin_.kind = SLIPRING_START_LAST_PER_TOPIC;
    } else if (value == "retained") {
      begin_.kind = SLIPRING_START_RETAINED;
      read_.wanted = state::Wanted::retained;
    } else if (value == "earliest" || value == "now") {
      begin_.kind = value == "now" ? SLIPRING_START_NOW : SLIPRING_START_EARLIEST;
      read_.wanted = state::Wanted::list;
    } else {
      return not_accepted("start", value, "last, retained, earliest, now");
    }
    return {};
  }

  Check time(std::string_view value) {
    const auto parsed = json_v1::parse_time(value);
    if (!parsed) return not_accepted("time", value, "RFC 3339, such as 2026-11-21T09:30:00Z");
    begin_.kind = SLIPRING_START_TIME;
    begin_.number = static_cast<uint64_t>(*parsed);
    read_.wanted = state::Wanted::list;
    return {};
  }

  // The event that follows the place before it.
  Check position(std::string_view value) {
    const auto sequence = sequence_of(value);
    if (!sequence || *sequence == 0) return not_accepted("position", value, "that of an event");
    begin_.kind = SLIPRING_START_AFTER;
    begin_.cursors.push_back(std::string(value.substr(0, value.rfind(':') + 1)) +
                             std::to_string(*sequence - 1));
    read_.wanted = state::Wanted::position;
    read_.position = value;
    return {};
  }

  const Settings &settings_;
  state::ReadT &read_;
  Begin &begin_;
  uint64_t limit_ = 0;
  uint64_t wait_ = 0;
  bool about_stream_ = false;
};

}  // namespace

Check read_get_head(const sdk::Request &request, const Settings &settings, state::ReadT &read,
                    Begin &begin) {
  Query query(settings, read, begin);
  Check wrong;
  const bool whole =
      http::for_each_parameter(request.query, [&](const auto &name, const auto &value) {
        wrong = query.parameter(name, value);
        return !wrong;
      });
  if (!whole && !wrong)
    wrong = Problem{400, "query", "found a % that two hexadecimal digits do not follow"};
  if (!wrong) wrong = query.finish();
  if (!wrong) wrong = read_accept(request.fields, read);
  read.if_match = http::joined(request.fields, "if-match").value_or("");
  read.if_none_match = http::joined(request.fields, "if-none-match").value_or("");
  return wrong;
}

}  // namespace slipring::rest
