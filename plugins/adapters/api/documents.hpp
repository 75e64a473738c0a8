// The two documents, put together out of what adapters say of their mounts
// (slipring/ext/description.h). Nothing of that is understood here but where it belongs: members of
// objects are gathered as they were written, and of several with one name the first one counts.
//
// Thread-safety: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace slipring::api {

struct Documents {
  std::string openapi;
  std::string asyncapi;
};

// `collected`: what slipring_description_host.collect gave. Nothing: it is not that.
std::optional<Documents> make_documents(std::string_view collected, std::string_view title);

// JSON without space around its values.
std::string compact(std::string_view json);

}  // namespace slipring::api
