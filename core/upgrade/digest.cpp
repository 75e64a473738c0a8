#include "upgrade/digest.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <vector>

namespace slipring::upgrade {

namespace json = boost::json;

namespace {

constexpr size_t digest_digits = 12;

json::value ordered(const json::value &value) {
  if (value.is_array()) {
    json::array items;
    for (const json::value &item : value.get_array()) items.push_back(ordered(item));
    return items;
  }
  if (!value.is_object()) return value;
  std::vector<std::string> names;
  names.reserve(value.get_object().size());
  for (const auto &member : value.get_object()) names.emplace_back(member.key());
  std::sort(names.begin(), names.end());
  json::object members;
  for (const std::string &name : names) members[name] = ordered(value.get_object().at(name));
  return members;
}

}  // namespace

std::string sha256(std::span<const uint8_t> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::string text;
  text.reserve(size_t{2} * size);
  for (unsigned i = 0; i < size; ++i) {
    text += digits[digest.at(i) >> 4];
    text += digits[digest.at(i) & 15];
  }
  return text;
}

std::string canonical_settings(std::string_view settings) {
  boost::system::error_code error;
  const json::value value = json::parse(settings, error);
  return error ? std::string(settings) : json::serialize(ordered(value));
}

std::string settings_digest(std::string_view settings) {
  if (settings.empty()) return "";
  const auto *data = reinterpret_cast<const uint8_t *>(settings.data());
  return sha256({data, settings.size()}).substr(0, digest_digits);
}

}  // namespace slipring::upgrade
