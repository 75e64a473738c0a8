#include "inspect.hpp"

#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <vector>

#include "upgrade/digest.hpp"
#include "upgrade/verify.hpp"

namespace slipring::command {

namespace json = boost::json;

Result<json::object> inspect_file(const std::filesystem::path &file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return Status::system(file.string(), errno);
  const std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(stream), {}};
  const auto verified = upgrade::verify(bytes, nullptr);
  if (!verified) {
    return Status::invalid(file.string() + " would be refused: " + verified.error().line());
  }
  const plugin::Manifest &manifest = verified->manifest;
  return json::object{
      {"file", file.string()},
      {"name", manifest.name},
      {"version", manifest.version},
      {"kind", kind_name(manifest.kind)},
      {"description", manifest.description},
      {"license", manifest.license},
      {"build_id", verified->build_id},
      {"sha256", upgrade::sha256(bytes)},
      {"abi", std::to_string(manifest.abi_major) + '.' + std::to_string(manifest.abi_minor)},
      {"continuity", continuity_name(manifest.continuity)},
      {"state_schema", manifest.state_schema},
      {"state_schema_oldest", manifest.state_schema_oldest},
      {"profiles", json::value_from(manifest.profiles)},
      {"paths", json::value_from(manifest.paths)},
      {"subprotocols", json::value_from(manifest.subprotocols)},
      {"requires", json::value_from(manifest.requires_extensions)},
      {"settings_schema", manifest.settings_schema},
      {"pinned", manifest.pinned}};
}

}  // namespace slipring::command
