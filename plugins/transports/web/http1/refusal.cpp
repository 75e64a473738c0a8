#include "refusal.hpp"

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <slipring/cpp/bytes.hpp>

#include "common/http_syntax.hpp"
#include "response_head.hpp"

namespace slipring::web {
namespace {

std::string one_line(std::string_view message) {
  std::string line(message.empty() ? "refused" : message);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return !websocket::http::is_field_byte(c); }, ' ');
  return line + '\n';
}

std::string_view connection(int status, Persistence persistence) {
  if (!persistence.keep_alive) return status == 426 ? "close, upgrade" : "close";
  if (persistence.http10) return "keep-alive";
  return status == 426 ? "upgrade" : "";
}

}  // namespace

std::string render_refusal(const websocket::HttpError &error, Persistence persistence,
                           FieldList fields) {
  const std::string body = one_line(error.message);
  boost::container::small_vector<slipring_field, 8> all;
  const auto add = [&](std::string_view name, std::string_view value) {
    all.push_back({sdk::bytes(name), sdk::bytes(value)});
  };
  const auto names_type = [](const auto &field) { return field.first == "content-type"; };
  if (std::ranges::none_of(fields, names_type)) add("content-type", "text/plain; charset=utf-8");
  if (error.status == 426) add("upgrade", "websocket");
  if (error.status == 503) add("retry-after", "1");
  for (const auto &[name, value] : fields) add(name, value);

  const slipring_http_head head = {.struct_size = sizeof head,
                                   .fields = all.data(),
                                   .field_count = all.size(),
                                   .length = body.size(),
                                   .code = static_cast<std::uint32_t>(error.status),
                                   .pad_ = 0};
  std::string text = render_head(head, {.framing = Framing::length,
                                        .length = body.size(),
                                        .names_length = true,
                                        .connection = connection(error.status, persistence)});
  if (!error.without_body) text += body;
  return text;
}

}  // namespace slipring::web
