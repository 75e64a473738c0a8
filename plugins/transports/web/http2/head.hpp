// Head: the fields of a request as HPACK yields them one by one, and what is wrong with them that
// libnghttp2 lets pass (RFC 9113 §8.2, §8.3; RFC 8441 §4).
//
// Not thread-safe.
#pragma once

#include <slipring/ext/profile-http.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "settings.hpp"

namespace slipring::web {

class Head {
 public:
  // What a request is refused for. Malformed: the stream is reset (RFC 9113 §8.1.1), `code` is 0.
  struct Fault {
    int code = 0;
    std::string_view reason;
  };

  // REQUIRES: `limits` outlives this.
  explicit Head(const HttpLimits &limits) : limits_(limits) {}

  // False: so far over the limits that nobody sends it by mistake. What is over the limits is
  // counted and not kept.
  bool add(std::string_view name, std::string_view value);

  bool too_large() const;
  std::optional<Fault> check() const;

  std::string_view method() const { return value(":method"); }
  bool is_tunnel() const { return find(":protocol") != nullptr; }
  bool expects_continue() const;
  std::string_view priority() const { return value("priority"); }
  // Of the body, as declared.
  std::uint64_t length() const;

  // Fields as the host gets them: with `all` or without those of framing; cookies joined (RFC 9113
  // §8.2.3). Views into this.
  std::vector<slipring_field> fields(bool all);
  // Without fields, peer and length.
  slipring_http_request request() const;

 private:
  struct Field {
    std::uint32_t at;  // of the name in text_; the value follows
    std::uint32_t name;
    std::uint32_t value;
  };

  std::string_view name(const Field &field) const;
  std::string_view value(const Field &field) const;
  std::string_view value(std::string_view name) const;
  const Field *find(std::string_view name) const;
  std::optional<Fault> check_authority() const;
  std::optional<Fault> check_target() const;

  const HttpLimits &limits_;
  std::string text_;
  std::string cookies_;
  std::vector<Field> fields_;
  std::size_t bytes_ = 0;
  std::size_t count_ = 0;
  std::size_t target_ = 0;
};

// Whether a field belongs to the version of HTTP and not to the message (RFC 9113 §8.2.2).
bool is_connection_specific(std::string_view name);

}  // namespace slipring::web
