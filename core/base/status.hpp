// Status and Result: how the host reports that something did not work.
//
// A Status is OK or an error with a code from the generic 17 and one line for a person: what was
// found, what was expected, where. Result<T> is a T or such an error. Nothing here throws; neither
// is used per message on the hot path, where the C codes of the ABI are passed on as they are.
//
// Thread-safety: plain values.
#pragma once

#include <slipring/abi.h>

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace slipring {

class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(slipring_status code, std::string message) : code_(code), message_(std::move(message)) {}

  static Status ok() { return {}; }
  static Status invalid(std::string message) {
    return {SLIPRING_INVALID_ARGUMENT, std::move(message)};
  }
  static Status unavailable(std::string message) {
    return {SLIPRING_UNAVAILABLE, std::move(message)};
  }
  // `what` followed by the text of `error`, an errno.
  static Status system(std::string_view what, int error);

  bool is_ok() const { return code_ == SLIPRING_OK; }
  slipring_status code() const { return code_; }
  const std::string &message() const { return message_; }

 private:
  slipring_status code_ = SLIPRING_OK;
  std::string message_;
};

// "INVALID_ARGUMENT" and so on; "UNKNOWN" for a number outside the 17.
std::string_view status_name(slipring_status code);

// A value or an error; the error is a Status unless a part of the host has more to say.
template <class T, class Error = Status>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  // REQUIRES: it is an error.
  Result(Error error) : content_(std::in_place_index<1>, std::move(error)) {}

  bool is_ok() const { return content_.index() == 0; }
  explicit operator bool() const { return is_ok(); }

  // REQUIRES: is_ok()
  T &value() { return std::get<0>(content_); }
  const T &value() const { return std::get<0>(content_); }
  T *operator->() { return &value(); }
  const T *operator->() const { return &value(); }
  T &operator*() { return value(); }
  const T &operator*() const { return value(); }

  // REQUIRES: !is_ok()
  const Error &error() const { return std::get<1>(content_); }
  const Status &status() const requires std::is_same_v<Error, Status> { return error(); }

 private:
  std::variant<T, Error> content_;
};

}  // namespace slipring
