#include "draft.hpp"

#include <algorithm>
#include <array>

#include "answers.hpp"
#include "http/text.hpp"
#include "time_text.hpp"

namespace slipring::rest {

namespace {

// Those that begin with "slipr" have one too.
constexpr std::array<std::string_view, 14> with_a_place = {
    "specversion", "id",           "source",      "type",
    "subject",     "time",         "dataschema",  "datacontenttype",
    "data",        "partitionkey", "causationid", "correlationid",
    "traceparent", "tracestate"};
constexpr std::array<std::string_view, 6> of_the_host = {"sliprposition", "sliprrecorded",
                                                         "sliprprotocol", "sliprsession",
                                                         "sliprclient",   "sliprprincipal"};

constexpr uint64_t largest_status = SLIPRING_UNAUTHENTICATED;
constexpr uint64_t largest_priority = 9;

std::array<std::string_view, largest_status + 1> status_names() {
  std::array<std::string_view, largest_status + 1> names;
  for (size_t i = 0; i < names.size(); ++i)
    names[i] = json_v1::status_name(static_cast<slipring_status>(i));
  return names;
}

// The place of `value` in `names`; 400 when it has none.
template <class Names>
Check choose(std::string_view name, std::string_view value, const Names &names, size_t &place) {
  const auto found = std::ranges::find(names, value);
  if (found != names.end()) {
    place = static_cast<size_t>(found - names.begin());
    return {};
  }
  std::string accepted;
  for (const std::string_view each : names)
    accepted.append(accepted.empty() ? "" : ", ").append(each);
  return not_accepted(name, value, accepted);
}

bool is_attribute_name(std::string_view name) noexcept {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
}

bool takes_number(std::string_view name) noexcept {
  return name == "sliprpriority" || name == "sliprttlms" || name == "sliprversion" ||
         name == "sliprexpected";
}

bool is_of_entity(std::string_view name) noexcept {
  return name == "sliprentitytype" || name == "sliprentityid" || name == "sliprversion" ||
         name == "sliprexpected";
}

}  // namespace

bool is_extension_name(std::string_view name) {
  return is_attribute_name(name) && !name.starts_with("slipr") &&
         std::ranges::find(with_a_place, name) == with_a_place.end();
}

Check Draft::set(std::string_view name, std::string_view value, Kind kind) {
  if (!is_attribute_name(name))
    return not_accepted(name, name, "names of CloudEvents attributes: a-z and 0-9");
  if (std::ranges::find(seen_, name) != seen_.end())
    return Problem{400, std::string(name), "it is said twice"};
  if (seen_.size() == most_attributes)
    return Problem{400, std::string(name), "found more than 256 attributes"};
  seen_.push_back(name);
  has_entity_ = has_entity_ || is_of_entity(name);
  if (std::ranges::find(of_the_host, name) != of_the_host.end()) return {};

  bool known = false;
  Check wrong = set_text(name, value, known);
  const bool is_text = known;
  if (!known) wrong = set_number(name, value, known);
  if (!known) wrong = set_choice(name, value, known);
  if (!known) return set_extension(name, value);
  if (kind == Kind::number && !takes_number(name)) return not_accepted(name, value, "a text");
  if (kind == Kind::flag && name != "sliprretain") return not_accepted(name, value, "a text");
  if (is_text && value.empty()) return not_accepted(name, value, "a text that is not empty");
  return wrong;
}

Check Draft::set_text(std::string_view name, std::string_view value, bool &known) {
  const std::array<std::pair<std::string_view, std::string_view *>, 15> texts = {
      {{"specversion", &specversion_},
       {"id", &id_},
       {"source", &source_},
       {"type", &type_},
       {"subject", &subject_},
       {"datacontenttype", &content_type_},
       {"dataschema", &schema_},
       {"partitionkey", &key_},
       {"correlationid", &correlation_},
       {"causationid", &causation_},
       {"traceparent", &trace_parent_},
       {"tracestate", &trace_state_},
       {"sliprdedup", &deduplication_},
       {"sliprentitytype", &entity_.type},
       {"sliprentityid", &entity_.id}}};
  for (const auto &[member, field] : texts) {
    if (member != name) continue;
    known = true;
    *field = value;
  }
  return {};
}

Check Draft::set_number(std::string_view name, std::string_view value, bool &known) {
  known = takes_number(name);
  if (!known) return {};
  const auto number = http::parse_number(value);
  if (!number) return not_accepted(name, value, "an integer from 0 to 18446744073709551615");
  if (name == "sliprpriority") {
    if (*number > largest_priority) return not_accepted(name, value, "an integer from 0 to 9");
    priority_ = *number;
  } else if (name == "sliprttlms") {
    time_to_live_ms_ = *number;
  } else if (name == "sliprversion") {
    entity_.version = *number;
  } else {
    entity_.expected_version = *number;
  }
  return {};
}

Check Draft::set_choice(std::string_view name, std::string_view value, bool &known) {
  known = true;
  size_t place = 0;
  Check wrong;
  if (name == "time") {
    const auto time = json_v1::parse_time(value);
    if (!time)
      return not_accepted(name, value,
                          "RFC 3339, years 1678 to 2261, such as 2026-11-21T09:30:00.5Z");
    time_ns_ = *time;
  } else if (name == "sliprretain") {
    const auto flag = http::parse_flag(value);
    if (!flag) return not_accepted(name, value, "true or false");
    retain_ = *flag;
  } else if (name == "sliproperation") {
    wrong = choose(name, value, operation_names, place);
    operation_ = static_cast<schema::Operation>(place);
  } else if (name == "sliprguarantee") {
    wrong = choose(name, value, guarantee_names, place);
    guarantee_ = static_cast<schema::Guarantee>(place);
  } else if (name == "sliprstatus") {
    wrong = choose(name, value, status_names(), place);
    status_ = static_cast<uint8_t>(place);
  } else {
    known = false;
  }
  return wrong;
}

Check Draft::set_extension(std::string_view name, std::string_view value) {
  if (!is_extension_name(name))
    return not_accepted(name, name, "attributes of CloudEvents 1.0 and of this host; extensions");
  extensions_.emplace_back(name, value);
  return {};
}

Check Draft::check_required() const {
  if (specversion_ != "1.0") return not_accepted("specversion", specversion_, "1.0");
  const std::array<std::pair<std::string_view, std::string_view>, 3> required = {
      {{"id", id_}, {"source", source_}, {"type", type_}}};
  for (const auto &[name, value] : required)
    if (value.empty()) return not_accepted(name, value, "a text that is not empty");
  return {};
}

Check Draft::check(std::string_view topic) const {
  if (has_entity_ && entity_.id.empty())
    return not_accepted("sliprentityid", {}, "the entity that the other attributes speak of");
  if (subject_.empty() || subject_ == topic) return {};
  return not_accepted("subject", subject_, "the topic of the path, or nothing");
}

slipring_bytes Draft::build(std::string_view topic, sdk::EventBuilder &builder) const {
  builder.topic(topic).id(id_).source(source_).type(type_).key(key_).time_ns(time_ns_);
  builder.correlation(correlation_).causation(causation_).trace(trace_parent_, trace_state_);
  builder.operation(operation_).status(status_).guarantee(guarantee_).schema_id(schema_);
  builder.priority(static_cast<uint8_t>(priority_)).time_to_live_ms(time_to_live_ms_);
  builder.retain(retain_).deduplicate(deduplication_);
  if (has_entity_) builder.entity(entity_);
  if (has_payload_ || !content_type_.empty()) builder.payload(payload_, content_type_);
  for (const auto &[name, value] : extensions_) builder.attribute(name, value);
  return builder.finish();
}

}  // namespace slipring::rest
