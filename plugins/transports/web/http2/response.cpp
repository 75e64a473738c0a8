#include "http2/response.hpp"

#include <algorithm>
#include <slipring/cpp/bytes.hpp>

#include "common/http_date.hpp"
#include "http2/head.hpp"

namespace slipring::web {
void FieldList::add(std::string_view name, std::string_view value) {
  // libnghttp2 copies both.
  fields_.push_back({reinterpret_cast<std::uint8_t *>(const_cast<char *>(name.data())),
                     reinterpret_cast<std::uint8_t *>(const_cast<char *>(value.data())),
                     name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
}

void FieldList::add(std::span<const slipring_field> fields) {
  fields_.reserve(fields_.size() + fields.size());
  for (const slipring_field &field : fields) {
    const std::string_view name = sdk::view(field.name);
    if (is_connection_specific(name) || name == "content-length" || name.starts_with(':')) continue;
    add(name, sdk::view(field.value));
  }
}

bool FieldList::are_legal() const {
  return std::all_of(fields_.begin(), fields_.end(), [](const nghttp2_nv &field) {
    return nghttp2_check_header_name(field.name, field.namelen) != 0 &&
           nghttp2_check_header_value_rfc9113(field.value, field.valuelen) != 0;
  });
}

bool is_bodyless(int code, bool to_head) {
  return to_head || code == 204 || code == 304;
}

ResponseHead::ResponseHead(const slipring_http_head &head) : code_(std::to_string(head.code)) {
  const std::span<const slipring_field> fields(head.fields, head.field_count);
  fields_.add(":status", code_);
  fields_.add(fields);
  if (head.code < 200) return;
  const bool dated = std::any_of(fields.begin(), fields.end(), [](const slipring_field &field) {
    return sdk::view(field.name) == "date";
  });
  if (!dated) fields_.add("date", websocket::http::date());
  const bool says_nothing = head.code == 204 || (head.code == 304 && head.length == 0);
  if (head.length != SLIPRING_LENGTH_UNKNOWN && !says_nothing) {
    length_ = std::to_string(head.length);
    fields_.add("content-length", length_);
  }
}

}  // namespace slipring::web
