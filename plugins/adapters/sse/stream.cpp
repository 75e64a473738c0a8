#include "stream.hpp"

#include "blocks.hpp"
#include "http/field_list.hpp"
#include "http/media_type.hpp"
#include "http/status.hpp"
#include "start.hpp"

namespace slipring::sse {

using sdk::HttpSession;
using sdk::Request;
using sdk::Response;
using sdk::Status;

namespace {

constexpr std::string_view methods = "GET, HEAD, OPTIONS";
constexpr std::string_view stream_type = "text/event-stream";
constexpr std::string_view exposed_fields = "slipring-cursor, slipring-from";

// What became of operations: tags of the session's tokens, part of the state schema. Which it is
// the operation says already; nothing has to be remembered.
enum TagKind : uint32_t { subscribe_tag = 1, heartbeat_tag = 2 };

// The host's number of the one subscription.
constexpr uint64_t the_subscription = 1;

}  // namespace

Status Stream::on_request(HttpSession session, const Request &request) {
  kept_.allowed_origin = http::allowed_origin(shard_.settings.cors, request.fields);
  if (request.method == "OPTIONS") return answer_options(session, request);
  if (request.method != "GET" && request.method != "HEAD") {
    return answer(session, {405, {}, "accepted: " + std::string(methods)});
  }
  if (shard_.settings.stop) return session.answer(head(204));
  if (!http::accepts(http::joined(request.fields, "accept").value_or(""), stream_type)) {
    return answer(session, {406, "Accept", "there is text/event-stream here"});
  }
  Wanted wanted;
  if (const auto problem = read_wanted(request.query, request.fields, wanted)) {
    return answer(session, *problem);
  }
  if (request.method == "GET") return subscribe(session, wanted);
  Status status = session.respond(stream_head());
  return status.ok() ? session.finish() : status;
}

Status Stream::subscribe(HttpSession session, const Wanted &wanted) {
  std::vector<slipring_bytes> filters;
  filters.reserve(wanted.filters.size());
  for (const std::string &filter : wanted.filters) filters.push_back(sdk::bytes(filter));
  const slipring_bytes cursor = sdk::bytes(wanted.cursor);
  sdk::Subscription asked;
  asked.id = the_subscription;
  asked.filters = filters;
  asked.start = wanted.start;
  if (!wanted.cursor.empty()) asked.start.cursors = {&cursor, 1};
  asked.drop = wanted.drop;
  asked.format = wanted.by_type ? by_type : by_message;
  kept_.place = wanted.place;
  kept_.start = wanted.start.kind;
  Status status = session.subscribe(asked, {subscribe_tag, {}});
  if (status.ok()) return status;
  return answer(session, {http_status(status.code()), std::string(field_of(wanted.place)),
                          std::string(status.message())});
}

Status Stream::on_subscribed(HttpSession session, const sdk::Subscribed &subscribed) {
  if (!subscribed.ok()) {
    const uint32_t status = http_status(subscribed.status);
    const bool is_clients = status == 400;
    return answer(session, {status, std::string(is_clients ? field_of(kept_.place) : ""),
                            std::string(subscribed.text)});
  }
  const std::string origin = origin_field(subscribed);
  Response response = stream_head();
  response.field("slipring-from", origin);
  if (!subscribed.cursor.empty()) response.field("slipring-cursor", subscribed.cursor);
  Status status = session.respond(response);
  const auto retry = static_cast<uint64_t>(shard_.settings.retry.count());
  const std::string_view id = is_selection(kept_.start) ? std::string_view() : subscribed.cursor;
  if (status.ok()) status = session.send(opening(subscribed, retry, id));
  if (status.ok()) status = set_heartbeat(session);
  kept_ = {};
  shard_.streams.add();
  return status;
}

Status Stream::set_heartbeat(HttpSession session) const {
  return session.set_timer(shard_.settings.heartbeat, {heartbeat_tag, {}});
}

// Whoever reads nothing has no use for more; that it does not is the host's affair.
Status Stream::on_timer(HttpSession session, const sdk::Completion &) {
  if (shard_.settings.stop) return session.finish();
  const Status sent = session.send(heartbeat);
  if (!sent.ok() && sent.code() != SLIPRING_RESOURCE_EXHAUSTED) return {};
  return set_heartbeat(session);
}

Status Stream::render_gap(HttpSession, const sdk::Gap &gap, sdk::RenderWriter &writer) {
  return writer.write(gap_block(gap));
}

void Stream::on_farewell(HttpSession session, const sdk::Ending &, const sdk::Comeback &comeback) {
  (void)session.send("retry: " + std::to_string(comeback.after_ms) + "\n\n");
}

Response Stream::head(uint32_t code) const {
  Response response(code);
  response.field("cache-control", "no-store, no-transform");
  http::allow(response, shard_.settings.cors, kept_.allowed_origin, exposed_fields);
  return response;
}

// x-accel-buffering: nginx would gather the stream before it passes it on.
Response Stream::stream_head() const {
  Response response = head(200);
  response.field("content-type", stream_type).field("x-accel-buffering", "no");
  return response;
}

Status Stream::answer_options(HttpSession session, const Request &request) {
  Response response = head(204);
  response.field("allow", methods);
  if (!http::is_preflight(request.fields) || kept_.allowed_origin.empty())
    return session.answer(std::move(response));
  const std::string max_age = std::to_string(shard_.settings.cors.max_age.count());
  response.field("access-control-allow-methods", "GET, HEAD")
      .field("access-control-allow-headers", "cache-control, last-event-id")
      .field("access-control-max-age", max_age);
  return session.answer(std::move(response));
}

Status Stream::answer(HttpSession session, const Problem &problem) {
  shard_.bad_request.add();
  Response response = head(problem.status);
  response.field("content-type", http::problem_type);
  if (problem.status == 405) response.field("allow", methods);
  return session.answer(std::move(response), to_json(problem));
}

Status Stream::save(sdk::Writer &writer, uint32_t schema) const {
  return sse::save(kept_, schema, writer);
}

Status Stream::load(std::string_view exported, uint32_t schema) {
  return sse::load(exported, schema, kept_);
}

}  // namespace slipring::sse
