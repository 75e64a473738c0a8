#include "http2/head.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <slipring/cpp/bytes.hpp>

#include "common/http_syntax.hpp"

namespace slipring::web {
namespace {

namespace http = websocket::http;

// Beyond so many times a limit it is no mistake any more.
constexpr std::size_t bomb = 8;

// What the version, the length or the transport stand for; the host gets them another way.
bool is_framing(std::string_view name) {
  return name == "host" || name == "content-length" || name == "te" || name == "trailer" ||
         name == "expect";
}

std::string_view host_and_port(std::string_view authority, std::string_view scheme) {
  const std::string_view usual = scheme == "https" ? ":443" : ":80";
  if (authority.ends_with(usual)) authority.remove_suffix(usual.size());
  return authority;
}

}  // namespace

bool is_connection_specific(std::string_view name) {
  constexpr std::array<std::string_view, 5> names = {"connection", "keep-alive", "proxy-connection",
                                                     "transfer-encoding", "upgrade"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool Head::add(std::string_view name, std::string_view value) {
  bytes_ += name.size() + value.size();
  ++count_;
  if (name == ":path") target_ = value.size();
  if (bytes_ > bomb * limits_.head || count_ > bomb * limits_.fields) return false;
  if (too_large()) return true;
  fields_.push_back({static_cast<std::uint32_t>(text_.size()),
                     static_cast<std::uint32_t>(name.size()),
                     static_cast<std::uint32_t>(value.size())});
  text_.append(name).append(value);
  return true;
}

bool Head::too_large() const {
  return bytes_ > limits_.head || count_ > limits_.fields;
}

std::string_view Head::name(const Field &field) const {
  return std::string_view(text_).substr(field.at, field.name);
}

std::string_view Head::value(const Field &field) const {
  return std::string_view(text_).substr(field.at + field.name, field.value);
}

const Head::Field *Head::find(std::string_view wanted) const {
  const auto found = std::find_if(fields_.begin(), fields_.end(),
                                  [&](const Field &field) { return name(field) == wanted; });
  return found == fields_.end() ? nullptr : &*found;
}

std::string_view Head::value(std::string_view wanted) const {
  const Field *const field = find(wanted);
  return field != nullptr ? value(*field) : std::string_view();
}

std::optional<Head::Fault> Head::check() const {
  if (target_ > limits_.target) return Fault{414, "the request target is too long"};
  if (too_large()) return Fault{431, "the request head is too large"};
  if (auto fault = check_authority()) return fault;
  if (method() == "CONNECT" && !is_tunnel()) {
    return Fault{501, "CONNECT is only accepted with :protocol websocket"};
  }
  if (is_tunnel() && value(":protocol") != "websocket") {
    return Fault{501, "the only :protocol that is accepted is websocket"};
  }
  if (auto fault = check_target()) return fault;
  const auto *const expect = find("expect");
  if (expect != nullptr && !http::equal(value(*expect), "100-continue")) {
    return Fault{417, "the only expectation that is met is 100-continue"};
  }
  if (length() != SLIPRING_LENGTH_UNKNOWN && length() > limits_.body) {
    return Fault{413, "the request body is too large"};
  }
  return std::nullopt;
}

// RFC 9113 §8.3.1: no user information, and nothing in Host that differs from :authority.
std::optional<Head::Fault> Head::check_authority() const {
  const Field *const authority = find(":authority");
  const Field *const host = find("host");
  if (authority == nullptr && host == nullptr) return Fault{0, "no :authority"};
  if (!http::is_authority(value(authority != nullptr ? *authority : *host))) {
    return Fault{0, ":authority is not host and port"};
  }
  const std::string_view scheme = value(":scheme");
  const bool same =
      authority == nullptr || host == nullptr ||
      http::equal(host_and_port(value(*authority), scheme), host_and_port(value(*host), scheme));
  if (!same) return Fault{0, "host differs from :authority"};
  return std::nullopt;
}

std::optional<Head::Fault> Head::check_target() const {
  const std::string_view path = value(":path");
  const bool asterisk = path == "*" && method() == "OPTIONS";
  if (!asterisk && !http::is_origin_form(path)) return Fault{0, ":path is not a path"};
  const std::string_view scheme = value(":scheme");
  if (!http::equal(scheme, "http") && !http::equal(scheme, "https")) {
    return Fault{400, "the scheme is neither http nor https"};
  }
  return std::nullopt;
}

bool Head::expects_continue() const {
  return find("expect") != nullptr;
}

std::uint64_t Head::length() const {
  const std::string_view text = value("content-length");
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole ? length : SLIPRING_LENGTH_UNKNOWN;
}

std::vector<slipring_field> Head::fields(bool all) {
  std::vector<slipring_field> fields;
  fields.reserve(fields_.size());
  std::size_t cookie = fields_.size();
  cookies_.clear();
  for (const Field &field : fields_) {
    const std::string_view name = this->name(field);
    if (name.starts_with(':') || (!all && is_framing(name))) continue;
    if (name == "cookie") {
      if (!cookies_.empty()) cookies_.append("; ");
      cookies_.append(value(field));
      if (cookie != fields_.size()) continue;
      cookie = fields.size();
    }
    fields.push_back({sdk::bytes(name), sdk::bytes(value(field))});
  }
  if (cookie < fields.size()) fields[cookie].value = sdk::bytes(cookies_);
  return fields;
}

slipring_http_request Head::request() const {
  slipring_http_request request{};
  request.struct_size = sizeof request;
  request.version = 20;
  request.method = sdk::bytes(method());
  request.scheme = sdk::bytes(value(":scheme"));
  request.authority = sdk::bytes(value(find(":authority") != nullptr ? ":authority" : "host"));
  const std::string_view target = value(":path");
  const std::size_t question = target.find('?');
  request.path = sdk::bytes(target.substr(0, question));
  if (question != target.npos) request.query = sdk::bytes(target.substr(question + 1));
  return request;
}

}  // namespace slipring::web
