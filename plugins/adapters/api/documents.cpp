#include "documents.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "json_scan.hpp"
#include "json_text.hpp"

namespace slipring::api {

namespace {

using json_v1::JsonScanner;

// Members of an object that is being written, in order; names and values are JSON text.
class Members {
 public:
  // Does nothing when there is one of that name.
  void add(std::string_view name, std::string value) {
    const auto is_it = [&](const Member &each) { return each.name == name; };
    if (std::ranges::none_of(all_, is_it)) all_.push_back({std::string(name), std::move(value)});
  }
  void write(std::string &to) const {
    to += '{';
    for (const Member &each : all_) {
      if (&each != &all_.front()) to += ',';
      to.append("\"").append(each.name).append("\":").append(each.value);
    }
    to += '}';
  }
  bool empty() const noexcept { return all_.empty(); }

 private:
  struct Member {
    std::string name;
    std::string value;
  };
  std::vector<Member> all_;
};

// A part of a document whose members have members: "components", by its sections.
class Sections {
 public:
  bool add(std::string_view json) {
    bool good = true;
    const bool whole = JsonScanner(json).object([&](std::string_view name, std::string_view raw) {
      good = good && section(name).add_all(raw);
    });
    return whole && good;
  }
  void write(std::string &to) const {
    Members written;
    for (const Section &each : all_) {
      std::string text;
      each.members.write(text);
      written.add(each.name, std::move(text));
    }
    written.write(to);
  }
  bool empty() const noexcept { return all_.empty(); }

 private:
  struct Section {
    bool add_all(std::string_view json) {
      return JsonScanner(json).object([this](std::string_view name, std::string_view raw) {
        members.add(name, std::string(raw));
      });
    }
    std::string name;
    Members members;
  };
  Section &section(std::string_view name) {
    const auto found =
        std::ranges::find_if(all_, [&](const Section &each) { return each.name == name; });
    if (found != all_.end()) return *found;
    return all_.emplace_back(Section{std::string(name), {}});
  }
  std::vector<Section> all_;
};

// Where a mount is, when that is not everywhere: put first into each object it is described by.
std::string marked(std::string_view object, std::string_view endpoints) {
  if (endpoints.empty()) return std::string(object);
  std::string text = "{\"x-slipring-endpoints\":";
  text += endpoints;
  const std::string_view rest = object.substr(object.find('{') + 1);
  const bool is_empty = rest.find_first_not_of(" \t\r\n") == rest.rfind('}');
  return text.append(is_empty ? "" : ",").append(rest);
}

// A document while mounts are added: `lists` are its members that have one member for each thing
// described ("paths"), of which the first has the mount's mark.
class Document {
 public:
  explicit Document(std::initializer_list<std::string_view> lists) {
    lists_.reserve(lists.size());
    for (const std::string_view name : lists) lists_.push_back({name, {}});
  }

  bool add(std::string_view json, std::string_view endpoints) {
    bool good = true;
    const bool whole = JsonScanner(json).object([&](std::string_view name, std::string_view raw) {
      if (name == "components") good = good && components_.add(raw);
      for (List &list : lists_)
        if (list.name == name) good = good && list.add(raw, is_first(list) ? endpoints : "");
    });
    return whole && good;
  }

  void write(std::string &to) const {
    for (const List &list : lists_) {
      to.append(",\"").append(list.name).append("\":");
      list.members.write(to);
    }
    if (components_.empty()) return;
    to += ",\"components\":";
    components_.write(to);
  }

 private:
  struct List {
    bool add(std::string_view json, std::string_view endpoints) {
      return JsonScanner(json).object([&](std::string_view each, std::string_view raw) {
        members.add(each, marked(raw, endpoints));
      });
    }
    std::string_view name;
    Members members;
  };
  bool is_first(const List &list) const noexcept { return &list == &lists_.front(); }

  std::vector<List> lists_;
  Sections components_;
};

std::string begin(std::string_view kind, std::string_view version, std::string_view title,
                  std::string_view host_version) {
  std::string text = "{\"";
  text.append(kind).append("\":\"").append(version).append("\",\"info\":{\"title\":");
  json_v1::append_string(text, title);
  return text.append(",\"version\":").append(host_version).append("}");
}

class Collector {
 public:
  bool add(std::string_view mount) {
    std::string_view endpoints;
    std::string_view description;
    const bool whole = JsonScanner(mount).object([&](std::string_view name, std::string_view raw) {
      if (name == "endpoints") endpoints = raw;
      if (name == "description") description = raw;
    });
    if (!whole) return false;
    bool good = true;
    return JsonScanner(description).object([&](std::string_view name, std::string_view raw) {
      if (name == "openapi") good = good && openapi_.add(raw, endpoints);
      if (name == "asyncapi") good = good && asyncapi_.add(raw, endpoints);
    }) && good;
  }

  Documents documents(std::string_view title, std::string_view version) const {
    Documents made;
    std::string text = begin("openapi", "3.1.0", title, version);
    text += R"(,"servers":[{"url":"/"}])";
    openapi_.write(text);
    made.openapi = compact(text.append("}"));
    text = begin("asyncapi", "3.0.0", title, version);
    text += R"(,"defaultContentType":"application/json")";
    asyncapi_.write(text);
    made.asyncapi = compact(text.append("}"));
    made.openapi += '\n';
    made.asyncapi += '\n';
    return made;
  }

 private:
  Document openapi_{"paths"};
  Document asyncapi_{"channels", "operations"};
};

}  // namespace

std::optional<Documents> make_documents(std::string_view collected, std::string_view title) {
  Collector collector;
  std::string_view version;
  bool good = true;
  const auto read_host = [&](std::string_view name, std::string_view raw) {
    if (name == "version") version = raw;
  };
  const auto read_mount = [&](std::string_view raw) { good = good && collector.add(raw); };
  const bool whole =
      JsonScanner(collected).object([&](std::string_view name, std::string_view raw) {
        if (name == "host") good = JsonScanner(raw).object(read_host) && good;
        if (name == "mounts") good = JsonScanner(raw).array(read_mount) && good;
      });
  if (!whole || !good || version.empty()) return std::nullopt;
  return collector.documents(title, version);
}

std::string compact(std::string_view json) {
  std::string text;
  text.reserve(json.size());
  bool quoted = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    const bool is_space = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (!quoted && is_space) continue;
    text += c;
    if (c == '"') quoted = !quoted;
    if (quoted && c == '\\' && i + 1 < json.size()) text += json[++i];
  }
  return text;
}

}  // namespace slipring::api
