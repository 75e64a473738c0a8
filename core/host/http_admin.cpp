#include "host/http_admin.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "admin/token.hpp"
#include "host/state_directory.hpp"
#include "observe/log.hpp"

namespace slipring::host {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {
// A shard that does not come to the end of a callback for so long is not well.
constexpr auto shard_patience = std::chrono::seconds(2);
}  // namespace

HttpAdmin::HttpAdmin(const HostParts &parts, AdminConfig config,
                     admin::ControlServer::Handler operations)
    : parts_(parts),
      config_(std::move(config)),
      operations_(std::move(operations)),
      roll_call_(parts.shards) {}

Status HttpAdmin::open(const std::filesystem::path &state) {
  std::error_code ignored;
  std::filesystem::remove(token_file(state), ignored);
  if (config_.listen == "none") return Status::ok();
  const auto address = edge::parse_listen_address(config_.listen);
  if (!address) return address.status();
  const auto token = admin::make_token(token_file(state));
  if (!token) return token.status();
  token_ = token_file(state);
  admin::HttpApi::Sources sources;
  sources.health = [this] { return health(); };
  sources.readiness = [this] { return readiness(); };
  sources.metrics = [this] { return metrics(); };
  sources.operations = [this](json::object request) { return operate(std::move(request)); };
  api_ = std::make_unique<admin::HttpApi>(std::move(sources), *token);
  admin::HttpHandler answer = [this](admin::HttpRequest request) {
    return api_->answer(std::move(request));
  };
  server_ = std::make_unique<admin::HttpServer>(
      parts_.control, std::move(answer),
      admin::HttpGate{.remote = config_.allow_remote, .hosts = config_.hosts});
  if (Status status = server_->open(*address); !status.is_ok()) {
    return {status.code(), "admin interface: " + status.message() +
                               "; give it another address with --admin or admin.listen, or none"};
  }
  observe::info("admin", {{"address", server_->address()}, {"token", token_.string()}});
  return Status::ok();
}

void HttpAdmin::stop() {
  if (server_ != nullptr) server_->stop();
  std::error_code ignored;
  if (!token_.empty()) std::filesystem::remove(token_, ignored);
}

std::string HttpAdmin::address() const {
  return server_ == nullptr ? "none" : server_->address();
}

asio::awaitable<Status> HttpAdmin::health() {
  shard::ShardSet::Work pass = [](shard::Shard &, const std::function<void()> &done) { done(); };
  const std::vector<bool> passed = co_await roll_call_.call(std::move(pass), shard_patience);
  std::string late;
  for (size_t i = 0; i < passed.size(); ++i) {
    if (!passed[i]) late += (late.empty() ? "shard " : ", shard ") + std::to_string(i);
  }
  if (late.empty()) co_return Status::ok();
  co_return Status::unavailable(late + " has not come to the end of a callback within " +
                                std::to_string(shard_patience.count()) + " s");
}

Status HttpAdmin::readiness_of_host() const {
  if (parts_.phase != "serving") return Status::unavailable(parts_.phase);
  for (const auto &endpoint : parts_.endpoints) {
    if (endpoint->is_accepting()) continue;
    return Status::unavailable("endpoint " + endpoint->settings().name + " does not accept on " +
                               endpoint->address());
  }
  if (parts_.log != nullptr && !parts_.log->is_writable()) {
    return Status::unavailable("the log cannot be written");
  }
  return Status::ok();
}

asio::awaitable<Status> HttpAdmin::readiness() {
  const Status host = readiness_of_host();
  if (!host.is_ok()) co_return host;
  co_return co_await health();
}

asio::awaitable<std::string> HttpAdmin::metrics() {
  admin::MetricFacts facts = co_await gather_metrics(parts_, roll_call_, shard_patience);
  const bool answering =
      std::ranges::all_of(facts.shards, [](const auto &shard) { return shard.has_value(); });
  facts.ready = answering && readiness_of_host().is_ok();
  co_return admin::HostMetrics(std::move(facts)).text();
}

asio::awaitable<json::object> HttpAdmin::operate(json::object request) {
  if (parts_.phase != "serving") {
    co_return admin::error_answer(SLIPRING_UNAVAILABLE, "the host is " + parts_.phase);
  }
  co_return co_await operations_(std::move(request));
}

}  // namespace slipring::host
