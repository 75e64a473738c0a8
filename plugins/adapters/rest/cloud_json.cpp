#include "cloud_json.hpp"

#include <algorithm>

#include "base64.hpp"
#include "http/media_type.hpp"
#include "json_scan.hpp"
#include "json_text.hpp"

namespace slipring::rest {

namespace {

using json_v1::JsonScanner;

bool is_string(std::string_view json) noexcept {
  return json.starts_with('"');
}

std::string_view text_of(std::string_view json, std::string &arena) {
  return json_v1::unescaped(json.substr(1, json.size() - 2), arena);
}

// §2.2: attributes are strings, integers and booleans; null is as good as absent.
Check read_attribute(std::string_view name, std::string_view json, std::string &arena,
                     Draft &draft) {
  if (json == "null") return {};
  if (is_string(json)) return draft.set(name, text_of(json, arena), Kind::text);
  if (json == "true" || json == "false") return draft.set(name, json, Kind::flag);
  if (json.find_first_not_of("-0123456789") == std::string_view::npos)
    return draft.set(name, json, Kind::number);
  return not_accepted(name, json, "a string, an integer, true or false");
}

// `data` is the payload's JSON text when it is JSON by its type, and else a string that is the
// payload.
Check read_data(std::string_view json, std::string &arena, Draft &draft) {
  if (draft.content_type().empty()) draft.content_type("application/json");
  if (http::is_json_type(draft.content_type())) {
    draft.payload(json);
  } else if (is_string(json)) {
    draft.payload(text_of(json, arena));
  } else {
    return not_accepted("data", json, "a string, where datacontenttype is not JSON");
  }
  return {};
}

Check read_base64(std::string_view json, std::string &arena, Draft &draft) {
  constexpr std::string_view name = "data_base64";
  if (!is_string(json)) return not_accepted(name, json, "a string");
  const std::string_view text = text_of(json, arena);
  const size_t start = arena.size();
  if (!json_v1::append_decoded(arena, text))
    return not_accepted(name, text, "base64 of RFC 4648 with padding");
  draft.payload(std::string_view(arena).substr(start));
  return {};
}

}  // namespace

Check read_cloud_event(std::string_view json, std::string &arena, Draft &draft) {
  Check wrong;
  std::string_view data;
  std::string_view base64;
  JsonScanner scanner(json);
  const bool is_object = scanner.object([&](std::string_view raw_name, std::string_view value) {
    if (wrong) return;
    const std::string_view name = json_v1::unescaped(raw_name, arena);
    std::string_view *const payload = name == "data"          ? &data
                                      : name == "data_base64" ? &base64
                                                              : nullptr;
    if (payload == nullptr) {
      wrong = read_attribute(name, value, arena, draft);
    } else if (!payload->empty()) {
      wrong = Problem{400, std::string(name), "it is said twice"};
    } else {
      *payload = value;
    }
  });
  if (!is_object) return Problem{400, "body", json_v1::describe(json, scanner.error())};
  if (wrong) return wrong;
  // Of JSON, null is a payload as any other.
  const bool null_is_data =
      draft.content_type().empty() || http::is_json_type(draft.content_type());
  if (data == "null" && (!null_is_data || !base64.empty())) data = {};
  if (base64 == "null") base64 = {};
  if (!data.empty() && !base64.empty())
    return Problem{400, "data_base64", "data and data_base64 exclude each other"};
  if (!data.empty()) wrong = read_data(data, arena, draft);
  if (!base64.empty()) wrong = read_base64(base64, arena, draft);
  return wrong ? wrong : draft.check_required();
}

Check split_batch(std::string_view json, std::vector<std::string_view> &elements) {
  JsonScanner scanner(json);
  if (scanner.array([&](std::string_view element) { elements.push_back(element); })) return {};
  return Problem{400, "body", json_v1::describe(json, scanner.error())};
}

}  // namespace slipring::rest
