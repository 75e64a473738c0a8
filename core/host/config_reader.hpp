// Reading YAML with errors for people: where, what was found, what is accepted.
//
// A ConfigMap is a YAML map whose keys must all be asked for: what is left at the end is unknown,
// and the error lists what would have been accepted. Errors are thrown as ConfigError inside the
// reading of one file and turned into a Status where it ends.
#pragma once

#include <yaml-cpp/yaml.h>

#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/status.hpp"

namespace slipring::host {

struct ConfigError : std::runtime_error {
  ConfigError(const YAML::Node &node, const std::string &message);
  int line;
  int column;
};

// A short form of what stands at the node, for messages.
std::string found(const YAML::Node &node);

std::string read_text(const YAML::Node &node, const std::string &what);
bool read_flag(const YAML::Node &node, const std::string &what);
uint64_t read_number(const YAML::Node &node, const std::string &what, uint64_t low, uint64_t high);
std::vector<std::string> read_texts(const YAML::Node &node, const std::string &what);
// Any YAML as JSON text: what plugins get as settings.
std::string read_json(const YAML::Node &node);

// Where each part of it stands, by its path: "settings.links.0.topic", `path` being "settings".
std::map<std::string, YAML::Mark> read_places(const YAML::Node &node, const std::string &path);

// `parse` applied to the node's text; its error gets the place.
template <class T>
T read_parsed(const YAML::Node &node, const std::string &what,
              Result<T> (*parse)(std::string_view)) {
  Result<T> value = parse(read_text(node, what));
  if (!value) throw ConfigError(node, what + ": " + value.status().message());
  return *value;
}

class ConfigMap {
 public:
  // `what` names the map in messages: "limits".
  ConfigMap(const YAML::Node &node, std::string what);

  // Calls `read` with the key's node when it is there.
  void optional(const std::string &key, const std::function<void(const YAML::Node &)> &read);
  // The node of a key that has to be there.
  YAML::Node required(const std::string &key);
  // REQUIRES: every key was asked for. Throws when the file has others.
  void finish() const;

 private:
  YAML::Node node_;
  std::string what_;
  std::set<std::string> asked_;
};

}  // namespace slipring::host
