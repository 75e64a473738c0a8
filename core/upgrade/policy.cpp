#include "upgrade/policy.hpp"

#include "upgrade/digest.hpp"
#include "upgrade/settings_schema.hpp"

namespace slipring::upgrade {

namespace {

Failure refused(std::string check, std::string found, std::string expected) {
  return {Stage::verified, std::move(check), std::move(found), std::move(expected)};
}

std::optional<Failure> refuse_kind(const plugin::Manifest &next, const plugin::Manifest &now) {
  if (next.kind != now.kind) {
    return refused("kind", std::string(kind_name(next.kind)),
                   std::string(kind_name(now.kind)) + ", as the running version");
  }
  if (now.continuity == plugin::Continuity::restart ||
      next.continuity == plugin::Continuity::restart) {
    return refused("continuity", "restart: " + now.name + ' ' + now.version + " is pinned",
                   "a restart of slipringd to change to " + next.version);
  }
  return std::nullopt;
}

std::optional<Failure> refuse_schema(const plugin::Manifest &next, const plugin::Manifest &now) {
  if (now.continuity == plugin::Continuity::handoff && plugin::sessions_move(now, next) &&
      !plugin::common_state_schema(now, next)) {
    return refused(
        "state schema",
        std::to_string(next.state_schema_oldest) + " to " + std::to_string(next.state_schema),
        "one of " + std::to_string(now.state_schema_oldest) + " to " +
            std::to_string(now.state_schema) + ", which the running version has");
  }
  return std::nullopt;
}

// Of what a message of check_settings begins with, or of what it is in.
std::string place_of(const std::string &message, const Places &places) {
  std::string path = message.substr(0, message.find(": "));
  for (;;) {
    const auto found = places.find(path);
    if (found != places.end()) return found->second;
    const size_t dot = path.rfind('.');
    if (dot == std::string::npos) return "";
    path.resize(dot);
  }
}

std::optional<Failure> refuse_unfit(const plugin::Manifest &next, const std::string &settings,
                                    const Places &places) {
  const Status status = check_settings(next.settings_schema, settings);
  if (status.is_ok()) return std::nullopt;
  const std::string where = place_of(status.message(), places);
  return refused("settings", status.message() + (where.empty() ? "" : " (" + where + ')'),
                 "settings that fit the plugin's schema");
}

}  // namespace

std::optional<Failure> Policy::refuse_hash(std::span<const uint8_t> bytes) const {
  if (!allow) return std::nullopt;
  std::string found = sha256(bytes);
  if (allow->contains(found)) return std::nullopt;
  return refused("hash", "SHA-256 " + found, "one that is allowed (upgrade.allow)");
}

std::optional<Failure> Policy::refuse(const Candidate &next, const plugin::Manifest *now,
                                      const Standing &standing) const {
  if (auto failure = refuse_quarantined(next, standing)) return failure;
  if (!next.serves) {
    if (auto failure = refuse_version(next, now, standing)) return failure;
  }
  return refuse_always(next, now);
}

std::optional<Failure> Policy::refuse_quarantined(const Candidate &next,
                                                  const Standing &standing) const {
  const plugin::Manifest &manifest = next.manifest;
  const std::string settings = settings_digest(next.settings);
  const Quarantined *const bad = standing.quarantined(next.build_id, settings);
  if (bad == nullptr) return std::nullopt;
  const std::string release = ", or `slipring plugins quarantine --release " + manifest.name + '`';
  if (next.serves) {
    return refused("quarantine",
                   "settings " + settings + " of " + manifest.version + ": " + bad->reason,
                   "other settings" + release);
  }
  return refused("quarantine",
                 manifest.version + " of build " + next.build_id.substr(0, 12) + ": " + bad->reason,
                 "another build" + release);
}

std::optional<Failure> Policy::refuse_version(const Candidate &next, const plugin::Manifest *now,
                                              const Standing &standing) const {
  const plugin::Manifest &manifest = next.manifest;
  const auto pinned = standing.pins().find(manifest.name);
  const bool is_pinned = pinned != standing.pins().end();
  if (is_pinned && pinned->second != manifest.version) {
    return refused("pin", manifest.version,
                   pinned->second + ", to which " + manifest.name +
                       " is pinned (`slipring plugins pin --release " + manifest.name + "`)");
  }
  if (now == nullptr) return std::nullopt;
  if (auto failure = refuse_kind(manifest, *now)) return failure;
  if (!allow_downgrade && !is_pinned &&
      plugin::compare_versions(manifest.version, now->version) < 0) {
    return refused("downgrade", manifest.version,
                   now->version + " or newer (--allow-downgrade or a pin permits older ones)");
  }
  return std::nullopt;
}

std::optional<Failure> Policy::refuse_always(const Candidate &next,
                                             const plugin::Manifest *now) const {
  if (now != nullptr) {
    if (auto failure = refuse_kind(next.manifest, *now)) return failure;
    if (auto failure = refuse_schema(next.manifest, *now)) return failure;
  }
  return refuse_settings(next);
}

std::optional<Failure> Policy::refuse_settings(const Candidate &next) const {
  const std::string &name = next.manifest.name;
  if (next.manifest.kind == plugin::Kind::adapter) {
    // Those of a version before do not stand in the configuration any more.
    const auto known = places.find(name);
    const bool stand = known != places.end() && next.settings == settings_of(next.manifest);
    return refuse_unfit(next.manifest, next.settings, stand ? known->second : Places());
  }
  const auto [first, last] = transport_settings.equal_range(name);
  for (auto at = first; at != last; ++at) {
    if (auto failure = refuse_unfit(next.manifest, at->second, {})) return failure;
  }
  return std::nullopt;
}

std::string Policy::settings_of(const plugin::Manifest &plugin) const {
  if (plugin.kind != plugin::Kind::adapter) return "";
  const auto found = adapter_settings.find(plugin.name);
  return found == adapter_settings.end() ? "{}" : canonical_settings(found->second);
}

}  // namespace slipring::upgrade
