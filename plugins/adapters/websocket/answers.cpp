#include "answers.hpp"

#include <array>

#include "json_text.hpp"

namespace slipring::json_v1 {

namespace {

// {"op":"…" and the id, when there is one.
void begin(std::string &to, std::string_view op, std::string_view id) {
  to.assign("{\"op\":\"").append(op) += '"';
  if (!id.empty()) to.append(",\"id\":").append(id);
}

void append_gap(std::string &to, const sdk::Subscribed &made) {
  to += ",\"from\":{\"gap\":{";
  const size_t before = to.size();
  append_member(to, "from", made.gap_from);
  append_member(to, "to", made.gap_to);
  append_member(to, "reason", made.reason);
  if (to.size() > before) to.erase(before, 1);
  to += "}}";
}

std::string_view reason_of(uint32_t cause) noexcept {
  switch (cause) {
    case SLIPRING_END_HOST:
      return "service restart";
    case SLIPRING_END_LIMIT:
      return "over a limit";
    case SLIPRING_END_TAKEN_OVER:
      return "taken over";
    case SLIPRING_END_EXPIRED:
      return "authority expired";
    case SLIPRING_END_DEADLINE:
      return "deadline";
    default:
      return "closed by the host";
  }
}

}  // namespace

std::string_view status_name(slipring_status code) noexcept {
  constexpr std::array<std::string_view, 17> names = {
      "OK",
      "CANCELLED",
      "UNKNOWN",
      "INVALID_ARGUMENT",
      "DEADLINE_EXCEEDED",
      "NOT_FOUND",
      "ALREADY_EXISTS",
      "PERMISSION_DENIED",
      "RESOURCE_EXHAUSTED",
      "FAILED_PRECONDITION",
      "ABORTED",
      "OUT_OF_RANGE",
      "UNIMPLEMENTED",
      "INTERNAL",
      "UNAVAILABLE",
      "DATA_LOSS",
      "UNAUTHENTICATED",
  };
  const auto index = static_cast<size_t>(code);
  return index < names.size() ? names[index] : names[SLIPRING_UNKNOWN];
}

void append_member(std::string &to, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  to.append(",\"").append(name).append("\":");
  append_string(to, text);
}

void write_error(std::string &to, std::string_view id, slipring_status code,
                 std::string_view message) {
  begin(to, "error", id);
  append_member(to, "status", status_name(code));
  append_member(to, "message", message);
  to += '}';
}

void write_subscribed(std::string &to, std::string_view id, const sdk::Subscribed &made) {
  begin(to, "subscribed", id);
  if (made.has_gap()) {
    append_gap(to, made);
  } else if (made.recovered) {
    to.append(",\"from\":{\"recovered\":").append(std::to_string(*made.recovered)) += '}';
  } else if (made.recovers()) {
    to += ",\"from\":{\"recovering\":true}";
  } else {
    append_member(to, "from", "live");
  }
  append_member(to, "cursor", made.cursor);
  to += '}';
}

void write_unsubscribed(std::string &to, std::string_view id, std::string_view sub) {
  begin(to, "unsubscribed", id);
  to.append(",\"sub\":").append(sub) += '}';
}

void write_published(std::string &to, std::string_view id, std::string_view position,
                     bool duplicate) {
  begin(to, "published", id);
  append_member(to, "position", position);
  if (duplicate) to += ",\"duplicate\":true";
  to += '}';
}

void write_cursor(std::string &to, std::string_view id, std::string_view sub,
                  std::string_view cursor) {
  begin(to, "cursor", id);
  to.append(",\"sub\":").append(sub);
  append_member(to, "cursor", cursor);
  to += '}';
}

void write_gap(std::string &to, std::string_view sub, const sdk::Gap &gap) {
  begin(to, "gap", {});
  if (!sub.empty()) to.append(",\"sub\":").append(sub);
  append_member(to, "from", gap.from);
  append_member(to, "to", gap.to);
  if (gap.count != 0) to.append(",\"count\":").append(std::to_string(gap.count));
  append_member(to, "reason", gap.reason);
  to += '}';
}

void write_closing(std::string &to, const sdk::Ending &ending, const sdk::Comeback &comeback) {
  begin(to, "closing", {});
  append_member(to, "reason", reason_of(ending.cause));
  to.append(",\"retry_ms\":").append(std::to_string(comeback.after_ms)) += '}';
}

}  // namespace slipring::json_v1
