#include "cloud_headers.hpp"

#include "http/text.hpp"
#include "http/url.hpp"

namespace slipring::rest {

namespace {

constexpr std::string_view prefix = "ce-";

// The inside of a quoted-string (RFC 9110 §5.6.4). False: its end is missing, or not at the end.
bool unquote(std::string &to, std::string_view text) {
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') return i + 1 == text.size();
    if (text[i] == '\\' && ++i == text.size()) return false;
    to += text[i];
  }
  return false;
}

}  // namespace

bool append_attribute_value(std::string &to, std::string_view field) {
  std::string unquoted;
  if (field.starts_with('"')) {
    if (!unquote(unquoted, field)) return false;
    field = unquoted;
  }
  const size_t before = to.size();
  return http::append_decoded(to, field) && http::is_utf8(std::string_view(to).substr(before)) &&
         to.find('\0', before) == std::string::npos;
}

Check read_cloud_headers(const sdk::Fields &fields, std::vector<Attribute> &to) {
  for (const slipring_field &field : fields.all()) {
    const std::string_view name = sdk::view(field.name);
    if (!name.starts_with(prefix)) continue;
    if (name == "ce-datacontenttype")
      return Problem{400, std::string(name), "in binary mode Content-Type says it"};
    Attribute attribute{std::string(name.substr(prefix.size())), {}};
    const std::string_view value = sdk::view(field.value);
    if (!append_attribute_value(attribute.value, value))
      return not_accepted(name, value, "UTF-8, percent-encoded, in quotes or not");
    to.push_back(std::move(attribute));
  }
  return {};
}

}  // namespace slipring::rest
