#include "topic.hpp"

#include "http/text.hpp"
#include "http/url.hpp"

namespace slipring::rest {

namespace {

constexpr size_t longest = 65535;

Problem no_topic(std::string_view what) {
  return {400, "topic", std::string(what)};
}

}  // namespace

Check read_topic(std::string_view path, std::string_view prefix, std::string &topic) {
  if (!path.starts_with(prefix)) {
    return Problem{
        404, {}, "topics are found below " + std::string(prefix), {}, SLIPRING_NOT_FOUND};
  }
  topic.clear();
  if (!http::append_decoded(topic, path.substr(prefix.size())))
    return no_topic("found a % that two hexadecimal digits do not follow");
  if (topic.empty() || topic.size() > longest)
    return no_topic("found " + std::to_string(topic.size()) + " bytes; accepted: 1 to 65535");
  if (!http::is_utf8(topic)) return no_topic("found what is no UTF-8");
  if (topic.find('\0') != std::string::npos) return no_topic("found U+0000");
  const size_t wildcard = topic.find_first_of("+#");
  if (wildcard != std::string::npos)
    return no_topic("found \"" + topic.substr(wildcard, 1) + "\" at byte " +
                    std::to_string(wildcard) + "; accepted: a topic without wildcards");
  if (topic.starts_with('$'))
    return Problem{403,
                   "topic",
                   "topics that begin with $ are the host's own",
                   {},
                   SLIPRING_PERMISSION_DENIED};
  return {};
}

}  // namespace slipring::rest
