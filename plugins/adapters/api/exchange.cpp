#include "exchange.hpp"

#include "http/entity_tag.hpp"
#include "http/field_list.hpp"
#include "http/media_type.hpp"
#include "http/status.hpp"

namespace slipring::api {

using http::Problem;
using sdk::HttpSession;
using sdk::Request;
using sdk::Response;
using sdk::Status;

namespace {

constexpr std::string_view methods = "GET, HEAD, OPTIONS";
constexpr std::string_view json_type = "application/json";

Problem problem(uint32_t status, std::string_view field, std::string_view found,
                std::string_view accepted, slipring_status code) {
  Problem made = http::not_accepted(field, found, accepted);
  made.status = status;
  made.code = code;
  return made;
}

Status check_schema(uint32_t schema) {
  if (schema == 1) return {};
  return {SLIPRING_UNIMPLEMENTED, "found state schema " + std::to_string(schema) + "; accepted: 1"};
}

}  // namespace

Status Exchange::on_request(HttpSession session, const Request &request) {
  origin_ = http::allowed_origin(shard_.settings.cors, request.fields);
  const Document *document = nullptr;
  const Status status = shard_.find(request.path, document);
  if (!status.ok()) return refuse(session, http::refused(status.code(), status.message()));
  if (document == nullptr) {
    return refuse(session, problem(404, "path", request.path, "openapi.json, asyncapi.json",
                                   SLIPRING_NOT_FOUND));
  }
  if (request.method == "OPTIONS") return answer_options(session, request);
  if (request.method == "GET" || request.method == "HEAD")
    return serve(session, request, *document);
  return refuse(session, problem(405, "method", request.method, methods, SLIPRING_UNIMPLEMENTED));
}

// RFC 9110 §13.2.2
Status Exchange::serve(HttpSession session, const Request &request, const Document &document) {
  const std::string accept = http::joined(request.fields, "accept").value_or("");
  if (!http::accepts(accept, json_type))
    return refuse(session, problem(406, "accept", accept, json_type, SLIPRING_INVALID_ARGUMENT));
  const auto match = http::joined(request.fields, "if-match");
  if (match && !http::names_tag(*match, document.tag, http::Comparison::strong)) {
    return refuse(
        session,
        {412, "if-match", "it is " + document.tag + " now", {}, SLIPRING_FAILED_PRECONDITION});
  }
  const auto known = http::joined(request.fields, "if-none-match");
  const bool is_known = known && http::names_tag(*known, document.tag, http::Comparison::weak);
  Response response = head(is_known ? 304 : 200, "no-cache");
  response.field("etag", document.tag);
  if (!is_known) return session.answer(response.field("content-type", json_type), document.content);
  Status status = session.respond(response.length(document.content.size()));
  return status.ok() ? session.finish() : status;
}

Status Exchange::answer_options(HttpSession session, const Request &request) {
  const std::string max_age = std::to_string(shard_.settings.cors.max_age.count());
  Response response = head(204, "no-store");
  response.field("allow", methods);
  if (http::is_preflight(request.fields) && !origin_.empty()) {
    response.field("access-control-allow-methods", "GET, HEAD");
    response.field("access-control-allow-headers", "if-match, if-none-match");
    response.field("access-control-max-age", max_age);
  }
  Status status = session.respond(response.length(0));
  return status.ok() ? session.finish() : status;
}

Status Exchange::refuse(HttpSession session, const Problem &problem) {
  if (problem.status < 500) shard_.bad_request.add();
  http::write_problem(shard_.out, problem);
  Response response = head(problem.status, "no-store");
  response.field("content-type", http::problem_type);
  if (problem.status == 405) response.field("allow", methods);
  if (problem.status == 503) response.field("retry-after", "1");
  return session.answer(std::move(response), shard_.out);
}

Response Exchange::head(uint32_t code, std::string_view cache_control) const {
  Response response(code);
  response.field("cache-control", cache_control).field("x-content-type-options", "nosniff");
  http::allow(response, shard_.settings.cors, origin_, "etag, retry-after");
  return response;
}

Status Exchange::save(sdk::Writer &, uint32_t schema) const {
  return check_schema(schema);
}

Status Exchange::load(std::string_view exported, uint32_t schema) {
  if (Status status = check_schema(schema); !status.ok()) return status;
  if (exported.empty()) return {};
  return {
      SLIPRING_INVALID_ARGUMENT,
      "state of a request: found " + std::to_string(exported.size()) + " bytes; accepted: none"};
}

}  // namespace slipring::api
