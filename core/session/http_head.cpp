#include "session/http_head.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "base/bytes.hpp"

namespace slipring::session {
namespace {

// Before the texts: these numbers, then two sizes for each field.
struct Numbers {
  uint64_t length;
  uint32_t code;
  uint32_t count;
};
struct Sizes {
  uint32_t name;
  uint32_t value;
};

constexpr std::array<std::string_view, 6> framing_names = {"connection",        "content-length",
                                                           "keep-alive",        "proxy-connection",
                                                           "transfer-encoding", "upgrade"};

bool is_token_character(char c) {
  const bool is_word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  return is_word || (c != '\0' && std::strchr("!#$%&'*+-.^_`|~", c) != nullptr);
}

bool is_sound_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, &is_token_character) &&
         std::ranges::find(framing_names, name) == framing_names.end();
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

bool is_sound_value(std::string_view value) {
  if (!value.empty() && (is_blank(value.front()) || is_blank(value.back()))) return false;
  return std::ranges::all_of(value, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
}

template <class Type>
uint8_t *put(uint8_t *to, const Type &value) {
  std::memcpy(to, &value, sizeof(value));
  return to + sizeof(value);
}

template <class Type>
const uint8_t *get(const uint8_t *from, Type &value) {
  std::memcpy(&value, from, sizeof(value));
  return from + sizeof(value);
}

}  // namespace

bool are_sound(std::span<const slipring_field> fields) {
  return std::ranges::all_of(fields, [](const slipring_field &field) {
    return is_sound_name(to_text(field.name)) && is_sound_value(to_text(field.value));
  });
}

bool is_sound(const slipring_http_head &head) {
  constexpr uint32_t switching_protocols = 101;
  return head.code >= 100 && head.code <= 599 && head.code != switching_protocols &&
         are_sound({head.fields, head.field_count});
}

BufferRef keep(const slipring_http_head &head) {
  const std::span<const slipring_field> fields(head.fields, head.field_count);
  size_t size = sizeof(Numbers) + fields.size() * sizeof(Sizes);
  for (const slipring_field &field : fields) size += field.name.size + field.value.size;
  BufferRef kept = BufferRef::allocate(size);
  uint8_t *to =
      put(kept.fill(), Numbers{head.length, head.code, static_cast<uint32_t>(fields.size())});
  for (const slipring_field &field : fields) {
    to = put(
        to, Sizes{static_cast<uint32_t>(field.name.size), static_cast<uint32_t>(field.value.size)});
  }
  for (const slipring_field &field : fields) {
    to = std::copy_n(field.name.data, field.name.size, to);
    to = std::copy_n(field.value.data, field.value.size, to);
  }
  return kept;
}

BufferRef keep(std::span<const slipring_field> fields) {
  return keep(
      slipring_http_head{sizeof(slipring_http_head), fields.data(), fields.size(), 0, 0, 0});
}

KeptHead::KeptHead(const BufferRef &buffer) {
  head_.struct_size = sizeof(head_);
  if (buffer.size() == 0) return;
  Numbers numbers{};
  const uint8_t *from = get(buffer.bytes().data(), numbers);
  const uint8_t *text = from + numbers.count * sizeof(Sizes);
  fields_.reserve(numbers.count);
  for (uint32_t i = 0; i < numbers.count; ++i) {
    Sizes sizes{};
    from = get(from, sizes);
    fields_.push_back({{text, sizes.name}, {text + sizes.name, sizes.value}});
    text += sizes.name + sizes.value;
  }
  head_.fields = fields_.data();
  head_.field_count = fields_.size();
  head_.length = numbers.length;
  head_.code = numbers.code;
}

}  // namespace slipring::session
