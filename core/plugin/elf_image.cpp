// How the pieces hang together: the ELF header gives the program headers; PT_NOTE segments hold the
// build id and the manifest; PT_DYNAMIC lists needed libraries, the symbol and string tables (as
// addresses, which the PT_LOAD segments map back to file offsets) and a hash table, which is the
// only place that tells how many symbols there are. A file that was cut off anywhere fails one of
// the range checks, since linkers put the section headers at its end and their extent is checked
// too.
#include "plugin/elf_image.hpp"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>

namespace slipring::plugin {
namespace {

constexpr size_t max_symbols = 1'000'000;

// Reads through a window of the file; every access is checked.
class Reader {
 public:
  explicit Reader(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  template <class T>
  std::optional<T> at(uint64_t offset) const {
    if (!contains(offset, sizeof(T))) return std::nullopt;
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof(T));
    return value;
  }

  std::optional<std::span<const uint8_t>> range(uint64_t offset, uint64_t size) const {
    if (!contains(offset, size)) return std::nullopt;
    return bytes_.subspan(offset, size);
  }

  std::optional<std::string> text(uint64_t offset) const {
    if (offset >= bytes_.size()) return std::nullopt;
    const auto rest = bytes_.subspan(offset);
    const auto end = std::find(rest.begin(), rest.end(), 0);
    if (end == rest.end()) return std::nullopt;
    return std::string(rest.begin(), end);
  }

  bool contains(uint64_t offset, uint64_t size) const {
    return offset <= bytes_.size() && size <= bytes_.size() - offset;
  }
  size_t size() const { return bytes_.size(); }

 private:
  std::span<const uint8_t> bytes_;
};

Status truncated(std::string_view part, size_t size) {
  return Status::invalid("the file ends inside its " + std::string(part) + " (" +
                         std::to_string(size) + " bytes long): truncated or still being copied");
}

class Parser {
 public:
  explicit Parser(std::span<const uint8_t> file) : file_(file) {}

  Status parse(ElfImage &image) {
    if (Status status = read_header(); !status.is_ok()) return status;
    for (const Elf64_Phdr &segment : segments_) {
      Status status;
      if (segment.p_type == PT_NOTE) status = read_notes(segment, image);
      if (segment.p_type == PT_DYNAMIC) status = read_dynamic(segment, image);
      if (!status.is_ok()) return status;
    }
    return Status::ok();
  }

 private:
  Status read_header() {
    const auto header = file_.at<Elf64_Ehdr>(0);
    const auto magic = file_.range(0, SELFMAG);
    if (!magic || std::memcmp(magic->data(), ELFMAG, SELFMAG) != 0) {
      return Status::invalid("not an ELF file");
    }
    if (!header) return truncated("header", file_.size());
    if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB) {
      return Status::invalid("not a 64-bit little-endian ELF file");
    }
    if (header->e_type != ET_DYN) return Status::invalid("an ELF file, but not a shared object");
    if (header->e_machine != machine()) {
      return Status::invalid("built for another machine (ELF machine " +
                             std::to_string(header->e_machine) + ", this one is " +
                             std::to_string(machine()) + ")");
    }
    if (header->e_phentsize != sizeof(Elf64_Phdr)) {
      return Status::invalid("program headers of an unknown size");
    }
    if (!file_.contains(header->e_shoff,
                        uint64_t{header->e_shnum} * uint64_t{header->e_shentsize})) {
      return truncated("section headers", file_.size());
    }
    for (uint64_t i = 0; i < header->e_phnum; ++i) {
      const auto segment = file_.at<Elf64_Phdr>(header->e_phoff + i * sizeof(Elf64_Phdr));
      if (!segment) return truncated("program headers", file_.size());
      if (!file_.contains(segment->p_offset, segment->p_filesz)) {
        return truncated("segments", file_.size());
      }
      segments_.push_back(*segment);
    }
    return Status::ok();
  }

  static constexpr uint16_t machine() {
#if defined(__x86_64__)
    return EM_X86_64;
#elif defined(__aarch64__)
    return EM_AARCH64;
#else
#error "tell the ELF machine number of this architecture"
#endif
  }

  Status read_notes(const Elf64_Phdr &segment, ElfImage &image) {
    const uint64_t align = segment.p_align == 8 ? 8 : 4;
    const auto round_up = [align](uint64_t n) { return (n + align - 1) / align * align; };
    const Reader notes(*file_.range(segment.p_offset, segment.p_filesz));
    uint64_t offset = 0;
    while (offset < notes.size()) {
      const auto head = notes.at<Elf64_Nhdr>(offset);
      if (!head) return Status::invalid("a note's header is cut off");
      const uint64_t name_at = offset + sizeof(Elf64_Nhdr);
      const uint64_t body_at = round_up(name_at + head->n_namesz);
      const auto name = notes.range(name_at, head->n_namesz);
      const auto body = notes.range(body_at, head->n_descsz);
      if (!name || !body) return Status::invalid("a note is longer than its segment");
      take_note(as_text(*name), head->n_type, *body, image);
      offset = round_up(body_at + head->n_descsz);
    }
    return Status::ok();
  }

  static std::string_view as_text(std::span<const uint8_t> name) {
    if (!name.empty() && name.back() == 0) name = name.first(name.size() - 1);
    return {reinterpret_cast<const char *>(name.data()), name.size()};
  }

  static void take_note(std::string_view owner, uint32_t type, std::span<const uint8_t> body,
                        ElfImage &image) {
    if (owner == "GNU" && type == NT_GNU_BUILD_ID) {
      static constexpr char digits[] = "0123456789abcdef";
      image.build_id.clear();
      for (const uint8_t byte : body) {
        image.build_id += digits[byte >> 4];
        image.build_id += digits[byte & 15];
      }
    } else if (owner == "slipring" && type == 1) {
      image.manifests.emplace_back(body.begin(), body.end());
    }
  }

  std::optional<uint64_t> file_offset(uint64_t address) const {
    for (const Elf64_Phdr &segment : segments_) {
      if (segment.p_type == PT_LOAD && address >= segment.p_vaddr &&
          address - segment.p_vaddr < segment.p_filesz) {
        return segment.p_offset + (address - segment.p_vaddr);
      }
    }
    return std::nullopt;
  }

  Status read_dynamic(const Elf64_Phdr &segment, ElfImage &image) {
    std::vector<uint64_t> needed;
    std::optional<uint64_t> strings;
    std::optional<uint64_t> symbols;
    std::optional<uint64_t> gnu_hash;
    std::optional<uint64_t> sysv_hash;
    for (uint64_t i = 0; i < segment.p_filesz / sizeof(Elf64_Dyn); ++i) {
      const auto entry = file_.at<Elf64_Dyn>(segment.p_offset + i * sizeof(Elf64_Dyn));
      if (!entry || entry->d_tag == DT_NULL) break;
      if (entry->d_tag == DT_NEEDED) needed.push_back(entry->d_un.d_val);
      if (entry->d_tag == DT_STRTAB) strings = file_offset(entry->d_un.d_ptr);
      if (entry->d_tag == DT_SYMTAB) symbols = file_offset(entry->d_un.d_ptr);
      if (entry->d_tag == DT_GNU_HASH) gnu_hash = file_offset(entry->d_un.d_ptr);
      if (entry->d_tag == DT_HASH) sysv_hash = file_offset(entry->d_un.d_ptr);
      if (entry->d_tag == DT_FLAGS_1) image.no_delete = (entry->d_un.d_val & DF_1_NODELETE) != 0;
    }
    if (!strings || !symbols) return Status::invalid("the dynamic section names no symbol table");
    for (const uint64_t name : needed) {
      auto text = file_.text(*strings + name);
      if (!text) return Status::invalid("a needed library's name lies outside the file");
      image.needed.push_back(std::move(*text));
    }
    const auto count = gnu_hash ? count_by_gnu_hash(*gnu_hash) : count_by_sysv_hash(sysv_hash);
    if (!count || *count > max_symbols) {
      return Status::invalid("the dynamic symbols cannot be counted: the hash table is damaged");
    }
    return read_symbols(*symbols, *strings, *count, image);
  }

  std::optional<uint64_t> count_by_sysv_hash(std::optional<uint64_t> table) const {
    if (!table) return std::nullopt;
    const auto chains = file_.at<uint32_t>(*table + 4);
    return chains ? std::optional<uint64_t>(*chains) : std::nullopt;
  }

  // The highest index any bucket starts at, followed to the end of its chain.
  std::optional<uint64_t> count_by_gnu_hash(uint64_t table) const {
    const auto buckets = file_.at<uint32_t>(table);
    const auto first_hashed = file_.at<uint32_t>(table + 4);
    const auto bloom_words = file_.at<uint32_t>(table + 8);
    if (!buckets || !first_hashed || !bloom_words) return std::nullopt;
    const uint64_t buckets_at = table + 16 + uint64_t{*bloom_words} * 8;
    const uint64_t chains_at = buckets_at + uint64_t{*buckets} * 4;
    if (!file_.contains(buckets_at, uint64_t{*buckets} * 4)) return std::nullopt;
    uint32_t last = 0;
    for (uint64_t i = 0; i < *buckets; ++i) {
      last = std::max(last, *file_.at<uint32_t>(buckets_at + i * 4));
    }
    if (last < *first_hashed) return *first_hashed;
    for (uint64_t i = last;; ++i) {
      const auto hash = file_.at<uint32_t>(chains_at + (i - *first_hashed) * 4);
      if (!hash) return std::nullopt;
      if ((*hash & 1) != 0) return i + 1;
    }
  }

  Status read_symbols(uint64_t table, uint64_t strings, uint64_t count, ElfImage &image) {
    for (uint64_t i = 1; i < count; ++i) {
      const auto symbol = file_.at<Elf64_Sym>(table + i * sizeof(Elf64_Sym));
      auto name = symbol ? file_.text(strings + symbol->st_name) : std::nullopt;
      if (!name) return Status::invalid("a dynamic symbol lies outside the file");
      image.symbols.push_back({std::move(*name), symbol->st_shndx != SHN_UNDEF,
                               ELF64_ST_BIND(symbol->st_info) == STB_GNU_UNIQUE});
    }
    return Status::ok();
  }

  Reader file_;
  std::vector<Elf64_Phdr> segments_;
};

}  // namespace

Result<ElfImage> ElfImage::read(std::span<const uint8_t> file) {
  ElfImage image;
  if (Status status = Parser(file).parse(image); !status.is_ok()) return status;
  return image;
}

}  // namespace slipring::plugin
