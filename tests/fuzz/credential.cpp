// Whatever a client brings: the query up to the first line end, then Authorization, then one Cookie
// field in each line; and all of it as a file of tokens. What is found stands in the request, what
// is left of the query has no ticket in it, and an error says nothing of what was brought.
#include "access/credential.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "access/page_rules.hpp"
#include "access/token_file.hpp"

namespace {

namespace access = slipring::access;
using access::Carrier;
using slipring::to_bytes;

void require(bool condition) {
  if (!condition) std::abort();
}

std::string_view cut_line(std::string_view &text) {
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

bool is_inside(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void check_query(std::string_view query, const access::Request &request) {
  const auto rest = access::without_ticket(query);
  const access::Carriers tickets{.bearer = false, .cookie = {}, .ticket = true};
  const auto before = access::find_credential(tickets, request);
  const bool has_some = !before || before->carrier == Carrier::ticket;
  require(has_some == rest.has_value());
  if (!rest) return;
  require(rest->size() < query.size() && !access::without_ticket(*rest));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char *>(data), size);
  std::string_view rest = all;
  access::Request request;
  request.query = cut_line(rest);
  std::vector<slipring_field> fields = {{to_bytes("authorization"), to_bytes(cut_line(rest))}};
  while (!rest.empty()) fields.push_back({to_bytes("cookie"), to_bytes(cut_line(rest))});
  request.fields = fields;
  check_query(request.query, request);
  const access::Carriers carriers{.bearer = true, .cookie = "session", .ticket = true};
  if (const auto found = access::find_credential(carriers, request)) {
    require(is_inside(found->secret, all));
    require(found->carrier != Carrier::none || found->secret.empty());
  }
  request.origin = request.query;
  request.authority = fields.size() > 1 ? slipring::to_text(fields[1].value) : "";
  (void)access::may_use(access::Ambient::cookie, request, {"https://app.example"});
  (void)access::may_use_ticket("https://app.example", request);
  const auto tokens = access::TokenFile::parse(all, "tokens");
  if (tokens) (void)(*tokens)->verify("a");
  require(tokens || tokens.status().message().starts_with("tokens:"));
  return 0;
}
