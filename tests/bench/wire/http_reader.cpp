#include "wire/http_reader.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <stdexcept>
#include <string>

namespace slipring::bench {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr unsigned no_content = 204;
constexpr uint64_t until_closed = UINT64_MAX;

uint64_t number(std::string_view text, int base) {
  uint64_t value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value, base).ec != std::errc()) {
    throw std::runtime_error("found no number: " + std::string(text.substr(0, 40)));
  }
  return value;
}

std::string lower(std::string_view text) {
  std::string copy(text);
  std::ranges::transform(copy, copy.begin(), [](unsigned char c) { return std::tolower(c); });
  return copy;
}

}  // namespace

size_t HttpReader::receive(std::string_view bytes, Listener &listener) {
  size_t used = 0;
  while (used < bytes.size()) {
    const std::string_view rest = bytes.substr(used);
    const bool is_content = expects_ == Expects::body || expects_ == Expects::chunk;
    const size_t step = expects_ == Expects::head ? read_head(rest, listener)
                        : is_content              ? read_body(rest, listener)
                                                  : read_line(rest, listener);
    if (step == 0) break;
    used += step;
  }
  return used;
}

size_t HttpReader::read_head(std::string_view bytes, Listener &listener) {
  const size_t end_of_head = bytes.find("\r\n\r\n");
  if (end_of_head == std::string_view::npos) return 0;
  const std::string_view text = bytes.substr(0, end_of_head);
  if (!text.starts_with("HTTP/1.1 ")) throw std::runtime_error("found no response of HTTP/1.1");
  const std::string fields = lower(text);
  const auto status = static_cast<unsigned>(number(text.substr(9), 10));
  constexpr std::string_view length = "\r\ncontent-length: ";
  const size_t at = fields.find(length);
  listener.head(status, text);
  expects_ = Expects::body;
  if (status == no_content) {
    left_ = 0;
  } else if (fields.find("\r\ntransfer-encoding: chunked") != std::string::npos) {
    expects_ = Expects::chunk_size;
  } else {
    left_ = at == std::string::npos ? until_closed : number(text.substr(at + length.size()), 10);
  }
  if (expects_ == Expects::body && left_ == 0) end(listener);
  return end_of_head + 4;
}

size_t HttpReader::read_body(std::string_view bytes, Listener &listener) {
  const std::string_view piece = bytes.substr(0, left_);
  listener.body(piece);
  left_ -= piece.size();
  if (left_ != 0) return piece.size();
  expects_ == Expects::chunk ? void(expects_ = Expects::chunk_end) : end(listener);
  return piece.size();
}

size_t HttpReader::read_line(std::string_view bytes, Listener &listener) {
  const size_t end_of_line = bytes.find(line_end);
  if (end_of_line == std::string_view::npos) return 0;
  if (expects_ == Expects::chunk_end) {
    expects_ = Expects::chunk_size;
  } else if (expects_ == Expects::chunk_size) {
    left_ = number(bytes, 16);
    expects_ = left_ == 0 ? Expects::trailers : Expects::chunk;
  } else if (end_of_line == 0) {
    end(listener);
  }
  return end_of_line + line_end.size();
}

void HttpReader::end(Listener &listener) {
  expects_ = Expects::head;
  listener.ended();
}

}  // namespace slipring::bench
