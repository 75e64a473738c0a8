// Reading what a host's streams have, to the end.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.hpp"

namespace slipring::command {

struct ReadOptions {
  std::vector<std::string> filters;      // none: everything
  boost::json::value from = "earliest";  // "start" of the host
  std::vector<std::string> streams;      // none: all that the filters reach
};

// What is called meanwhile. An error of `event` ends the reading.
struct ReadCalls {
  std::function<Status(std::string_view event)> event;  // CloudEvents 1.0, on one line
  std::function<void(const boost::json::object &gap)> gap;
  std::function<void(uint64_t done, uint64_t of)> progress;
};

// Says at the end {"events":..,"gaps":..,"positions":[..]}.
Result<boost::json::object> read_events(const std::filesystem::path &socket,
                                        const ReadOptions &options, const ReadCalls &calls);

// "default@..:17, scores@..:3"
std::string print_positions(const boost::json::object &done);

}  // namespace slipring::command
