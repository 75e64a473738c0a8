#include "exchange.hpp"

#include "condition.hpp"
#include "http/field_list.hpp"
#include "http/media_type.hpp"
#include "http/status.hpp"
#include "http/url.hpp"
#include "json_text.hpp"
#include "post_head.hpp"
#include "topic.hpp"

namespace slipring::rest {

using sdk::HttpSession;
using sdk::Request;
using sdk::Response;
using sdk::Status;

namespace {

constexpr std::string_view methods = "GET, HEAD, OPTIONS, POST";
constexpr std::string_view json_type = "application/json";

// Beside the simple ones (Fetch §4.10).
constexpr std::string_view exposed_fields =
    "etag, link, location, ratelimit, ratelimit-policy, retry-after, slipring-cursor, "
    "slipring-gap, slipring-more, "
    "slipring-position";

// What the answer to a publish depends on, as the kind of its tag.
enum Tag : uint32_t { of_one = 1, of_batch = 2, conditional = 4 };

sdk::Expectation expectation_of(const state::PostT &post) noexcept {
  if (post.expect == SLIPRING_EXPECT_OF_TOPIC)
    return sdk::Expectation::of_topic(post.expect_sequence);
  if (post.expect == SLIPRING_EXPECT_OF_STREAM)
    return sdk::Expectation::of_stream(post.expect_sequence);
  return {};
}

// What became of a publish that was refused, at once or later.
Problem not_published(slipring_status code, std::string_view why, uint32_t tag, uint32_t failed) {
  Problem problem = refused(code, why);
  if (code == SLIPRING_FAILED_PRECONDITION && (tag & conditional) != 0) problem.status = 412;
  if ((tag & of_batch) != 0) problem.member = failed;
  return problem;
}

Status check_schema(uint32_t schema) {
  if (schema == 1) return {};
  return {SLIPRING_UNIMPLEMENTED, "found state schema " + std::to_string(schema) + "; accepted: 1"};
}

Problem method_not_allowed(std::string_view method) {
  Problem problem = not_accepted("method", method, methods);
  problem.status = 405;
  problem.code = SLIPRING_UNIMPLEMENTED;
  return problem;
}

}  // namespace

Status Exchange::on_request(HttpSession session, const Request &request) {
  state_.origin = http::allowed_origin(shard_.settings.cors, request.fields);
  if (Check wrong = read_topic(request.path, shard_.settings.prefix, state_.topic))
    return refuse(session, *wrong);
  if (request.method == "OPTIONS") return on_options(session, request);
  if (request.method == "POST") return on_post(session, request);
  if (request.method == "GET" || request.method == "HEAD") return on_get(session, request);
  return refuse(session, method_not_allowed(request.method));
}

Status Exchange::on_options(HttpSession session, const Request &request) {
  const std::string max_age = std::to_string(shard_.settings.cors.max_age.count());
  Response response(204);
  response.field("allow", methods).field("accept-post", accepted_types);
  if (http::is_preflight(request.fields) && !state_.origin.empty()) {
    response.field("access-control-allow-methods", methods);
    if (const auto asked = request.fields.find("access-control-request-headers"))
      response.field("access-control-allow-headers", *asked);
    response.field("access-control-max-age", max_age);
  }
  shard_.out.clear();
  return answer(session, std::move(response), {});
}

Check Exchange::take_token(const Request &request) {
  RateLimit &limit = shard_.rate_limit;
  if (!limit.limits()) return {};
  const RateLimit::Taken taken = limit.take(request.peer, RateLimit::Clock::now());
  state_.rate_limit = RateLimit::field(taken);
  if (taken.allowed) return {};
  retry_after_s_ = taken.retry_after_s;
  const Settings &settings = shard_.settings;
  return Problem{429,
                 {},
                 "found more than " + std::to_string(settings.rate_quota) + " publishes in " +
                     std::to_string(settings.rate_window.count()) + " s from one address",
                 {},
                 SLIPRING_RESOURCE_EXHAUSTED};
}

void Exchange::add_rate_limit(Response &response) const {
  if (state_.rate_limit.empty()) return;
  response.field("ratelimit-policy", shard_.rate_policy).field("ratelimit", state_.rate_limit);
}

Status Exchange::on_post(HttpSession session, const Request &request) {
  if (Check wrong = take_token(request)) return refuse(session, *wrong);
  const auto accept = http::joined(request.fields, "accept");
  if (accept && !http::accepts(*accept, json_type)) {
    Problem problem = not_accepted("accept", *accept, json_type);
    problem.status = 406;
    return refuse(session, problem);
  }
  state_.post = std::make_unique<state::PostT>();
  if (Check wrong = read_post_head(request, shard_.settings, *state_.post))
    return refuse(session, *wrong);
  if (request.has_body()) return {};
  Status status = publish(session, {});
  if (!status.is_pending()) return status;
  return refuse(session, rest::refused(SLIPRING_UNAVAILABLE, "too much is being published"));
}

sdk::Consumed Exchange::on_body(HttpSession session, const sdk::Body &body) {
  const size_t size = body.bytes.size();
  if (!state_.post) return {size, {}};  // of a GET: it means nothing (RFC 9110 §9.3.1)
  const uint64_t most = shard_.settings.max_body;
  if (size > most) {
    return {size,
            refuse(session, {413, "body", "found more than " + std::to_string(most) + " bytes"})};
  }
  if (body.more) return {};
  Status status = publish(session, body.bytes);
  return {status.is_pending() ? 0 : size, status};
}

Status Exchange::publish(HttpSession session, std::string_view body) {
  const state::PostT &post = *state_.post;
  if (Check wrong = read_post_body(body, state_.topic, post, shard_.settings, shard_.tools))
    return refuse(session, *wrong);
  const auto expect = expectation_of(post);
  uint32_t tag = post.mode == state::Mode::batch ? of_batch : of_one;
  if (expect.kind() != SLIPRING_EXPECT_NOTHING) tag |= conditional;
  if (shard_.tools.publications.size() == 0) return answer_published(session, {}, tag, false);
  uint32_t failed = 0;
  Status status = session.publish(shard_.tools.publications.with(expect), {tag, {}}, &failed);
  if (status.is_pending()) return status;
  if (!status.ok())
    return refuse(session, not_published(status.code(), status.message(), tag, failed));
  state_.post.reset();
  return {};
}

Status Exchange::on_published(HttpSession session, const sdk::Published &published) {
  const uint32_t tag = published.tag.kind;
  if (!published.ok())
    return refuse(session, not_published(published.status, published.text, tag, published.failed));
  shard_.published.add(published.positions.size());
  return answer_published(session, published.positions, tag, published.duplicate);
}

// {"topic":"a/b","position":"s@1:2"}, or "positions" of a batch; what has none says null.
Status Exchange::answer_published(HttpSession session, std::span<const slipring_position> positions,
                                  uint32_t tag, bool duplicate) {
  const bool is_batch = (tag & of_batch) != 0;
  std::string &out = shard_.out;
  out = "{\"topic\":";
  json_v1::append_string(out, state_.topic);
  std::string last;
  std::string list;
  for (const slipring_position &position : positions) {
    last.clear();
    (void)session.print(position, last);
    list.append(list.empty() ? "" : ",");
    if (last.empty()) list += "null";
    if (!last.empty()) json_v1::append_string(list, last);
  }
  if (is_batch) out.append(",\"positions\":[").append(list).append("]");
  if (!is_batch && !last.empty()) out.append(",\"position\":").append(list);
  if (duplicate) out += ",\"duplicate\":true";
  out += "}\n";

  const bool is_new = !last.empty() && (is_batch || !duplicate);
  const std::string tag_of_topic = '"' + last + '"';
  std::string location;
  http::append_path(location, shard_.settings.prefix);
  http::append_path(location, state_.topic);
  location.append("?position=").append(last);
  Response response(is_new ? 201 : 200);
  if (!last.empty()) {
    response.field("slipring-position", last).field("etag", tag_of_topic);
    response.field("location", location);
  }
  add_rate_limit(response);
  return answer(session, std::move(response), json_type);
}

Status Exchange::refuse(HttpSession session, const Problem &problem) {
  const uint32_t status = problem.status;
  const bool is_refused = status == 409 || status == 412 || status >= 429;
  state_.read.reset();
  (is_refused ? shard_.refused : shard_.bad_request).add();
  write_problem(shard_.out, problem);
  Response response(status);
  if (status == 405) response.field("allow", methods);
  if (status == 415) response.field("accept-post", accepted_types);
  if (status == 415 && problem.field == "content-encoding")
    response.field("accept-encoding", "identity");
  const std::string retry_after = std::to_string(retry_after_s_);
  if (status == 429 || status == 503) response.field("retry-after", retry_after);
  if (status == 429) add_rate_limit(response);
  return answer(session, std::move(response), http::problem_type);
}

Status Exchange::answer(HttpSession session, Response response, std::string_view type) {
  if (!type.empty()) response.field("content-type", type);
  // What was read is the client's to keep, if it asks whether it still holds.
  response.field("cache-control", state_.read ? "no-cache" : "no-store");
  response.field("x-content-type-options", "nosniff");
  allow_origin(response);
  state_.post.reset();
  state_.read.reset();
  if (!type.empty()) return session.answer(std::move(response), shard_.out);
  Status status = session.respond(response.length(0));
  return status.ok() ? session.finish() : status;
}

void Exchange::allow_origin(Response &response) const {
  http::allow(response, shard_.settings.cors, state_.origin, exposed_fields);
}

Status Exchange::save(sdk::Writer &writer, uint32_t schema) const {
  if (Status status = check_schema(schema); !status.ok()) return status;
  flatbuffers::FlatBufferBuilder builder;
  state::FinishStateBuffer(builder, state::CreateState(builder, &state_));
  return writer.write(
      {reinterpret_cast<const char *>(builder.GetBufferPointer()), builder.GetSize()});
}

Status Exchange::load(std::string_view exported, uint32_t schema) {
  if (Status status = check_schema(schema); !status.ok()) return status;
  const auto *data = reinterpret_cast<const uint8_t *>(exported.data());
  flatbuffers::Verifier verifier(data, exported.size());
  if (!state::VerifyStateBuffer(verifier))
    return {SLIPRING_INVALID_ARGUMENT, "state of a request: its " +
                                           std::to_string(exported.size()) +
                                           " bytes are no state (SLR1)"};
  state::GetState(data)->UnPackTo(&state_);
  return {};
}

}  // namespace slipring::rest
