// The answer to a request that no adapter answers: one line, of plain text unless `fields` say
// otherwise.
#pragma once

#include <slipring/ext/profile-http.h>

#include <span>
#include <string>
#include <utility>

#include "common/http_error.hpp"

namespace slipring::web {

using FieldList = std::span<const std::pair<std::string, std::string>>;

struct Persistence {
  bool keep_alive = false;
  bool http10 = false;
};

// The whole response. 426 says what to upgrade to (RFC 9110 §15.5.22), 503 when to come again.
std::string render_refusal(const websocket::HttpError &error, Persistence persistence,
                           FieldList fields = {});

}  // namespace slipring::web
