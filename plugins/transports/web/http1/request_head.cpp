#include "request_head.hpp"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <limits>
#include <slipring/cpp/bytes.hpp>
#include <string>
#include <utility>

#include "common/http_syntax.hpp"

namespace slipring::web {
namespace {

namespace beast = boost::beast;
namespace syntax = websocket::http;
using beast::error_code;
using websocket::HttpError;
using Refusal = std::optional<HttpError>;

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

// What Beast calls while it reads a head; of a body it sees nothing.
class Parser final : public beast::http::basic_parser<true> {
 public:
  Parser(std::span<char> bytes, RequestHead &head) : bytes_(bytes), head_(head) {
    skip(true);
    header_limit(std::numeric_limits<std::uint32_t>::max());
  }

  std::string_view target() const { return target_; }

 private:
  void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target,
                       int version, error_code &) override {
    head_.method = view(method);
    target_ = view(target);
    head_.version = static_cast<std::uint32_t>(version);
  }

  void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value,
                     error_code &) override {
    syntax::to_lower(
        bytes_.subspan(static_cast<std::size_t>(name.data() - bytes_.data()), name.size()));
    head_.fields.push_back({sdk::bytes(view(name)), sdk::bytes(view(value))});
  }

  void on_response_impl(int, beast::string_view, int, error_code &) override {}
  void on_header_impl(error_code &) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t> &, error_code &) override {}
  std::size_t on_body_impl(beast::string_view, error_code &) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code &) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view, error_code &) override {
    return 0;
  }
  void on_finish_impl(error_code &) override {}

  std::span<char> bytes_;
  RequestHead &head_;
  std::string_view target_;
};

HttpError refusal(int status, std::string message) {
  return {.status = status, .message = std::move(message)};
}

// Beast does not tell a version that is none from one that is not served.
HttpError version_refusal(std::string_view head) {
  const std::string_view line = head.substr(0, head.find('\r'));
  const std::string_view version = line.substr(line.rfind(' ') + 1);
  if (syntax::is_version(version) && std::count(line.begin(), line.end(), ' ') == 2) {
    return refusal(505, "found HTTP version " + std::string(version.substr(5)) +
                            "; 1.0 and 1.1 are served in this form");
  }
  return refusal(400, "the request line is not 'method target HTTP/1.1'");
}

HttpError beast_refusal(error_code why, std::string_view head) {
  using beast::http::error;
  if (why == error::bad_version) return version_refusal(head);
  if (why == error::bad_method) return refusal(400, "the method is not a token");
  if (why == error::bad_target)
    return refusal(400, "a byte in the target that is not allowed there");
  if (why == error::bad_field) {
    return refusal(400, "a field line that is not 'name: value', with a token for a name");
  }
  if (why == error::bad_content_length || why == error::multiple_content_length) {
    return refusal(400, "Content-Length has to be one number, without Transfer-Encoding");
  }
  if (why == error::bad_transfer_encoding) {
    return refusal(400, "Transfer-Encoding has to be one 'chunked', without Content-Length");
  }
  return refusal(400, "malformed request: " + why.message());
}

std::string_view name_of(const slipring_field &field) {
  return sdk::view(field.name);
}
std::string_view value_of(const slipring_field &field) {
  return sdk::view(field.value);
}

// Fields of a name, in order.
template <typename Each>
std::size_t for_each_named(const RequestHead &head, std::string_view name, Each each) {
  std::size_t count = 0;
  for (const slipring_field &field : head.fields) {
    if (name_of(field) != name) continue;
    each(value_of(field));
    ++count;
  }
  return count;
}

Refusal check_method(const RequestHead &head) {
  const auto is_small = [](char c) { return c >= 'a' && c <= 'z'; };
  if (std::any_of(head.method.begin(), head.method.end(), is_small)) {
    return refusal(501, "methods are written in capital letters: GET");
  }
  if (head.method == "CONNECT") return refusal(501, "CONNECT: this is not a proxy");
  return std::nullopt;
}

// RFC 9112 §3.2, §7.2 of RFC 9110.
Refusal read_host(RequestHead &head) {
  const std::size_t count =
      for_each_named(head, "host", [&](std::string_view value) { head.authority = value; });
  if (count == 0 && head.version == 10) return std::nullopt;
  if (count != 1) {
    return refusal(400, "found " + std::to_string(count) + " Host fields; one is required");
  }
  if (!syntax::is_authority(head.authority)) return refusal(400, "Host is not 'name[:port]'");
  return std::nullopt;
}

Refusal read_path(RequestHead &head, std::string_view origin_form) {
  if (!syntax::is_origin_form(origin_form)) {
    return refusal(400,
                   "the target has to begin with '/', in visible ASCII, with whole "
                   "percent-escapes and without '#'");
  }
  const std::size_t question = origin_form.find('?');
  head.path = origin_form.substr(0, question);
  if (question != origin_form.npos) head.query = origin_form.substr(question + 1);
  return std::nullopt;
}

// RFC 9112 §3.2.2: the target's authority counts, not Host's.
Refusal read_absolute_form(RequestHead &head, const syntax::AbsoluteForm &target) {
  if (!syntax::is_authority(target.authority)) {
    return refusal(400, "the target's authority is not 'name[:port]'");
  }
  head.authority = target.authority;
  if (target.rest.starts_with('/')) return read_path(head, target.rest);
  if (!target.rest.empty()) {  // "?query"
    const std::string with_path = "/" + std::string(target.rest);
    if (!syntax::is_origin_form(with_path)) return read_path(head, target.rest);
    head.query = target.rest.substr(1);
  }
  head.path = head.method == "OPTIONS" && target.rest.empty() ? "*" : "/";  // §3.2.4
  return std::nullopt;
}

// RFC 9112 §3.2.
Refusal read_target(RequestHead &head, std::string_view target) {
  if (target == "*") {
    if (head.method != "OPTIONS") return refusal(400, "the target '*' is for OPTIONS only");
    head.path = target;
    return std::nullopt;
  }
  if (const auto absolute = syntax::split_absolute_form(target)) {
    return read_absolute_form(head, *absolute);
  }
  return read_path(head, target);
}

// RFC 9112 §7: what is a list of codings, and no more than `chunked`.
Refusal check_codings(std::string_view list) {
  bool unknown = false;
  std::size_t chunked = 0;
  while (true) {
    const std::size_t comma = list.find(',');
    const std::string_view coding = syntax::trim(list.substr(0, comma));
    const std::string_view name = syntax::trim(coding.substr(0, coding.find(';')));
    if (!syntax::is_token(name)) return refusal(400, "Transfer-Encoding is not a list of codings");
    if (!syntax::equal(name, "chunked")) {
      unknown = true;
    } else if (name.size() != coding.size() || ++chunked > 1) {
      return refusal(400, "Transfer-Encoding has to be one 'chunked', without parameters");
    }
    if (chunked > 0 && comma != list.npos) {
      return refusal(400, "in Transfer-Encoding 'chunked' has to be the last");
    }
    if (comma == list.npos) break;
    list.remove_prefix(comma + 1);
  }
  if (unknown) return refusal(501, "of transfer codings only 'chunked' is understood");
  return std::nullopt;
}

// RFC 9112 §6.1, §6.3.
Refusal read_transfer_encoding(RequestHead &head) {
  std::string_view codings;
  const std::size_t count =
      for_each_named(head, "transfer-encoding", [&](std::string_view value) { codings = value; });
  if (count == 0) return std::nullopt;
  if (count > 1) return refusal(400, "several Transfer-Encoding fields; one is allowed");
  if (head.version == 10) return refusal(400, "HTTP/1.0 has no Transfer-Encoding");
  if (Refusal why = check_codings(codings)) return why;
  head.length = SLIPRING_LENGTH_UNKNOWN;
  return std::nullopt;
}

Refusal read_content_length(RequestHead &head, const HttpLimits &limits) {
  std::string_view text;
  const std::size_t count =
      for_each_named(head, "content-length", [&](std::string_view value) { text = value; });
  if (count == 0) return std::nullopt;
  if (count > 1) return refusal(400, "several Content-Length fields; one is allowed");
  if (head.length == SLIPRING_LENGTH_UNKNOWN) {
    return refusal(400, "Content-Length and Transfer-Encoding in one request");
  }
  const auto length = syntax::content_length(text);
  if (!length) return refusal(400, "Content-Length has to be one number of digits only");
  if (*length > limits.body) {
    return refusal(413, "a body of " + std::string(text) + " bytes; the limit is " +
                            std::to_string(limits.body));
  }
  head.length = *length;
  return std::nullopt;
}

// RFC 9112 §9.3.
Refusal read_connection(RequestHead &head) {
  bool close = false;
  bool keep_alive = false;
  for_each_named(head, "connection", [&](std::string_view value) {
    close |= syntax::list_contains(value, "close");
    keep_alive |= syntax::list_contains(value, "keep-alive");
  });
  head.keep_alive = !close && (head.version == 11 || keep_alive);
  return std::nullopt;
}

// RFC 9110 §10.1.1; of HTTP/1.0 it is not looked at.
Refusal read_expect(RequestHead &head) {
  bool other = false;
  bool expects_continue = false;
  for_each_named(head, "expect", [&](std::string_view value) {
    (syntax::equal(value, "100-continue") ? expects_continue : other) = true;
  });
  if (head.version == 10) return std::nullopt;
  if (other) return refusal(417, "of expectations only '100-continue' is understood");
  head.expects_continue = expects_continue && head.length != 0;
  return std::nullopt;
}

Refusal check(RequestHead &head, std::string_view target, const HttpLimits &limits) {
  if (Refusal why = check_method(head)) return why;
  if (Refusal why = read_host(head)) return why;
  if (Refusal why = read_target(head, target)) return why;
  if (Refusal why = read_transfer_encoding(head)) return why;
  if (Refusal why = read_content_length(head, limits)) return why;
  if (Refusal why = read_connection(head)) return why;
  return read_expect(head);
}

}  // namespace

Refusal read_request_head(std::span<char> bytes, const HttpLimits &limits, RequestHead &head) {
  const std::string_view text(bytes.data(), bytes.size());
  Parser parser(bytes, head);
  error_code error;
  parser.put(boost::asio::buffer(bytes.data(), bytes.size()), error);
  Refusal why = error ? beast_refusal(error, text) : check(head, parser.target(), limits);
  if (why) why->without_body = text.starts_with("HEAD ");
  return why;
}

}  // namespace slipring::web
