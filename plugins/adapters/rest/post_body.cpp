#include "post_body.hpp"

#include "cloud_json.hpp"
#include "draft.hpp"
#include "http/media_type.hpp"
#include "json_scan.hpp"

namespace slipring::rest {

namespace {

// What the events of one body have in common.
struct Target {
  std::string_view topic;
  const state::PostT &post;
  PostTools &tools;
};

Check add(Draft &draft, std::string_view deduplication, const Target &target) {
  if (Check wrong = draft.check(target.topic)) return wrong;
  if (!deduplication.empty() && !draft.deduplication().empty())
    return Problem{400, "idempotency-key", "the event says sliprdedup itself"};
  if (!deduplication.empty()) draft.deduplication(deduplication);
  target.tools.publications.add(draft.build(target.topic, target.tools.builder));
  return {};
}

Check read_payload(std::string_view body, const Target &target) {
  const state::PostT &post = target.post;
  Draft draft;
  for (const auto &attribute : post.attributes) {
    Check wrong = draft.set(attribute->name, attribute->value, Kind::text);
    if (!wrong) continue;
    if (post.cloud_event) wrong->field = "ce-" + wrong->field;
    return wrong;
  }
  if (post.cloud_event) {
    Check wrong = draft.check_required();
    if (wrong) wrong->field = "ce-" + wrong->field;
    if (wrong) return wrong;
  }
  if (http::is_json_type(post.content_type)) {
    json_v1::JsonScanner scanner(body);
    if (!scanner.value()) return Problem{400, "body", json_v1::describe(body, scanner.error())};
  }
  draft.content_type(post.content_type);
  draft.payload(body);
  return add(draft, post.deduplication, target);
}

Check read_structured(std::string_view body, const Target &target) {
  Draft draft;
  if (Check wrong = read_cloud_event(body, target.tools.arena, draft)) return wrong;
  return add(draft, target.post.deduplication, target);
}

Check read_batch(std::string_view body, const Target &target, uint64_t most) {
  std::vector<std::string_view> elements;
  if (Check wrong = split_batch(body, elements)) return wrong;
  if (elements.size() > most)
    return Problem{413, "body",
                   "found " + std::to_string(elements.size()) + " events; accepted: up to " +
                       std::to_string(most)};
  const std::string &key = target.post.deduplication;
  for (uint32_t i = 0; i < elements.size(); ++i) {
    Draft draft;
    Check wrong = read_cloud_event(elements[i], target.tools.arena, draft);
    // Each event has an id of its own, and the same one when the batch is sent again.
    const std::string own_key = key.empty() ? "" : key + '#' + std::to_string(i);
    if (!wrong) wrong = add(draft, own_key, target);
    if (!wrong) continue;
    wrong->member = i;
    return wrong;
  }
  return {};
}

}  // namespace

std::span<const slipring_publish> Publications::with(const sdk::Expectation &expect) {
  raw_.clear();
  raw_.reserve(events_.size());
  for (const std::string &event : events_) {
    const sdk::Expectation own = raw_.empty() ? expect : sdk::Expectation();
    raw_.push_back(sdk::Publication(sdk::bytes(event), own).raw());
  }
  return raw_;
}

Check read_post_body(std::string_view body, std::string_view topic, const state::PostT &post,
                     const Settings &settings, PostTools &tools) {
  tools.publications.clear();
  tools.arena.clear();
  tools.arena.reserve(2 * body.size());
  const Target target{topic, post, tools};
  switch (post.mode) {
    case state::Mode::structured:
      return read_structured(body, target);
    case state::Mode::batch:
      return read_batch(body, target, settings.max_batch);
    default:
      return read_payload(body, target);
  }
}

}  // namespace slipring::rest
