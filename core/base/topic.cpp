#include "base/topic.hpp"

#include <functional>
#include <string>

#include "base/utf8.hpp"
#include "base/words.hpp"

namespace slipring {
namespace {

// The levels of a topic or filter, one after another.
class Levels {
 public:
  explicit Levels(std::string_view text) : rest_(text) { next(); }

  bool ended() const { return ended_; }
  std::string_view level() const { return level_; }
  // Where the level begins.
  size_t offset() const { return offset_; }

  void next() {
    if (last_) {
      ended_ = true;
      level_ = {};
      return;
    }
    offset_ += step_;
    const size_t slash = rest_.find('/');
    last_ = slash == std::string_view::npos;
    level_ = rest_.substr(0, slash);
    step_ = level_.size() + 1;
    if (!last_) rest_.remove_prefix(step_);
  }

 private:
  std::string_view rest_;
  std::string_view level_;
  size_t offset_ = 0;
  size_t step_ = 0;
  bool last_ = false;
  bool ended_ = false;
};

bool is_wildcard(std::string_view level) {
  return level == "+" || level == "#";
}

bool is_reserved(std::string_view text) {
  return text.starts_with('$');
}

// Whether it is a topic at first sight, as most are.
bool is_ordinary(std::string_view topic) {
  return !topic.empty() && topic.size() <= max_topic_size && !is_reserved(topic) &&
         is_plain_ascii(topic) && !has_wildcard(topic);
}

// What topics and filters have in common.
Status check_text(std::string_view what, std::string_view text) {
  const auto invalid = [what](std::string message) {
    return Status::invalid(std::string(what) + ": " + std::move(message));
  };
  if (text.empty()) return invalid("is empty, accepted are 1 to 65535 bytes");
  if (text.size() > max_topic_size) {
    return invalid("has " + std::to_string(text.size()) + " bytes, accepted are 1 to 65535");
  }
  if (is_utf8_without_null(text)) return Status::ok();
  if (!is_utf8(text)) return invalid("is not UTF-8");
  return invalid("found U+0000 at byte " + std::to_string(text.find('\0')) +
                 ", every other character is accepted");
}

}  // namespace

Status check_topic(std::string_view topic) {
  if (is_ordinary(topic)) return Status::ok();
  if (Status status = check_text("topic", topic); !status.is_ok()) return status;
  if (has_wildcard(topic)) {
    const size_t at = topic.find_first_of("+#");
    return Status::invalid(std::string("topic: found ") + topic[at] + " at byte " +
                           std::to_string(at) + ", wildcards are accepted in filters only");
  }
  if (is_reserved(topic)) {
    return {SLIPRING_PERMISSION_DENIED,
            "topic: begins with $, such topics are reserved for the host"};
  }
  return Status::ok();
}

Status check_filter(std::string_view filter) {
  if (Status status = check_text("filter", filter); !status.is_ok()) return status;
  for (Levels at(filter); !at.ended(); at.next()) {
    const size_t found = at.level().find_first_of("+#");
    if (found == std::string_view::npos) continue;
    const char wildcard = at.level()[found];
    const auto invalid = [&](const char *accepted) {
      return Status::invalid(std::string("filter: found ") + wildcard + " at byte " +
                             std::to_string(at.offset() + found) + ", " + accepted);
    };
    if (at.level().size() > 1) return invalid("a wildcard is accepted only as a whole level");
    if (wildcard == '#' && at.offset() + 1 != filter.size()) {
      return invalid("# is accepted only as the last level");
    }
  }
  if (Levels(filter).level() == "$share") {
    return Status::invalid(
        "filter: begins with $share, groups do not exist yet; accepted is the filter alone");
  }
  return Status::ok();
}

bool filter_matches(std::string_view filter, std::string_view topic) {
  Levels wish(filter);
  Levels have(topic);
  if (is_reserved(topic) && is_wildcard(wish.level())) return false;
  for (; !wish.ended(); wish.next(), have.next()) {
    if (wish.level() == "#") return true;
    if (have.ended()) return false;
    if (wish.level() != "+" && wish.level() != have.level()) return false;
  }
  return have.ended();
}

bool filters_intersect(std::string_view a, std::string_view b) {
  // They have only the empty text in common, and that is no topic.
  if ((a == "+" && b == "/#") || (a == "/#" && b == "+")) return false;
  Levels left(a);
  Levels right(b);
  if (is_reserved(a) && is_wildcard(right.level())) return false;
  if (is_reserved(b) && is_wildcard(left.level())) return false;
  for (; !left.ended() && !right.ended(); left.next(), right.next()) {
    // Whatever the other one still asks for, some topic has it.
    if (left.level() == "#" || right.level() == "#") return true;
    if (left.level() != "+" && right.level() != "+" && left.level() != right.level()) return false;
  }
  // The end of one is met by the end of the other, or by a "#" that matches no level.
  return (left.ended() || left.level() == "#") && (right.ended() || right.level() == "#");
}

bool has_wildcard(std::string_view filter) {
  return any_word(filter, [](uint64_t word) { return has_byte(word, '+') || has_byte(word, '#'); });
}

uint64_t hash_topic(std::string_view topic) {
  return std::hash<std::string_view>()(topic);
}

}  // namespace slipring
