#include "query.hpp"

#include <algorithm>
#include <array>

#include "filter.hpp"
#include "http/url.hpp"
#include "start.hpp"

namespace slipring::sse {
namespace {

constexpr std::string_view last_event_id = "last-event-id";

using Take = std::optional<Problem> (*)(std::string &value, Wanted &wanted);

std::optional<Problem> take_topic(std::string &value, Wanted &wanted) {
  if (wanted.filters.size() == most_filters) {
    return Problem{400, "topic", "found more than 64 of them; accepted: 1 to 64"};
  }
  auto problem = check_filter(value);
  if (!problem) wanted.filters.push_back(std::move(value));
  return problem;
}

std::optional<Problem> take_start(std::string &value, Wanted &wanted) {
  if (read_start(value, wanted.start)) return std::nullopt;
  return wrong("start", value, accepted_starts);
}

// An empty one is none: what a page has not stored yet.
std::optional<Problem> take_cursor(std::string &value, Wanted &wanted) {
  if (value.empty()) return std::nullopt;
  wanted.cursor = std::move(value);
  wanted.place = Place::query;
  return std::nullopt;
}

std::optional<Problem> take_event(std::string &value, Wanted &wanted) {
  wanted.by_type = value == "type";
  if (wanted.by_type || value == "message") return std::nullopt;
  return wrong("event", value, "message, type");
}

std::optional<Problem> take_drop(std::string &value, Wanted &wanted) {
  using sdk::Drop;
  constexpr std::array<std::pair<std::string_view, Drop>, 5> policies = {
      {{"newest", Drop::newest},
       {"oldest", Drop::oldest},
       {"latest-per-key", Drop::latest_per_key},
       {"priority", Drop::by_priority},
       {"disconnect", Drop::disconnect}}};
  for (const auto &[name, policy] : policies) {
    if (value != name) continue;
    wanted.drop = policy;
    return std::nullopt;
  }
  return wrong("drop", value, "newest, oldest, latest-per-key, priority, disconnect");
}

struct Parameter {
  std::string_view name;
  Take take;
  bool repeats;
};

constexpr std::array<Parameter, 5> parameters = {{{"topic", take_topic, true},
                                                  {"start", take_start, false},
                                                  {"last_event_id", take_cursor, false},
                                                  {"event", take_event, false},
                                                  {"drop", take_drop, false}}};

// The parameters of one query, one after another.
class Reader {
 public:
  explicit Reader(Wanted &wanted) : wanted_(wanted) {}

  std::optional<Problem> take(std::string_view pair) {
    const size_t equals = std::min(pair.find('='), pair.size());
    name_.clear();
    value_.clear();
    if (!http::append_decoded(name_, pair.substr(0, equals)) ||
        !http::append_decoded(value_, pair.substr(std::min(equals + 1, pair.size())))) {
      return wrong("query", pair, "a % with two hexadecimal digits behind it");
    }
    const auto known = std::find_if(parameters.begin(), parameters.end(),
                                    [&](const Parameter &one) { return one.name == name_; });
    if (known == parameters.end()) {
      return wrong("query", name_, "topic, start, last_event_id, event, drop");
    }
    bool &seen = seen_[static_cast<size_t>(known - parameters.begin())];
    if (seen && !known->repeats) {
      return Problem{400, std::string(known->name), "found it twice; accepted: once"};
    }
    seen = true;
    return known->take(value_, wanted_);
  }

  bool has_start() const { return seen_[1]; }

 private:
  Wanted &wanted_;
  std::string name_;
  std::string value_;
  std::array<bool, parameters.size()> seen_{};
};

// EventSource knows best where it is: the query is as the page wrote it, once.
std::optional<Problem> take_header(const sdk::Fields &fields, Wanted &wanted) {
  bool found = false;
  for (const slipring_field &field : fields.all()) {
    if (sdk::view(field.name) != last_event_id) continue;
    if (found) return Problem{400, "Last-Event-ID", "found it twice; accepted: once"};
    found = true;
    if (field.value.size == 0) continue;
    wanted.cursor = sdk::view(field.value);
    wanted.place = Place::header;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Problem> read_wanted(std::string_view query, const sdk::Fields &fields,
                                   Wanted &wanted) {
  Reader reader(wanted);
  while (!query.empty()) {
    const size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    if (auto problem = reader.take(pair)) return problem;
  }
  if (wanted.filters.empty()) {
    return Problem{400, "topic", "it is missing; accepted: 1 to 64, as ?topic=a&topic=b/%23"};
  }
  if (reader.has_start() && wanted.place == Place::query) {
    return Problem{400, "start", "found last_event_id beside it; accepted: one of them"};
  }
  if (auto problem = take_header(fields, wanted)) return problem;
  if (!wanted.cursor.empty()) wanted.start.kind = SLIPRING_START_AFTER;
  return std::nullopt;
}

std::string_view field_of(Place place) noexcept {
  if (place == Place::header) return "Last-Event-ID";
  return place == Place::query ? "last_event_id" : "topic";
}

}  // namespace slipring::sse
