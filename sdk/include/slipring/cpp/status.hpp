// How a plugin says that something went wrong: a Status as a return value, or an Error thrown where
// returning is awkward. The wrapper turns both into the ABI's codes; nothing thrown leaves a
// plugin.
#ifndef SLIPRING_CPP_STATUS_HPP
#define SLIPRING_CPP_STATUS_HPP

#include <slipring/abi.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace slipring::sdk {

// One of the SLIPRING_… codes, and for a failure one line: what was found, what was expected.
class [[nodiscard]] Status {
 public:
  Status() noexcept = default;
  Status(slipring_status code) noexcept : code_(code) {}
  Status(slipring_status code, std::string message) noexcept
      : code_(code), message_(std::move(message)) {}

  // Not done yet: from on_message, that the message is to be offered again (ext/completion.h).
  static Status pending() noexcept { return SLIPRING_PENDING; }

  bool ok() const noexcept { return code_ == SLIPRING_OK; }
  bool is_pending() const noexcept { return code_ == SLIPRING_PENDING; }
  slipring_status code() const noexcept { return code_; }
  const std::string &message() const noexcept { return message_; }

 private:
  slipring_status code_ = SLIPRING_OK;
  std::string message_;
};

class Error : public std::runtime_error {
 public:
  Error(slipring_status code, const std::string &message)
      : std::runtime_error(message), code_(code) {}

  slipring_status code() const noexcept { return code_; }

 private:
  slipring_status code_;
};

}  // namespace slipring::sdk

#endif
