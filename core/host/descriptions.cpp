#include "host/descriptions.hpp"

#include <slipring/ext/description.h>

#include <boost/json.hpp>

#include "base/bytes.hpp"
#include "observe/log.hpp"
#include "plugin/guard.hpp"

namespace slipring::host {

namespace json = boost::json;

namespace {

constexpr size_t longest = 256 * 1024;

thread_local std::shared_ptr<const std::string> descriptions_of_shard;

slipring_status collect(const slipring_host *, const slipring_writer *writer) {
  if (!descriptions_of_shard) return SLIPRING_UNAVAILABLE;
  return writer->write(writer->context, to_bytes(*descriptions_of_shard));
}

constexpr slipring_description_host description_table{sizeof(slipring_description_host), &collect};

bool is_object(const std::string &text) {
  json::error_code error;
  const json::value parsed = json::parse(text, error);
  return !error && parsed.is_object();
}

void warn(const edge::Mount &mount, const plugin::Instance &instance, std::string_view found) {
  observe::warn("a mount is not described", {{"path", *mount.path},
                                             {"adapter", instance.generation.title()},
                                             {"found", found},
                                             {"accepted", "one JSON object, 262144 bytes"}});
}

}  // namespace

std::optional<Description> describe_mount(const edge::Mount &mount, plugin::Instance &instance) {
  const slipring_description_adapter *const table = instance.generation.description();
  if (table == nullptr) return std::nullopt;
  StringWriter text(longest);
  const slipring_status code = plugin::guard(instance, "describe", [&] {
    return table->describe(instance.adapter, to_bytes(*mount.path), text.abi());
  });
  if (code == SLIPRING_UNIMPLEMENTED) return std::nullopt;
  if (code != SLIPRING_OK || text.overflowed() || !is_object(text.text())) {
    warn(mount, instance,
         code != SLIPRING_OK ? status_name(code)
         : text.overflowed() ? "more bytes"
                             : "no JSON object");
    return std::nullopt;
  }
  const plugin::Manifest &manifest = instance.generation.manifest();
  return Description{*mount.path, manifest.name, manifest.version, {}, std::move(text.text())};
}

std::string join(std::string_view version, const std::vector<Description> &descriptions) {
  std::string text = R"({"host":)";
  text += json::serialize(json::object{{"version", version}});
  text += R"(,"mounts":[)";
  for (const Description &each : descriptions) {
    json::object said{{"path", each.path}, {"adapter", each.adapter}, {"version", each.version}};
    if (!each.endpoints.empty()) said["endpoints"] = json::value_from(each.endpoints);
    std::string object = json::serialize(said);
    object.pop_back();
    if (&each != &descriptions.front()) text += ',';
    text.append(object).append(R"(,"description":)").append(each.json).append("}");
  }
  return text += "]}";
}

void set_descriptions(std::shared_ptr<const std::string> text) {
  descriptions_of_shard = std::move(text);
}

void add_description_extension(plugin::ExtensionSet &extensions) {
  extensions.add(SLIPRING_DESCRIPTION, &description_table);
}

}  // namespace slipring::host
