#include "plugin/process_maps.hpp"

#include <elf.h>
#include <link.h>

#include <cstring>
#include <fstream>
#include <string_view>

namespace slipring::plugin {
namespace {

struct Search {
  std::string path;
  std::string build_id;
};

std::string hex(const unsigned char *bytes, size_t size) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (size_t i = 0; i < size; ++i) {
    text += digits[bytes[i] >> 4];
    text += digits[bytes[i] & 15];
  }
  return text;
}

std::string build_id_in(const unsigned char *notes, size_t size, size_t align) {
  const auto round_up = [align](size_t n) { return (n + align - 1) / align * align; };
  while (size >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) head;
    std::memcpy(&head, notes, sizeof(head));
    const size_t body_at = round_up(sizeof(head) + head.n_namesz);
    const size_t whole = round_up(body_at + head.n_descsz);
    if (whole > size) break;
    const bool is_gnu = head.n_namesz == 4 && std::memcmp(notes + sizeof(head), "GNU", 4) == 0;
    if (is_gnu && head.n_type == NT_GNU_BUILD_ID) return hex(notes + body_at, head.n_descsz);
    notes += whole;
    size -= whole;
  }
  return {};
}

int visit(dl_phdr_info *info, size_t, void *data) {
  auto &search = *static_cast<Search *>(data);
  if (search.path != info->dlpi_name) return 0;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto &segment = info->dlpi_phdr[i];
    if (segment.p_type != PT_NOTE) continue;
    const auto *notes = reinterpret_cast<const unsigned char *>(info->dlpi_addr + segment.p_vaddr);
    search.build_id = build_id_in(notes, segment.p_memsz, segment.p_align == 8 ? 8 : 4);
    if (!search.build_id.empty()) break;
  }
  return 1;
}

}  // namespace

bool is_mapped(const std::filesystem::path &path) {
  static constexpr std::string_view deleted = " (deleted)";
  const std::string wanted = path.string();
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    std::string_view text = line;
    if (text.ends_with(deleted)) text.remove_suffix(deleted.size());
    if (text.ends_with(wanted)) return true;
  }
  return false;
}

std::string mapped_build_id(const std::filesystem::path &path) {
  Search search{path.string(), {}};
  dl_iterate_phdr(&visit, &search);
  return search.build_id;
}

}  // namespace slipring::plugin
