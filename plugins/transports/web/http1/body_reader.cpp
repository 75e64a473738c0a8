#include "body_reader.hpp"

#include <algorithm>
#include <slipring/cpp/bytes.hpp>
#include <utility>

#include "common/http_syntax.hpp"
#include "head_scanner.hpp"

namespace slipring::web {

namespace syntax = websocket::http;

struct BodyReader::Trailers {
  explicit Trailers(const HttpLimits &limits) : scanner(HeadScanner::Kind::trailers, limits) {}

  std::string bytes;
  HeadScanner scanner;
  std::vector<slipring_field> fields;  // borrowed from `bytes`
};

BodyReader::BodyReader(std::uint64_t length, const HttpLimits &limits)
    : limits_(limits), left_(length), place_(Place::data), chunked_(false) {
  if (length == 0) place_ = Place::complete;
  if (length == SLIPRING_LENGTH_UNKNOWN) {
    left_ = 0;
    place_ = Place::size;
    chunked_ = true;
  }
}

BodyReader::~BodyReader() = default;

BodyReader::Part BodyReader::next(std::span<char> &bytes) {
  while (!bytes.empty()) {
    if (place_ == Place::data) return take_data(bytes);
    if (place_ == Place::trailers) return take_trailers(bytes);
    if (!step(bytes.front())) return {Event::refused, {}};
    bytes = bytes.subspan(1);
  }
  return {Event::starved, {}};
}

std::span<const slipring_field> BodyReader::trailers() const {
  if (!trailers_) return {};
  return trailers_->fields;
}

BodyReader::Part BodyReader::take_data(std::span<char> &bytes) {
  const std::size_t size = std::min<std::uint64_t>(bytes.size(), left_);
  const std::string_view part(bytes.data(), size);
  bytes = bytes.subspan(size);
  left_ -= size;
  if (left_ == 0) place_ = chunked_ ? Place::data_cr : Place::complete;
  return {Event::data, part};
}

bool BodyReader::step(char c) {
  switch (place_) {
    case Place::size:
      return step_size(c);
    case Place::extension:
      return step_extension(c);
    case Place::size_lf:
      return c == '\n' ? end_size_line() : refuse(400, "the line of a chunk's size ends in CR LF");
    case Place::data_cr:
      place_ = Place::data_lf;
      return c == '\r' || refuse(400, "a chunk is longer than its size says");
    case Place::data_lf:
      place_ = Place::size;
      return c == '\n' || refuse(400, "CR LF is missing behind a chunk");
    default:
      return false;
  }
}

bool BodyReader::step_size(char c) {
  const int digit = syntax::hex_value(c);
  if (digit < 0) {
    if (line_ == 0) return refuse(400, "a chunk's size has to be hexadecimal digits");
    place_ = Place::extension;
    return step_extension(c);
  }
  constexpr std::size_t most_digits = 16;
  if (line_ == most_digits) return refuse(400, "a chunk's size has more than 16 digits");
  left_ = left_ << 4 | static_cast<std::uint64_t>(digit);
  return count_line_byte();
}

bool BodyReader::step_extension(char c) {
  if (c == '\r') {
    if (!extension_.may_end()) return refuse(400, "a malformed chunk extension");
    place_ = Place::size_lf;
    return true;
  }
  if (!extension_.step(c)) {
    return refuse(400, "behind a chunk's size stands neither CR LF nor an extension");
  }
  if (++extensions_ > limits_.head) {
    return refuse(400, "chunk extensions of more than " + std::to_string(limits_.head) + " bytes");
  }
  return count_line_byte();
}

bool BodyReader::end_size_line() {
  line_ = 0;
  extension_ = {};
  if (left_ == 0) {
    place_ = Place::trailers;
    trailers_ = std::make_unique<Trailers>(limits_);
    return true;
  }
  if (left_ > limits_.body - total_) {
    return refuse(413, "the body is over " + std::to_string(limits_.body) + " bytes");
  }
  total_ += left_;
  place_ = Place::data;
  return true;
}

bool BodyReader::count_line_byte() {
  if (++line_ <= limits_.chunk_line) return true;
  return refuse(400, "a chunk's size and extensions are over " +
                         std::to_string(limits_.chunk_line) + " bytes");
}

BodyReader::Part BodyReader::take_trailers(std::span<char> &bytes) {
  Trailers &all = *trailers_;
  const std::size_t before = all.bytes.size();
  const auto piece = bytes.first(std::min(bytes.size(), limits_.head + 1 - before));
  all.bytes.append(piece.begin(), piece.end());
  const auto state = all.scanner.scan(all.bytes);
  bytes = bytes.subspan(all.scanner.size() - before);
  switch (state) {
    case HeadScanner::State::incomplete:
      return {Event::starved, {}};
    case HeadScanner::State::refused:
      error_ = all.scanner.error();
      return {Event::refused, {}};
    case HeadScanner::State::complete:
      break;
  }
  all.bytes.resize(all.scanner.size());
  if (!read_trailers()) return {Event::refused, {}};
  place_ = Place::complete;
  return {Event::ended, {}};
}

bool BodyReader::read_trailers() {
  std::span<char> rest = trailers_->bytes;
  while (rest.size() > 2) {
    const std::string_view text(rest.data(), rest.size());
    const std::string_view line = text.substr(0, text.find('\r'));
    const std::size_t colon = std::min(line.find(':'), line.size());
    const std::string_view name = line.substr(0, colon);
    if (colon == line.size() || !syntax::is_token(name)) {
      return refuse(400, "a trailer that is not 'name: value', with a token for a name");
    }
    syntax::to_lower(rest.first(colon));
    if (syntax::is_forbidden_trailer(name)) {
      return refuse(400, "the field " + std::string(name) + " is not allowed in trailers");
    }
    const std::string_view value = syntax::trim(line.substr(colon + 1));
    trailers_->fields.push_back({sdk::bytes(name), sdk::bytes(value)});
    rest = rest.subspan(line.size() + 2);
  }
  return true;
}

bool BodyReader::refuse(int status, std::string message) {
  error_.status = status;
  error_.message = std::move(message);
  return false;
}

}  // namespace slipring::web
