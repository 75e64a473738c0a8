#include "admin/http_api.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <optional>
#include <string_view>

#include "admin/control_client.hpp"
#include "admin/token.hpp"

namespace slipring::admin {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr std::string_view operations_prefix = "/v1/";
constexpr std::array<std::string_view, 3> pages = {"/healthz", "/readyz", "/metrics"};
// Those that change nothing.
constexpr std::array<std::string_view, 8> reading = {"status", "sessions",   "streams", "plan",
                                                     "pins",   "quarantine", "ledger",  "canaries"};
// Of these, what is answered by the shards.
constexpr std::array<std::string_view, 3> of_shards = {"status", "sessions", "streams"};
// A member with which a reading operation changes something.
constexpr std::string_view changing = "release";
// Their answers have no end, which is for the control socket.
constexpr std::array<std::string_view, 2> endless = {"subscribe", "read"};
// Under /v1/ an operation may also stand in the group it belongs to.
constexpr std::array<std::string_view, 2> groups = {"plugins", "streams"};

bool is_one_of(const auto &names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

HttpAnswer not_found(const std::string &path) {
  return http_error(404, SLIPRING_NOT_FOUND,
                    "path: found \"" + path +
                        "\", accepted: /healthz, /readyz, /metrics, /v1/OPERATION, "
                        "/v1/plugins/OPERATION, /v1/streams/OPERATION");
}

HttpAnswer not_allowed(std::string_view path, std::string methods) {
  HttpAnswer answer =
      http_error(405, SLIPRING_UNIMPLEMENTED, std::string(path) + ": accepted methods: " + methods);
  answer.allow = std::move(methods);
  return answer;
}

HttpAnswer bad(std::string_view message) {
  return http_error(400, SLIPRING_INVALID_ARGUMENT, message);
}

// Nothing: the path names no operation.
std::optional<std::string> operation_of(std::string_view path) {
  std::string_view name = path.substr(operations_prefix.size());
  const size_t slash = name.find('/');
  if (slash != std::string_view::npos) {
    if (!is_one_of(groups, name.substr(0, slash))) return std::nullopt;
    name.remove_prefix(slash + 1);
  }
  const bool word = !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
  if (!word) return std::nullopt;
  return std::string(name);
}

json::value value_of(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return number;
  return json::string(text);
}

// "limit=10&plugin=echo" as members.
Result<json::object> members_of(std::string_view query) {
  json::object members;
  while (!query.empty()) {
    const std::string_view part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), part.size() + 1));
    const size_t equals = part.find('=');
    if (equals == 0 || equals == std::string_view::npos ||
        part.find_first_of("%+") != std::string_view::npos) {
      return Status::invalid("query: found \"" + std::string(part) +
                             "\", accepted: NAME=VALUE without % and +");
    }
    members[part.substr(0, equals)] = value_of(part.substr(equals + 1));
  }
  return members;
}

Result<json::object> object_in(const std::string &body) {
  if (body.empty()) return json::object();
  json::parse_options options;
  options.max_depth = max_json_depth;
  boost::system::error_code error;
  json::value value = json::parse(body, error, {}, options);
  if (error || !value.is_object()) return Status::invalid("the body is one JSON object, or empty");
  return std::move(value.get_object());
}

HttpAnswer unauthenticated() {
  HttpAnswer answer =
      http_error(401, SLIPRING_UNAUTHENTICATED,
                 "accepted: \"Authorization: Bearer TOKEN\" with what stands in the file "
                 "admin-token of the state directory");
  answer.authenticate = "Bearer realm=\"slipring admin\"";
  return answer;
}

HttpAnswer state_answer(const Status &status) {
  return status.is_ok() ? text_answer(200, "ok") : text_answer(503, status.message());
}

}  // namespace

HttpApi::HttpApi(Sources sources, std::string token)
    : sources_(std::move(sources)), token_(std::move(token)) {}

asio::awaitable<HttpAnswer> HttpApi::answer(HttpRequest request) const {
  if (is_one_of(pages, request.path)) co_return co_await answer_page(request);
  if (request.path.starts_with(operations_prefix)) co_return co_await answer_operation(request);
  co_return not_found(request.path);
}

asio::awaitable<HttpAnswer> HttpApi::answer_page(const HttpRequest &request) const {
  if (!request.get) co_return not_allowed(request.path, "GET, HEAD");
  if (request.path == "/metrics") {
    HttpAnswer answer;
    answer.type = "text/plain; version=0.0.4; charset=utf-8";
    answer.body = co_await sources_.metrics();
    co_return answer;
  }
  const auto &ask = request.path == "/healthz" ? sources_.health : sources_.readiness;
  const Status status = co_await ask();
  co_return state_answer(status);
}

asio::awaitable<HttpAnswer> HttpApi::answer_operation(const HttpRequest &request) const {
  const auto operation = operation_of(request.path);
  if (!operation) co_return not_found(request.path);
  if (is_one_of(endless, *operation)) {
    co_return http_error(404, SLIPRING_UNIMPLEMENTED,
                         *operation + " is answered over the control socket alone");
  }
  if (request.get && !is_one_of(reading, *operation)) co_return not_allowed(request.path, "POST");
  if (!has_token(request.authorization, token_)) co_return unauthenticated();
  auto asked = request.get ? members_of(request.query) : object_in(request.body);
  if (!asked) co_return bad(asked.status().message());
  if (asked->contains("op")) co_return bad("op: it stands in the path");
  if (request.get && asked->contains(changing)) co_return not_allowed(request.path, "POST");
  // A shard that hangs would keep the answer for ever.
  if (is_one_of(of_shards, *operation)) {
    const Status health = co_await sources_.health();
    if (!health.is_ok()) co_return http_error(503, SLIPRING_UNAVAILABLE, health.message());
  }
  (*asked)["op"] = *operation;
  const json::object answer = co_await sources_.operations(std::move(*asked));
  const unsigned code = answer.contains("error") ? http_code(error_in(answer).code()) : 200;
  co_return json_answer(code, answer);
}

}  // namespace slipring::admin
