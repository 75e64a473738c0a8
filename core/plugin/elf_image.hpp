// ElfImage: what an ELF shared object says of itself, read from its bytes without running it.
//
// Boost.DLL's library_info cannot read a section's bytes and throws on garbage; this reader follows
// program headers only (they survive `strip`), checks every offset against the bytes it was given,
// and answers with a Status that names the check. The file format is the System V ABI's, 64 bits,
// little endian.
//
// Thread-safety: plain value. The image borrows nothing: names are copied.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/status.hpp"

namespace slipring::plugin {

struct ElfSymbol {
  std::string name;
  bool defined = false;
  bool unique = false;  // STB_GNU_UNIQUE: shared between versions, and pins the object
};

struct ElfImage {
  std::string build_id;                         // lower-case hex; empty when there is none
  std::vector<std::vector<uint8_t>> manifests;  // descriptors of notes owned by "slipring", type 1
  std::vector<std::string> needed;              // DT_NEEDED, in order
  std::vector<ElfSymbol> symbols;               // of the dynamic symbol table
  bool no_delete = false;                       // DF_1_NODELETE: cannot be unmapped

  static Result<ElfImage> read(std::span<const uint8_t> file);
};

}  // namespace slipring::plugin
