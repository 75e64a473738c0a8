// What the adapter is told of each link; settings.schema.json says what its members mean.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace slipring::feed {

struct LinkSettings {
  std::string topic;
  std::string type;
  std::string send;
  std::string resume;
  std::string bookmark;
  std::string filters;  // JSON array; empty: the other side is no Slipring
  std::string start = "\"now\"";
};

// By the name of the link.
using Settings = std::map<std::string, LinkSettings, std::less<>>;

// `json`: valid by the schema. Throws sdk::Error.
Settings parse_settings(std::string_view json);

}  // namespace slipring::feed
