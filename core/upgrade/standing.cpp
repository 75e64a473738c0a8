#include "upgrade/standing.hpp"

#include <boost/json.hpp>
#include <chrono>
#include <fstream>
#include <sstream>

#include "observe/log.hpp"
#include "upgrade/durable_file.hpp"

namespace slipring::upgrade {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr size_t shortest_build_id = 8;

std::string text_of(const json::object &object, std::string_view name) {
  return json::value_to<std::string>(object.at(name));
}

// Records of a host that did not know settings have none.
std::string settings_in(const json::object &object) {
  return object.contains("settings") ? text_of(object, "settings") : "";
}

json::object to_json(const Build &build) {
  return {{"version", build.version}, {"build_id", build.build_id}, {"settings", build.settings}};
}

Build build_of(const json::value &value) {
  const json::object &object = value.as_object();
  return {text_of(object, "version"), text_of(object, "build_id"), settings_in(object)};
}

std::string quarantine_key(const std::string &build_id, const std::string &settings) {
  return settings.empty() ? build_id : build_id + '/' + settings;
}

}  // namespace

Standing Standing::open(const fs::path &file) {
  Standing standing(file);
  std::ifstream stream(file);
  if (!stream) return standing;
  std::ostringstream text;
  text << stream.rdbuf();
  try {
    standing.read(json::parse(text.str()).as_object());
  } catch (const std::exception &error) {
    fs::path aside = file;
    aside += ".damaged";
    std::error_code ignored;
    fs::rename(file, aside, ignored);
    observe::warn("upgrade records damaged", {{"file", file.string()},
                                              {"found", error.what()},
                                              {"action", "beginning without pins and quarantine"},
                                              {"kept", aside.string()}});
    return Standing(file);
  }
  return standing;
}

void Standing::read(const json::object &kept) {
  for (const auto &[plugin, value] : kept.at("committed").as_object()) {
    const json::object &entry = value.as_object();
    Committed &committed = committed_[plugin];
    committed.now = build_of(entry.at("now"));
    if (!entry.at("before").is_null()) committed.before = build_of(entry.at("before"));
  }
  for (const auto &[plugin, value] : kept.at("attempts").as_object()) {
    const json::object &entry = value.as_object();
    attempts_[plugin] = {json::value_to<uint64_t>(entry.at("upgrade")), build_of(entry.at("build")),
                         text_of(entry, "stage")};
  }
  for (const auto &[plugin, version] : kept.at("pins").as_object()) {
    pins_[plugin] = json::value_to<std::string>(version);
  }
  for (const auto &[key, value] : kept.at("quarantine").as_object()) {
    const json::object &entry = value.as_object();
    quarantine_[key] = {text_of(entry, "plugin"), text_of(entry, "version"),
                        text_of(entry, "reason"), text_of(entry, "since"),
                        settings_in(entry),       std::string(key.substr(0, key.find('/')))};
  }
}

Status Standing::save() const {
  json::object committed;
  for (const auto &[plugin, entry] : committed_) {
    const json::value before = entry.before ? json::value(to_json(*entry.before)) : nullptr;
    committed[plugin] = json::object{{"now", to_json(entry.now)}, {"before", before}};
  }
  json::object attempts;
  for (const auto &[plugin, entry] : attempts_) {
    attempts[plugin] = json::object{
        {"upgrade", entry.upgrade}, {"build", to_json(entry.build)}, {"stage", entry.stage}};
  }
  json::object quarantine;
  for (const auto &[key, entry] : quarantine_) {
    quarantine[key] = json::object{{"plugin", entry.plugin},
                                   {"version", entry.version},
                                   {"reason", entry.reason},
                                   {"since", entry.since},
                                   {"settings", entry.settings}};
  }
  const json::object kept = {{"committed", committed},
                             {"attempts", attempts},
                             {"pins", json::value_from(pins_)},
                             {"quarantine", quarantine}};
  return replace_file(file_, json::serialize(kept) + '\n');
}

const Quarantined *Standing::quarantined(const std::string &build_id,
                                         const std::string &settings) const {
  auto found = quarantine_.find(quarantine_key(build_id, settings));
  if (found == quarantine_.end()) found = quarantine_.find(build_id);
  return found == quarantine_.end() ? nullptr : &found->second;
}

bool Standing::is_committed(const std::string &plugin, const Build &build) const {
  const auto found = committed_.find(plugin);
  return found != committed_.end() && found->second.now.build_id == build.build_id &&
         found->second.now.settings == build.settings;
}

std::optional<Build> Standing::before(const std::string &plugin) const {
  const auto found = committed_.find(plugin);
  return found == committed_.end() ? std::nullopt : found->second.before;
}

Status Standing::attempt(const std::string &plugin, Attempt attempt) {
  attempts_[plugin] = std::move(attempt);
  return save();
}

Status Standing::forget_attempt(const std::string &plugin) {
  return attempts_.erase(plugin) == 0 ? Status::ok() : save();
}

Status Standing::commit(const std::string &plugin, Build build) {
  const bool ended = attempts_.erase(plugin) != 0;
  if (is_committed(plugin, build)) return ended ? save() : Status::ok();
  Committed &committed = committed_[plugin];
  if (!committed.now.build_id.empty()) committed.before = std::move(committed.now);
  committed.now = std::move(build);
  return save();
}

Status Standing::go_back(const std::string &plugin, Build build) {
  attempts_.erase(plugin);
  committed_[plugin] = {std::move(build), std::nullopt};
  return save();
}

Status Standing::pin(const std::string &plugin, const std::string &version) {
  if (version.empty()) {
    pins_.erase(plugin);
  } else {
    pins_[plugin] = version;
  }
  return save();
}

Status Standing::put_in_quarantine(const std::string &build_id, Quarantined entry) {
  if (entry.since.empty()) entry.since = observe::format_time(std::chrono::system_clock::now());
  entry.build_id = build_id;
  quarantine_[quarantine_key(build_id, entry.settings)] = std::move(entry);
  return save();
}

Result<size_t> Standing::release(const std::string &name) {
  const bool may_be_build = name.size() >= shortest_build_id;
  const size_t released = std::erase_if(quarantine_, [&](const auto &entry) {
    return entry.second.plugin == name || (may_be_build && entry.first.starts_with(name));
  });
  if (released == 0) return size_t{0};
  if (Status status = save(); !status.is_ok()) return status;
  return released;
}

}  // namespace slipring::upgrade
