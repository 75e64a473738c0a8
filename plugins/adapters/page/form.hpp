// The body of a form: application/x-www-form-urlencoded (WHATWG URL §5.1), read strictly.
#pragma once

#include <slipring/cpp/status.hpp>
#include <string>
#include <string_view>

namespace slipring::page {

struct Form {
  std::string topic;
  std::string data;
};

// Whether a content type names such a body, whatever its parameters.
bool is_form(std::string_view content_type);

// INVALID_ARGUMENT, with a line for people: no topic, a field twice or unknown, an escape that is
// none.
sdk::Status read_form(std::string_view body, Form &form);

}  // namespace slipring::page
