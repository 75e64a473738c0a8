#include "host/canary_config.hpp"

#include <charconv>

#include "base/units.hpp"
#include "host/config_reader.hpp"

namespace slipring::host {

Status check_canary_share(double share) {
  if (share > 0 && share < 1) return Status::ok();
  return Status::invalid("accepted: more than 0%, less than 100%");
}

upgrade::CanarySettings read_canary(const YAML::Node &node) {
  ConfigMap map(node, "canary");
  upgrade::CanarySettings canary;
  const YAML::Node share = map.required("share");
  canary.share = read_parsed(share, "share", &parse_share);
  if (const Status status = check_canary_share(canary.share); !status.is_ok()) {
    throw ConfigError(share, "share: found " + found(share) + ", " + status.message());
  }
  map.optional("time", [&](const YAML::Node &value) {
    canary.time = read_parsed(value, "time", &parse_duration);
  });
  map.finish();
  return canary;
}

double read_error_factor(const YAML::Node &node) {
  const std::string text = read_text(node, "error_factor");
  double factor = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), factor);
  if (error != std::errc() || end != text.data() + text.size() ||
      !(factor >= 1 && factor <= 1000)) {
    throw ConfigError(node, "error_factor: found " + found(node) + ", accepted: 1 to 1000");
  }
  return factor;
}

}  // namespace slipring::host
