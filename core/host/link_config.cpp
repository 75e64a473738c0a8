#include "host/link_config.hpp"

#include <set>
#include <string>

#include "host/config_reader.hpp"

namespace slipring::host {
namespace {

std::string read_target(const YAML::Node &node) {
  std::string target = read_text(node, "target");
  const size_t scheme = target.find("://");
  if (scheme == 0 || scheme == std::string::npos || scheme + 3 == target.size()) {
    throw ConfigError(
        node, "target: found " + found(node) + ", accepted: an address such as wss://host/path");
  }
  return target;
}

edge::LinkSettings read_link(const YAML::Node &node) {
  ConfigMap map(node, "link");
  edge::LinkSettings link;
  link.name = read_text(map.required("name"), "name");
  link.transport = "lws";
  link.target = read_target(map.required("target"));
  link.adapter = read_text(map.required("adapter"), "adapter");
  const auto text = [&](const char *key, std::string &to) {
    map.optional(key, [&](const YAML::Node &value) { to = read_text(value, key); });
  };
  text("transport", link.transport);
  text("subprotocol", link.subprotocol);
  text("origin", link.origin);
  map.optional("tls", [&](const YAML::Node &value) {
    ConfigMap tls(value, "tls");
    tls.optional("authorities", [&](const YAML::Node &file) {
      link.authorities = read_text(file, "authorities");
    });
    tls.finish();
  });
  map.optional("settings", [&](const YAML::Node &value) { link.settings = read_json(value); });
  map.finish();
  return link;
}

}  // namespace

std::vector<edge::LinkSettings> read_links(const YAML::Node &node) {
  if (!node.IsSequence()) {
    throw ConfigError(node, "links: found " + found(node) + ", accepted: a list");
  }
  std::vector<edge::LinkSettings> links;
  std::set<std::string> names;
  links.reserve(node.size());
  for (const YAML::Node &item : node) {
    links.push_back(read_link(item));
    if (!names.insert(links.back().name).second) {
      throw ConfigError(item, "links: two are named \"" + links.back().name + '"');
    }
  }
  return links;
}

}  // namespace slipring::host
