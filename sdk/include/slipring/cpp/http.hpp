// What flows through the profile http/1: a request, its body, and the head of a response. Views are
// borrowed for the call.
#ifndef SLIPRING_CPP_HTTP_HPP
#define SLIPRING_CPP_HTTP_HPP

#include <slipring/ext/profile-http.h>

#include <optional>
#include <slipring/cpp/bytes.hpp>
#include <slipring/cpp/status.hpp>
#include <span>
#include <vector>

namespace slipring::sdk {

// Header or trailer fields, in order; names in lower case.
class Fields {
 public:
  Fields(const slipring_field *fields, size_t count) noexcept : fields_(fields, count) {}

  // The value of the first field of that name; nothing: there is none.
  std::optional<std::string_view> find(std::string_view name) const noexcept {
    for (const slipring_field &field : fields_)
      if (view(field.name) == name) return view(field.value);
    return std::nullopt;
  }
  std::span<const slipring_field> all() const noexcept { return fields_; }

 private:
  std::span<const slipring_field> fields_;
};

struct Request {
  explicit Request(const slipring_http_request &request) noexcept
      : method(view(request.method)),
        scheme(view(request.scheme)),
        authority(view(request.authority)),
        path(view(request.path)),
        query(view(request.query)),
        peer(view(request.peer)),
        identity(view(request.identity)),
        fields(request.fields, request.field_count),
        version(request.version) {
    if (request.length != SLIPRING_LENGTH_UNKNOWN) length = request.length;
  }

  bool has_body() const noexcept { return length != 0u; }

  std::string_view method;
  std::string_view scheme;
  std::string_view authority;
  std::string_view path;      // as sent
  std::string_view query;     // without "?"
  std::string_view peer;      // "192.0.2.1:4711"
  std::string_view identity;  // whom its credential or its certificate names, or empty
  Fields fields;
  std::optional<uint64_t> length;  // of the body; nothing: not known
  uint32_t version;                // 10, 11, 20
};

// All of the request's body that has come and is not used.
struct Body {
  std::string_view bytes;
  bool more;  // further bytes follow
};

// What on_body made of it: how many bytes it used, from the front; PENDING: the rest waits.
struct Consumed {
  size_t bytes = 0;
  Status status = {};
};

// The head of a response. Keeps views of what it is given.
class Response {
 public:
  explicit Response(uint32_t code) noexcept { head_.code = code; }

  Response &field(std::string_view name, std::string_view value) {
    fields_.push_back({bytes(name), bytes(value)});
    return *this;
  }
  // Of the body. Without it the body ends where `finish` is called.
  Response &length(uint64_t value) noexcept {
    head_.length = value;
    return *this;
  }

  slipring_http_head raw() const noexcept {
    slipring_http_head head = head_;
    head.fields = fields_.data();
    head.field_count = fields_.size();
    return head;
  }

 private:
  std::vector<slipring_field> fields_;
  slipring_http_head head_{sizeof(slipring_http_head), nullptr, 0, SLIPRING_LENGTH_UNKNOWN, 0, 0};
};

}  // namespace slipring::sdk

#endif
