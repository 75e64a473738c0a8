#include "head_scanner.hpp"

#include <utility>

#include "common/http_syntax.hpp"

namespace slipring::web {
namespace {

constexpr std::size_t longest_method = 32;

}  // namespace

HeadScanner::State HeadScanner::scan(std::string_view bytes) {
  while (seen_ < bytes.size()) {
    if (started_ && seen_ > line_ && bytes[seen_ - 1] != '\r') {
      skip_ordinary(bytes.substr(0, limits_->head));
      if (seen_ == bytes.size()) break;
    }
    if (!check_byte(bytes)) return State::refused;
    ++seen_;
    if (complete_) return State::complete;
  }
  return State::incomplete;
}

// Nearly all bytes of a head are such: within a field line, and allowed there.
void HeadScanner::skip_ordinary(std::string_view bytes) {
  std::size_t at = seen_;
  while (at < bytes.size() && websocket::http::is_field_byte(bytes[at])) ++at;
  seen_ = at;
}

bool HeadScanner::check_byte(std::string_view bytes) {
  if (seen_ == limits_->head) {
    const std::string limit = std::to_string(limits_->head);
    if (!started_) return refuse(414, "the request line is over " + limit + " bytes");
    return refuse(431, kind_ == Kind::head ? "the request's head is over " + limit + " bytes"
                                           : "the trailers are over " + limit + " bytes");
  }
  const char c = bytes[seen_];
  const bool after_cr = seen_ > line_ && bytes[seen_ - 1] == '\r';
  if (after_cr != (c == '\n')) {
    return refuse(400, after_cr ? "a CR without LF; lines end in CR LF"
                                : "a LF without CR; lines end in CR LF");
  }
  if (c == '\n') return end_line(bytes);
  if (c != '\r' && !websocket::http::is_field_byte(c)) {
    return refuse(400, "a control byte in the request's head");
  }
  if (!started_) return check_request_line_byte(bytes);
  if (seen_ == line_ && (c == ' ' || c == '\t')) {
    return refuse(400, "a field line that begins with white space; lines are not folded");
  }
  return true;
}

bool HeadScanner::check_request_line_byte(std::string_view bytes) {
  const bool is_space = bytes[seen_] == ' ';
  if (target_ == 0) {
    if (is_space) {
      target_ = seen_ + 1;
    } else if (seen_ - line_ == longest_method) {
      return refuse(501, "a method of more than " + std::to_string(longest_method) + " bytes");
    }
    return true;
  }
  target_ended_ |= is_space;
  if (!target_ended_ && bytes[seen_] != '\r' && seen_ - target_ == limits_->target) {
    return refuse(414, "the target is over " + std::to_string(limits_->target) + " bytes");
  }
  return true;
}

bool HeadScanner::end_line(std::string_view bytes) {
  const bool empty = seen_ == line_ + 1;
  const bool first = line_ == 0;
  line_ = seen_ + 1;
  if (!empty) {
    if (std::exchange(started_, true) && ++fields_ > limits_->fields) {
      return refuse(431, "more than " + std::to_string(limits_->fields) +
                             (kind_ == Kind::head ? " header fields" : " trailer fields"));
    }
    if (kind_ == Kind::head && fields_ == 0)
      error_.without_body = bytes.substr(begin_, 5) == "HEAD ";
    return true;
  }
  if (started_) {
    complete_ = true;
    return true;
  }
  begin_ = line_;
  return first || refuse(400, "more than one empty line before the request");
}

bool HeadScanner::refuse(int status, std::string message) {
  error_.status = status;
  error_.message = std::move(message);
  return false;
}

}  // namespace slipring::web
