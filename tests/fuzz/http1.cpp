// Whatever a client of HTTP/1.1 sends, in whatever pieces: heads and bodies are read the same, and
// stay within their limits; each request is answered at most once, in order; behind an error there
// is no further answer and no further request.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <slipring/cpp/bytes.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "common/http_syntax.hpp"
#include "http1/body_reader.hpp"
#include "http1/fakes.hpp"
#include "http1/request_reader.hpp"

namespace {

using namespace slipring::web;
namespace syntax = slipring::websocket::http;

constexpr std::string_view answer_head = "HTTP/1.1 ";
constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

HttpLimits limits() {
  HttpLimits small;
  small.head = 400;
  small.fields = 8;
  small.target = 64;
  small.body = 300;
  small.chunk_line = 24;
  return small;
}

void require(bool condition) {
  if (!condition) std::abort();
}

bool is_visible(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

void check_head(const RequestHead &head) {
  const HttpLimits limit = limits();
  require(syntax::is_token(head.method) && is_visible(head.path) && is_visible(head.query));
  require(head.path == "*" || head.path.starts_with('/'));
  require(head.path.size() + head.query.size() <= limit.target + 1);
  require(head.version == 10 || head.version == 11);
  require(head.authority.empty() ? head.version == 10 : syntax::is_authority(head.authority));
  require(head.fields.size() <= limit.fields);
  require(head.length <= limit.body || head.length == SLIPRING_LENGTH_UNKNOWN);
  for (const slipring_field &field : head.fields) {
    const std::string_view value = slipring::sdk::view(field.value);
    require(syntax::is_token(slipring::sdk::view(field.name)));
    require(std::all_of(value.begin(), value.end(), syntax::is_field_byte));
  }
}

// A head and the body behind it, as text.
std::string read(std::string bytes, std::size_t cut) {
  const HttpLimits limit = limits();
  RequestReader reader(limit);
  std::uint64_t length = 0;
  std::string seen;
  std::span<char> rest(bytes);
  for (auto state = RequestReader::State::incomplete; state != RequestReader::State::complete;) {
    if (rest.empty()) return "incomplete";
    auto piece = rest.first(std::min(cut, rest.size()));
    const std::size_t offered = piece.size();
    RequestHead head;
    state = reader.feed(piece, head);
    rest = rest.subspan(offered - piece.size());
    if (state == RequestReader::State::refused) return "refused: " + reader.error().message;
    if (state != RequestReader::State::complete) continue;
    check_head(head);
    seen.append(head.method).append(" ").append(head.path).append("\n");
    length = head.length;
  }
  BodyReader body(length, limit);
  std::size_t size = 0;
  while (!body.complete() && !rest.empty()) {
    auto piece = rest.first(std::min(cut, rest.size()));
    const std::size_t offered = piece.size();
    const BodyReader::Part part = body.next(piece);
    rest = rest.subspan(offered - piece.size());
    seen += part.bytes;
    size += part.bytes.size();
    require(size <= limit.body);
    if (part.event == BodyReader::Event::refused) return seen + "refused: " + body.error().message;
  }
  if (!body.complete()) return seen + "incomplete";
  require(length == SLIPRING_LENGTH_UNKNOWN || size == length);
  for (const slipring_field &field : body.trailers()) {
    require(!syntax::is_forbidden_trailer(slipring::sdk::view(field.name)));
  }
  return seen + "rest " + std::string(rest.begin(), rest.end());
}

struct Course {
  std::string sent;
  std::deque<http1_test::Seen> seen;
  bool over = false;
  std::string for_next;

  bool operator==(const Course &) const = default;
};

// Final ones, and 101. No body that we send has a head in it.
std::size_t count_answers(std::string_view sent) {
  std::size_t count = 0;
  for (std::size_t at = sent.find(answer_head); at != sent.npos;
       at = sent.find(answer_head, at + 1)) {
    count += !sent.substr(at).starts_with(go_on);
  }
  return count;
}

enum Manner : unsigned { answers, answers_in_chunks, reads_late, refuses };

// A whole connection, whose host answers what can be answered, in one of several ways.
Course serve(std::string_view bytes, std::size_t cut, Manner manner) {
  Settings settings;
  settings.http = limits();
  http1_test::Connection on(settings);
  on.cut = cut;
  if (manner == refuses) on.front.answer = SLIPRING_NOT_FOUND;
  if (manner == reads_late) on.front.parts_until_pause = 0;
  on.client_says(bytes);
  on.client_ends();
  std::size_t answered = 0;
  while (!on.link.over() && manner != refuses && answered < on.front.seen.size()) {
    answered = on.front.seen.size();
    on.reads(true);
    on.respond(200, manner == answers_in_chunks ? SLIPRING_LENGTH_UNKNOWN : 2);
    on.write({"o", "k"});
    on.finish();
  }
  on.turn();
  require(on.link.over());
  const std::size_t refused = on.counted.bad_requests;
  require(refused <= 1);
  require(count_answers(on.link.sent) <= on.counted.requests + refused);
  require(on.link.sent.find("<sent after the end>") == std::string::npos);
  const std::size_t bad = on.link.sent.find("HTTP/1.1 400");
  if (bad != std::string::npos) {
    require(count_answers(std::string_view(on.link.sent).substr(bad)) == 1);
  }
  for (const http1_test::Seen &seen : on.front.seen) {
    require(seen.body.find("<body after the end>") == std::string::npos ||
            bytes.find('<') != bytes.npos);
    require(manner == refuses || seen.closed >= 0);
  }
  std::string sent = on.take_sent();
  // Whether it was asked for before the body came is a matter of the cut.
  for (std::size_t at = sent.find(go_on); at != sent.npos; at = sent.find(go_on, at)) {
    sent.erase(at, go_on.size());
  }
  return {std::move(sent), on.front.seen, on.link.over(), on.link.for_next};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = data[0] % 64 + 1;
  const auto manner = static_cast<Manner>(data[0] / 64);
  const std::string bytes(reinterpret_cast<const char *>(data) + 1, size - 1);

  require(read(bytes, bytes.size() + 1) == read(bytes, piece));
  require(serve(bytes, bytes.size() + 1, manner) == serve(bytes, piece, manner));
  return 0;
}
