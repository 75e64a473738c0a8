#include "stream/marks.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "stream/checksum.hpp"

namespace slipring::stream {
namespace {

constexpr uint64_t magic = 0x314b52414d524c53;  // "SLRMARK1"
constexpr size_t head_size = 256;
constexpr size_t text_size = 64;

struct HeadSlot {
  uint64_t magic;
  uint64_t closed;
  char machine[text_size];
  char boot[text_size];
  uint64_t sum;
};
static_assert(sizeof(HeadSlot) <= head_size);

struct Slot {
  uint64_t turn;  // the later one holds
  uint64_t last;
  uint64_t first;
  uint64_t epoch;
  uint64_t sum;
  uint64_t unused[3];
};
static_assert(sizeof(Slot) == 64, "one line of the processor's cache");

size_t size_for(uint32_t streams) {
  constexpr size_t page = 4096;
  return (head_size + streams * 2 * sizeof(Slot) + page - 1) / page * page;
}

template <class Any>
uint64_t sum_of(const Any &slot, uint64_t seed) {
  return checksum({reinterpret_cast<const char *>(&slot), offsetof(Any, sum)}, seed);
}

void copy_text(char (&to)[text_size], std::string_view from) {
  from.copy(to, text_size - 1);
}

Slot *slots_of(unsigned char *memory, uint32_t stream) {
  return reinterpret_cast<Slot *>(memory + head_size) + size_t{stream - 1} * 2;
}

bool is_whole(const Slot &slot, uint32_t stream) {
  return slot.turn != 0 && slot.sum == sum_of(slot, stream);
}

}  // namespace

Result<Marks> Marks::open(const std::filesystem::path &file, uint32_t streams, bool read_only) {
  const std::string what = "The log's file of marks " + file.string();
  const int fd = ::open(file.c_str(), (read_only ? O_RDONLY : O_RDWR | O_CREAT) | O_CLOEXEC, 0600);
  if (fd < 0 && !(read_only && errno == ENOENT)) return Status::system(what, errno);
  struct stat found {};
  if (fd >= 0) ::fstat(fd, &found);
  Marks marks;
  marks.streams_ = streams;
  marks.size_ = size_for(streams);
  const bool grows = static_cast<size_t>(found.st_size) < marks.size_;
  // The blocks are there before they are mapped: a store to a hole on a full disk ends the process.
  int error = 0;
  if (!read_only && grows) {
    error = ::posix_fallocate(fd, 0, static_cast<off_t>(marks.size_));
  }
  void *memory = MAP_FAILED;
  if (error == 0) {
    const int flags = read_only ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
    memory = ::mmap(nullptr, marks.size_, PROT_READ | PROT_WRITE, flags, read_only ? -1 : fd, 0);
    if (memory == MAP_FAILED) error = errno;
  }
  if (error == 0 && read_only && fd >= 0 && ::pread(fd, memory, marks.size_, 0) < 0) error = errno;
  if (fd >= 0) ::close(fd);
  if (memory != MAP_FAILED) marks.memory_ = static_cast<unsigned char *>(memory);
  if (error != 0) return Status::system(what, error);
  return marks;
}

Marks::Marks(Marks &&other) noexcept {
  *this = std::move(other);
}

Marks &Marks::operator=(Marks &&other) noexcept {
  std::swap(memory_, other.memory_);
  std::swap(size_, other.size_);
  std::swap(streams_, other.streams_);
  return *this;
}

Marks::~Marks() {
  if (memory_ != nullptr) ::munmap(memory_, size_);
}

std::optional<Marks::Head> Marks::head() const {
  HeadSlot slot;
  std::memcpy(&slot, memory_, sizeof slot);
  if (slot.magic != magic || slot.sum != sum_of(slot, 0)) return std::nullopt;
  return Head{slot.machine, slot.boot, slot.closed == 1};
}

void Marks::set_head(const Head &head) {
  HeadSlot slot{};
  slot.magic = magic;
  slot.closed = head.closed ? 1 : 0;
  copy_text(slot.machine, head.machine);
  copy_text(slot.boot, head.boot);
  slot.sum = sum_of(slot, 0);
  std::memcpy(memory_, &slot, sizeof slot);
}

std::optional<Mark> Marks::get(uint32_t stream) const {
  if (stream == 0 || stream > streams_) return std::nullopt;
  const Slot *slots = slots_of(memory_, stream);
  const Slot *best = nullptr;
  for (const Slot *slot : {slots, slots + 1}) {
    if (is_whole(*slot, stream) && (best == nullptr || slot->turn > best->turn)) best = slot;
  }
  if (best == nullptr) return std::nullopt;
  return Mark{best->last, best->first, best->epoch};
}

bool Marks::is_damaged(uint32_t stream) const {
  if (stream == 0 || stream > streams_) return true;
  const Slot *slots = slots_of(memory_, stream);
  const Slot unused{};
  return std::any_of(slots, slots + 2, [&](const Slot &slot) {
    return !is_whole(slot, stream) && std::memcmp(&slot, &unused, sizeof slot) != 0;
  });
}

void Marks::set(uint32_t stream, const Mark &mark) {
  Slot *slots = slots_of(memory_, stream);
  const bool whole[] = {is_whole(slots[0], stream), is_whole(slots[1], stream)};
  const size_t latest = whole[1] && (!whole[0] || slots[1].turn > slots[0].turn) ? 1 : 0;
  const uint64_t turn = whole[latest] ? slots[latest].turn + 1 : 1;
  Slot slot{turn, mark.last, mark.first, mark.epoch, 0, {}};
  slot.sum = sum_of(slot, stream);
  slots[1 - latest] = slot;
}

Status Marks::sync() {
  if (memory_ == nullptr || ::msync(memory_, size_, MS_SYNC) == 0) return Status::ok();
  return Status::system("Syncing the log's file of marks", errno);
}

}  // namespace slipring::stream
