// Steps over JSON (RFC 8259) without building anything of it: whether a text is JSON, and where the
// parts of an object or array lie in it. So a member that is passed on keeps its text byte for
// byte: 1.0 stays 1.0, and no number is too large.
//
// Strict: UTF-8 without surrogates or overlong forms, escaped surrogates only in pairs, no
// extensions. Arrays and objects lie at most 32 deep. Names may repeat; callers decide.
//
// Made here because Boost.JSON's push parser does not say where a member lies or where an error is,
// and refuses 1e99999999999. Checking and splitting in one go takes as long as that parser alone.
// The fuzz target json_v1 holds the two against each other.
//
// Thread-safety: one thread for each scanner; the functions are pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace slipring::json_v1 {

constexpr int json_depth = 32;

struct JsonError {
  const char *accepted = nullptr;  // what may stand there; nullptr: no error
  size_t at = 0;                   // byte in the text, from 0

  explicit operator bool() const noexcept { return accepted != nullptr; }
};

class JsonScanner {
 public:
  explicit JsonScanner(std::string_view text) noexcept
      : begin_(text.data()), end_(begin_ + text.size()) {}

  // The text is one value.
  bool value() noexcept;

  // The text is one object: calls take(name, value) for each member, `name` without its quotes but
  // with its escapes. What was taken means nothing unless the answer is true.
  template <class Take>
  bool object(Take &&take) {
    const char *at = open(begin_, '{');
    if (at == nullptr) return false;
    bool more = !closes(at, '}');
    while (more) {
      std::string_view name;
      std::string_view raw;
      at = value(this->name(at, name), raw);
      if (at == nullptr) return false;
      take(name, raw);
      if (!goes_on(at, '}', more)) return false;
    }
    return ended(at);
  }

  // Likewise for an array: take(value).
  template <class Take>
  bool array(Take &&take) {
    const char *at = open(begin_, '[');
    if (at == nullptr) return false;
    bool more = !closes(at, ']');
    while (more) {
      std::string_view raw;
      at = value(at, raw);
      if (at == nullptr) return false;
      take(raw);
      if (!goes_on(at, ']', more)) return false;
    }
    return ended(at);
  }

  // After an answer of false: what is wrong.
  const JsonError &error() const noexcept { return error_; }

 private:
  // Each step takes where it begins and returns where it ends; nullptr: error_ is set, and steps
  // that are given nullptr do nothing.
  const char *fail(const char *at, const char *accepted) noexcept;
  const char *space(const char *at) const noexcept;
  const char *open(const char *at, char bracket) noexcept;
  bool closes(const char *&at, char bracket) const noexcept;
  bool goes_on(const char *&at, char bracket, bool &more) noexcept;
  bool ended(const char *at) noexcept;
  const char *name(const char *at, std::string_view &name) noexcept;
  const char *value(const char *at, std::string_view &raw) noexcept;

  const char *any(const char *at, int depth) noexcept;
  const char *members(const char *at, int depth) noexcept;
  const char *elements(const char *at, int depth) noexcept;
  const char *string(const char *at) noexcept;
  const char *escape(const char *at) noexcept;
  const char *hex4(const char *at, unsigned &unit) noexcept;
  const char *number(const char *at) noexcept;
  const char *digits(const char *at) noexcept;
  const char *literal(const char *at, std::string_view word) noexcept;

  const char *begin_;
  const char *end_;
  JsonError error_;
};

bool is_json(std::string_view text) noexcept;

// What stands at the error and what may stand there, in one line.
std::string describe(std::string_view text, const JsonError &error);

}  // namespace slipring::json_v1
