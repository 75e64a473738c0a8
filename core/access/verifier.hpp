// Verifier: who stands behind a token. The one thing that differs between kinds of tokens.
//
// Thread-safety: const, any thread; called on shards, so it waits for nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace slipring::access {

class Verifier {
 public:
  virtual ~Verifier() = default;

  // Whom the token names; nothing: it is nobody's, or no longer.
  virtual std::optional<std::string> verify(std::string_view token) const = 0;
};

}  // namespace slipring::access
