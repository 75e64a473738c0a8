#include "post_head.hpp"

#include <memory>

#include "cloud_headers.hpp"
#include "condition.hpp"
#include "http/field_list.hpp"
#include "http/media_type.hpp"
#include "http/text.hpp"
#include "http/url.hpp"

namespace slipring::rest {

namespace {

constexpr std::string_view json_type = "application/json";
constexpr std::string_view structured_type = "application/cloudevents+json";
constexpr std::string_view batch_type = "application/cloudevents-batch+json";
constexpr size_t longest_key = 1024;

Problem unsupported(std::string_view field, std::string_view found, std::string_view accepted) {
  Problem problem = not_accepted(field, found, accepted);
  problem.status = 415;
  return problem;
}

void add_attribute(state::PostT &post, std::string_view name, std::string_view value) {
  auto attribute = std::make_unique<state::AttributeT>();
  attribute->name = name;
  attribute->value = value;
  post.attributes.push_back(std::move(attribute));
}

// RFC 9110 §8.4: bodies are taken as they are.
Check read_coding(const sdk::Fields &fields) {
  const auto coding = http::joined(fields, "content-encoding");
  if (!coding || http::in_small_letters(http::trimmed(*coding)) == "identity") return {};
  return unsupported("content-encoding", *coding, "identity");
}

Check read_type(const sdk::Fields &fields, state::PostT &post) {
  const auto field = http::joined(fields, "content-type");
  if (!field) return {};
  const auto type = http::parse_media_type(*field);
  if (!type || !http::is_utf8(*field)) return unsupported("content-type", *field, accepted_types);
  const bool is_utf8_json = type->charset.empty() || type->charset == "utf-8";
  // Spelled in one way, so that readers know JSON by it.
  post.content_type = type->name == json_type ? json_type : std::string_view(*field);
  if (type->name == structured_type) post.mode = state::Mode::structured;
  if (type->name == batch_type) post.mode = state::Mode::batch;
  const bool is_read = post.mode != state::Mode::payload || type->name == json_type;
  if (is_read && !is_utf8_json) return unsupported("content-type", *field, "charset=utf-8");
  if (post.mode == state::Mode::payload && type->name.starts_with("application/cloudevents"))
    return unsupported("content-type", *field, accepted_types);
  return {};
}

// draft-ietf-httpapi-idempotency-key-header: a string in quotes; taken without them too.
Check read_key(const sdk::Fields &fields, state::PostT &post) {
  constexpr std::string_view name = "idempotency-key";
  const auto field = http::joined(fields, name);
  if (!field) return {};
  std::string_view key = http::trimmed(*field);
  const bool quoted = key.size() >= 2 && key.front() == '"' && key.back() == '"';
  if (quoted) key = key.substr(1, key.size() - 2);
  const bool good = !key.empty() && key.size() <= longest_key && http::is_utf8(key) &&
                    key.find_first_of("\"\\") == std::string_view::npos;
  if (!good) return not_accepted(name, *field, "1 to 1024 bytes in quotes");
  post.deduplication = key;
  return {};
}

// What can be said of a single payload without CloudEvents.
Check read_shortcut(std::string_view name, std::string_view value, state::PostT &post) {
  const std::string_view attribute = name == "retain" ? "sliprretain"
                                     : name == "key"  ? "partitionkey"
                                                      : name;
  if (post.mode != state::Mode::payload)
    return not_accepted(name, value, "the attribute " + std::string(attribute) + " of each event");
  if (name == "retain" && !http::parse_flag(value))
    return not_accepted(name, value, "true or false");
  add_attribute(post, attribute, value);
  return {};
}

Check read_parameter(std::string_view name, std::string_view value, state::PostT &post,
                     sdk::Expectation &expect) {
  if (name == "retain" || name == "type" || name == "key") return read_shortcut(name, value, post);
  const bool of_topic = name == "expect_sequence";
  if (!of_topic && name != "expect_stream_sequence")
    return not_accepted("query", name,
                        "retain, type, key, expect_sequence, expect_stream_sequence");
  const auto sequence = http::parse_number(value);
  if (!sequence) return not_accepted(name, value, "a sequence; 0: there has been no event");
  if (expect.kind() != SLIPRING_EXPECT_NOTHING) return not_accepted(name, value, "one condition");
  expect =
      of_topic ? sdk::Expectation::of_topic(*sequence) : sdk::Expectation::of_stream(*sequence);
  return {};
}

Check read_query(std::string_view query, state::PostT &post, sdk::Expectation &expect) {
  Check wrong;
  const bool whole = http::for_each_parameter(query, [&](const auto &name, const auto &value) {
    wrong = http::is_utf8(name) && http::is_utf8(value) ? read_parameter(name, value, post, expect)
                                                        : not_accepted("query", name, "UTF-8");
    return !wrong;
  });
  if (wrong || whole) return wrong;
  return Problem{400, "query", "found a % that two hexadecimal digits do not follow"};
}

Check read_attributes(const sdk::Fields &fields, state::PostT &post) {
  constexpr std::string_view retain = "slipring-retain";
  if (const auto value = http::joined(fields, retain)) {
    Check wrong = read_shortcut("retain", http::trimmed(*value), post);
    if (wrong) return wrong;
  }
  if (post.mode != state::Mode::payload) return {};  // the events' own attributes count
  std::vector<Attribute> attributes;
  if (Check wrong = read_cloud_headers(fields, attributes)) return wrong;
  post.cloud_event = !attributes.empty();
  for (const Attribute &each : attributes) add_attribute(post, each.name, each.value);
  return {};
}

}  // namespace

Check read_post_head(const sdk::Request &request, const Settings &settings, state::PostT &post) {
  sdk::Expectation expect;
  Check wrong = read_coding(request.fields);
  if (!wrong) wrong = read_type(request.fields, post);
  if (!wrong) wrong = read_conditions(request.fields, expect);
  if (!wrong) wrong = read_query(request.query, post, expect);
  if (!wrong) wrong = read_attributes(request.fields, post);
  if (!wrong) wrong = read_key(request.fields, post);
  if (wrong) return wrong;
  if (settings.require_condition && expect.kind() == SLIPRING_EXPECT_NOTHING)
    return Problem{428,
                   "if-match",
                   "found nothing; needed here: If-Match, If-None-Match, expect_sequence or "
                   "expect_stream_sequence",
                   {},
                   SLIPRING_FAILED_PRECONDITION};
  if (request.length && *request.length > settings.max_body)
    return Problem{413, "body",
                   "found " + std::to_string(*request.length) + " bytes; accepted: up to " +
                       std::to_string(settings.max_body)};
  post.expect = expect.kind();
  post.expect_sequence = expect.sequence();
  return {};
}

}  // namespace slipring::rest
