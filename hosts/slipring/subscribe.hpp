// `slipring subscribe` and `slipring tail`: print events as they come.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace slipring::command {

struct SubscribeOptions {
  std::filesystem::path socket;
  bool as_json = false;
  std::vector<std::string> filters;
  boost::json::value start = "now";  // as the host takes it
  uint64_t count = 0;                // ends after so many events; 0: when it is interrupted
};

// Returns the exit code.
int subscribe(const SubscribeOptions &options);

}  // namespace slipring::command
