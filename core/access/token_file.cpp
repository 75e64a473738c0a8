#include "access/token_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

#include "base/utf8.hpp"

namespace slipring::access {
namespace {

constexpr size_t max_file = size_t{4} << 20;

class File {
 public:
  explicit File(const std::filesystem::path &file)
      : fd_(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  File(const File &) = delete;
  File &operator=(const File &) = delete;
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  int fd() const { return fd_; }

 private:
  const int fd_;
};

std::string octal(mode_t mode) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%04o", static_cast<unsigned>(mode & 07777));
  return text.data();
}

// Empty: it is kept as it has to be.
std::string fault_of(const struct stat &facts) {
  if (!S_ISREG(facts.st_mode)) return "found no regular file, accepted: a regular file";
  if ((facts.st_mode & S_IRWXO) != 0) {
    return "found mode " + octal(facts.st_mode) + ", accepted: nothing for others (chmod o-rwx)";
  }
  if (facts.st_uid != 0 && facts.st_uid != geteuid()) {
    return "found owner " + std::to_string(facts.st_uid) + ", accepted: root or user id " +
           std::to_string(geteuid());
  }
  if (static_cast<size_t>(facts.st_size) > max_file) {
    return "found " + std::to_string(facts.st_size) + " bytes, accepted: at most " +
           std::to_string(max_file);
  }
  return {};
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool read_hex(std::string_view text, Digest &digest) {
  if (text.size() != 2 * digest.size()) return false;
  for (size_t i = 0; i < digest.size(); ++i) {
    const int high = digit(text[2 * i]);
    const int low = digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    digest[i] = static_cast<uint8_t>(high * 16 + low);
  }
  return true;
}

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") + 1 - begin);
}

bool is_identity(std::string_view text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  return !text.empty() && text.size() <= TokenFile::max_identity && is_utf8(text) &&
         std::ranges::none_of(text, is_control);
}

}  // namespace

Result<std::shared_ptr<const TokenFile>> TokenFile::read(const std::filesystem::path &file) {
  const File opened(file);
  if (opened.fd() < 0) return Status::system(file.string(), errno);
  struct stat facts {};
  if (fstat(opened.fd(), &facts) != 0) return Status::system(file.string(), errno);
  if (const std::string fault = fault_of(facts); !fault.empty()) {
    return Status::invalid(file.string() + ": " + fault);
  }
  std::string text;
  std::array<char, 16 * 1024> part;
  for (;;) {
    const ssize_t size = ::read(opened.fd(), part.data(), part.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return Status::system(file.string(), errno);
    if (size == 0) return parse(text, file.string());
    text.append(part.data(), static_cast<size_t>(size));
    if (text.size() > max_file) return Status::invalid(file.string() + ": grows while it is read");
  }
}

Result<std::shared_ptr<const TokenFile>> TokenFile::parse(std::string_view text,
                                                          const std::string &name) {
  auto tokens = std::make_shared<TokenFile>();
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    const auto refused = [&](const std::string &accepted) {
      return Status::invalid(name + ':' + std::to_string(number) + ": accepted: " + accepted);
    };
    const size_t space = std::min(line.find_first_of(" \t"), line.size());
    Entry entry;
    entry.second = trimmed(line.substr(space));
    if (!read_hex(line.substr(0, space), entry.first) || !is_identity(entry.second)) {
      return refused(
          "the SHA-256 of a token in 64 hexadecimal digits, a space, an identity of 1 to " +
          std::to_string(max_identity) + " bytes");
    }
    for (const Entry &other : tokens->entries_) {
      if (other.first == entry.first) return refused("each SHA-256 once");
    }
    if (tokens->entries_.size() == max_tokens) {
      return refused("at most " + std::to_string(max_tokens) + " tokens");
    }
    tokens->entries_.push_back(std::move(entry));
  }
  return std::shared_ptr<const TokenFile>(std::move(tokens));
}

std::optional<std::string> TokenFile::verify(std::string_view token) const {
  const Digest digest = sha256(token);
  const std::string *found = nullptr;
  for (const Entry &entry : entries_) {
    if (same(entry.first, digest)) found = &entry.second;
  }
  return found != nullptr ? std::optional(*found) : std::nullopt;
}

}  // namespace slipring::access
