#include "admin/token.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <cerrno>
#include <span>

namespace slipring::admin {
namespace {

constexpr size_t token_bytes = 32;

std::string to_hex(std::span<const unsigned char> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const unsigned char byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

Status write_new(const std::filesystem::path &file, std::string_view text) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) return Status::system(file.string(), errno);
  const ssize_t written = ::write(fd, text.data(), text.size());
  const int reason = written < 0 ? errno : ENOSPC;
  const bool whole = written == static_cast<ssize_t>(text.size());
  ::close(fd);
  return whole ? Status::ok() : Status::system(file.string(), reason);
}

}  // namespace

Result<std::string> make_token(const std::filesystem::path &file) {
  std::array<unsigned char, token_bytes> random{};
  if (getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
    return Status::system("random numbers", errno);
  }
  const std::string token = to_hex(random);
  const std::filesystem::path fresh = file.string() + ".new";
  std::error_code error;
  std::filesystem::remove(fresh, error);
  if (Status status = write_new(fresh, token + '\n'); !status.is_ok()) return status;
  std::filesystem::rename(fresh, file, error);
  if (error) return Status::unavailable(file.string() + ": " + error.message());
  return token;
}

bool has_token(std::string_view authorization, std::string_view token) {
  constexpr std::string_view scheme = "bearer ";
  if (authorization.size() != scheme.size() + token.size()) return false;
  for (size_t i = 0; i < scheme.size(); ++i) {
    if (std::tolower(static_cast<unsigned char>(authorization[i])) != scheme[i]) return false;
  }
  const std::string_view given = authorization.substr(scheme.size());
  volatile unsigned char different = 0;
  for (size_t i = 0; i < token.size(); ++i) {
    different = static_cast<unsigned char>(different | (given[i] ^ token[i]));
  }
  return different == 0;
}

}  // namespace slipring::admin
