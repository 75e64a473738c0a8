#include "host/config_reader.hpp"

#include <boost/json.hpp>
#include <charconv>

namespace slipring::host {

namespace json = boost::json;

ConfigError::ConfigError(const YAML::Node &node, const std::string &message)
    : std::runtime_error(message), line(node.Mark().line + 1), column(node.Mark().column + 1) {}

std::string found(const YAML::Node &node) {
  switch (node.Type()) {
    case YAML::NodeType::Scalar:
      return '"' + node.Scalar().substr(0, 60) + '"';
    case YAML::NodeType::Sequence:
      return "a list";
    case YAML::NodeType::Map:
      return "a map";
    default:
      return "nothing";
  }
}

std::string read_text(const YAML::Node &node, const std::string &what) {
  if (!node.IsScalar())
    throw ConfigError(node, what + ": found " + found(node) + ", accepted: text");
  return node.Scalar();
}

bool read_flag(const YAML::Node &node, const std::string &what) {
  const std::string text = node.IsScalar() ? node.Scalar() : "";
  if (text == "true" || text == "false") return text == "true";
  throw ConfigError(node, what + ": found " + found(node) + ", accepted: true, false");
}

uint64_t read_number(const YAML::Node &node, const std::string &what, uint64_t low, uint64_t high) {
  const std::string text = node.IsScalar() ? node.Scalar() : "";
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < low || number > high) {
    throw ConfigError(node, what + ": found " + found(node) + ", accepted: " + std::to_string(low) +
                                " to " + std::to_string(high));
  }
  return number;
}

std::vector<std::string> read_texts(const YAML::Node &node, const std::string &what) {
  if (node.IsScalar()) return {node.Scalar()};
  if (!node.IsSequence()) {
    throw ConfigError(node, what + ": found " + found(node) + ", accepted: a list of texts");
  }
  std::vector<std::string> texts;
  for (const YAML::Node &item : node) texts.push_back(read_text(item, what));
  return texts;
}

namespace {

json::value scalar_to_json(const YAML::Node &node) {
  const std::string &text = node.Scalar();
  if (node.Tag() == "!") return json::string(text);  // it was quoted
  boost::system::error_code error;
  json::value value = json::parse(text, error);
  const bool literal = !error && (value.is_number() || value.is_bool() || value.is_null());
  return literal ? value : json::value(json::string(text));
}

json::value to_json(const YAML::Node &node, int depth) {
  if (depth > 32) throw ConfigError(node, "settings nested deeper than 32 levels");
  if (node.IsSequence()) {
    json::array items;
    for (const YAML::Node &item : node) items.push_back(to_json(item, depth + 1));
    return items;
  }
  if (node.IsMap()) {
    json::object members;
    for (const auto &member : node) {
      members[read_text(member.first, "key")] = to_json(member.second, depth + 1);
    }
    return members;
  }
  return node.IsScalar() ? scalar_to_json(node) : json::value(nullptr);
}

}  // namespace

std::string read_json(const YAML::Node &node) {
  if (!node.IsMap())
    throw ConfigError(node, "settings: found " + found(node) + ", accepted: a map");
  return json::serialize(to_json(node, 0));
}

// REQUIRES: read_json has taken the node, so it is not nested without bound.
std::map<std::string, YAML::Mark> read_places(const YAML::Node &node, const std::string &path) {
  std::map<std::string, YAML::Mark> places = {{path, node.Mark()}};
  size_t index = 0;
  for (const auto &member : node) {
    if (node.IsMap()) {
      places.merge(read_places(member.second, path + '.' + member.first.Scalar()));
    } else {
      places.merge(read_places(member, path + '.' + std::to_string(index++)));
    }
  }
  return places;
}

ConfigMap::ConfigMap(const YAML::Node &node, std::string what)
    : node_(node), what_(std::move(what)) {
  if (!node.IsMap() && !node.IsNull()) {
    throw ConfigError(node, what_ + ": found " + found(node) + ", accepted: a map");
  }
}

void ConfigMap::optional(const std::string &key,
                         const std::function<void(const YAML::Node &)> &read) {
  asked_.insert(key);
  const YAML::Node value = std::as_const(node_).IsMap() ? std::as_const(node_)[key] : YAML::Node();
  if (value.IsDefined() && !value.IsNull()) read(value);
}

YAML::Node ConfigMap::required(const std::string &key) {
  asked_.insert(key);
  const YAML::Node value = std::as_const(node_).IsMap() ? std::as_const(node_)[key] : YAML::Node();
  if (!value.IsDefined() || value.IsNull()) {
    throw ConfigError(node_, what_ + ": \"" + key + "\" is missing");
  }
  return value;
}

void ConfigMap::finish() const {
  if (!node_.IsMap()) return;
  std::set<std::string> seen;
  for (const auto &member : node_) {
    const std::string key = read_text(member.first, what_);
    if (!seen.insert(key).second) {
      throw ConfigError(member.first, what_ + ": \"" + key + "\" stands here twice");
    }
    if (asked_.contains(key)) continue;
    std::string accepted;
    for (const std::string &name : asked_) accepted += (accepted.empty() ? "" : ", ") + name;
    throw ConfigError(member.first, what_ + ": found \"" + key + "\", accepted: " + accepted);
  }
}

}  // namespace slipring::host
