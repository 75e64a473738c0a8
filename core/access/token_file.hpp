// TokenFile: tokens that an operator has given out, by name.
//
// Each line is the SHA-256 of a token in 64 hexadecimal digits, a space, and the identity it stands
// for; empty lines and those that begin with # say nothing. Several tokens may name one identity,
// so that one can be replaced by another. The file holds no secret but has to be kept from others
// all the same: who can write it lets himself in, who can read it can guess at weak tokens.
//
// Thread-safety: const, any thread.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "access/digest.hpp"
#include "access/verifier.hpp"
#include "base/status.hpp"

namespace slipring::access {

class TokenFile final : public Verifier {
 public:
  static constexpr size_t max_tokens = 4096;
  static constexpr size_t max_identity = 256;  // bytes

  // An error names the line and never what stands in it: it may be a token.
  static Result<std::shared_ptr<const TokenFile>> read(const std::filesystem::path &file);
  // `name` stands for the file in messages.
  static Result<std::shared_ptr<const TokenFile>> parse(std::string_view text,
                                                        const std::string &name);

  // Compares with all of them, each whole.
  std::optional<std::string> verify(std::string_view token) const override;

  size_t size() const { return entries_.size(); }

 private:
  using Entry = std::pair<Digest, std::string>;
  std::vector<Entry> entries_;
};

}  // namespace slipring::access
