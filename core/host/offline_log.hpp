// OfflineLog: the log of a state directory that no host uses.
//
// Thread-safety: as Log.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "base/status.hpp"
#include "host/state_hold.hpp"
#include "stream/log.hpp"

namespace slipring::host {

class OfflineLog {
 public:
  enum class Access : uint8_t { read, write };

  // Keeps hosts out for as long as it lives. FAILED_PRECONDITION: one has it; NOT_FOUND: there is
  // no log.
  static Result<OfflineLog> open(const std::filesystem::path &state, Access access);

  stream::Log &log() { return *log_; }
  // As OperatorStreams::list().
  boost::json::object list() const;
  // As the control socket's "purge". `before`: empty: all.
  Result<boost::json::object> purge(std::string_view stream, std::string_view before);

 private:
  OfflineLog(StateHold hold, std::unique_ptr<stream::Log> log)
      : hold_(std::move(hold)), log_(std::move(log)) {}

  StateHold hold_;
  std::unique_ptr<stream::Log> log_;
};

}  // namespace slipring::host
