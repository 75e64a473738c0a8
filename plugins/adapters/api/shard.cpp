#include "shard.hpp"

#include <array>

#include "assets.hpp"
#include "description/template.hpp"
#include "http/entity_tag.hpp"

namespace slipring::api {

using sdk::Status;

namespace {

constexpr std::string_view openapi_path = "openapi.json";
constexpr std::string_view asyncapi_path = "asyncapi.json";

bool is_known(std::string_view path) noexcept {
  return path.ends_with(asyncapi_path) || path.ends_with(openapi_path);
}

slipring_status append(void *context, slipring_bytes more) {
  static_cast<std::string *>(context)->append(sdk::view(more));
  return SLIPRING_OK;
}

Document document_of(std::string content) {
  std::string tag = http::entity_tag(content);
  return {std::move(content), std::move(tag)};
}

}  // namespace

Shard::Shard(const sdk::Host &its_host, std::string_view json)
    : host(its_host),
      settings(parse_settings(json)),
      bad_request(host.counter("api_bad_request_total")),
      descriptions_(host.extension<slipring_description_host>(SLIPRING_DESCRIPTION)) {}

Status Shard::renew() {
  std::string collected;
  const slipring_writer writer = {&collected, &append};
  if (descriptions_ == nullptr) return {SLIPRING_UNAVAILABLE, "this host collects no descriptions"};
  if (descriptions_->collect(host.raw(), &writer) != SLIPRING_OK)
    return {SLIPRING_UNAVAILABLE, "the host is not ready yet"};
  if (collected == collected_) return {};
  auto made = make_documents(collected, settings.title);
  if (!made) return {SLIPRING_INTERNAL, "what the host collected is no list of mounts"};
  openapi_ = document_of(std::move(made->openapi));
  asyncapi_ = document_of(std::move(made->asyncapi));
  collected_ = std::move(collected);
  return {};
}

Status Shard::find(std::string_view path, const Document *&found) {
  found = nullptr;
  if (!is_known(path)) return {};
  Status status = renew();
  if (status.ok()) found = path.ends_with(asyncapi_path) ? &asyncapi_ : &openapi_;
  return status;
}

Status Shard::describe(std::string_view path, sdk::Writer &to) const {
  if (!is_known(path)) return SLIPRING_UNIMPLEMENTED;
  const bool is_asyncapi = path.ends_with(asyncapi_path);
  const std::array<description::Place, 2> places = {
      {{"path", description::mount_path(path, "file").path},
       {"document", is_asyncapi ? "AsyncAPI 3.0" : "OpenAPI 3.1"}}};
  return to.write(description::filled(assets::openapi_json_in, places));
}

// Whether what it says of itself becomes a document.
Status Shard::self_test() {
  std::string said;
  const slipring_writer raw = {&said, &append};
  sdk::Writer writer(&raw);
  Status status = describe("/openapi.json", writer);
  if (!status.ok()) return status;
  const std::string collected =
      R"({"host":{"version":"1"},"mounts":[{"path":"/openapi.json","description":)" + said + "}]}";
  const auto made = make_documents(collected, settings.title);
  const bool good =
      made && made->openapi.find(R"("paths":{"/openapi.json":{)") != std::string::npos;
  if (good) return {};
  return {SLIPRING_INTERNAL, "a mount that was described is not in the document"};
}

}  // namespace slipring::api
