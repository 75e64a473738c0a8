// Opening the streams of a configuration: their log, and what each of them has.
//
// The log is in the state directory, in log/, beside it log.marks. It is made when a stream needs
// one. Nothing that it has is given up silently: a stream that is to be in memory from now on, and
// has events in the log, is an error; one that is not configured any more stays where it is.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "base/status.hpp"
#include "bus/streams.hpp"

namespace slipring::host {

struct OpenStreams {
  std::unique_ptr<stream::Log> log;  // null: all are in memory
  bus::Histories histories;          // in order of configuration
};

// `adopt`: also a log of another machine.
Result<OpenStreams> open_streams(const std::vector<stream::Settings> &streams,
                                 const std::filesystem::path &state, bool adopt);

inline std::filesystem::path log_directory(const std::filesystem::path &state) {
  return state / "log";
}

}  // namespace slipring::host
