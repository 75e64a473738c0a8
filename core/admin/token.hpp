// The token of the admin interface: what tells those who may read the state directory from everyone
// else who can reach a port of this machine.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/status.hpp"

namespace slipring::admin {

// Makes a new one and writes it to `file`, readable by its owner alone, in the place of whatever is
// there.
Result<std::string> make_token(const std::filesystem::path &file);

// Whether an Authorization field is "Bearer TOKEN". Takes as long whatever is wrong with a token of
// the right length.
bool has_token(std::string_view authorization, std::string_view token);

}  // namespace slipring::admin
