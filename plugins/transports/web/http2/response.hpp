// Response heads as libnghttp2 takes them: what the host said, without what only HTTP/1.1 knows
// (RFC 9113 §8.2.2), with what the transport adds: content-length, date.
//
// Not thread-safe.
#pragma once

#include <nghttp2/nghttp2.h>
#include <slipring/ext/profile-http.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace slipring::web {

// Fields to be sent; borrows what it was given, which has to outlive it.
class FieldList {
 public:
  void add(std::string_view name, std::string_view value);
  // Without what is connection-specific or said by the transport itself.
  void add(std::span<const slipring_field> fields);

  // Whether HTTP/2 can carry them (RFC 9113 §8.2.1); libnghttp2 does not look.
  bool are_legal() const;

  const nghttp2_nv *data() const { return fields_.data(); }
  std::size_t size() const { return fields_.size(); }

 private:
  std::vector<nghttp2_nv> fields_;
};

// A response whose body is never sent (RFC 9110 §6.4.1).
bool is_bodyless(int code, bool to_head);

class ResponseHead {
 public:
  explicit ResponseHead(const slipring_http_head &head);
  ResponseHead(const ResponseHead &) = delete;
  ResponseHead &operator=(const ResponseHead &) = delete;

  const FieldList &fields() const { return fields_; }

 private:
  std::string code_;
  std::string length_;
  FieldList fields_;
};

}  // namespace slipring::web
