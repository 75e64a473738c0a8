#include "print.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <ostream>
#include <string>

#include "table.hpp"

namespace slipring::command {

namespace json = boost::json;

namespace {

std::string short_build(const json::object &object, std::string_view name) {
  return cell(object, name).substr(0, 12);
}

}  // namespace

void print_plugins(std::ostream &out, const json::object &status) {
  Table table({"PLUGIN", "VERSION", "KIND", "CONTINUITY", "GENERATION", "MAPPED BUILD", "SETTINGS",
               "SHARDS", "SESSIONS", "STATE"});
  for (const json::value &item : status.at("plugins").as_array()) {
    const json::object &plugin = item.as_object();
    std::string state = cell(plugin, "state");
    if (const std::string cause = cell(plugin, "cause"); !cause.empty() && state != "serving") {
      state += " (" + cause + ')';
    }
    table.add({cell(plugin, "name"), cell(plugin, "version"), cell(plugin, "kind"),
               cell(plugin, "continuity"), cell(plugin, "generation"),
               short_build(plugin, "mapped_build_id"), cell(plugin, "settings"),
               cell(plugin, "answering_on_shards"), cell(plugin, "sessions"), state});
  }
  table.print(out);
}

namespace {

void print_links(std::ostream &out, const json::object &status) {
  const json::array &list = status.at("links").as_array();
  if (list.empty()) return;
  Table links({"LINK", "TARGET", "ADAPTER", "STATE", "FOR", "ATTEMPTS", "LAST ERROR"});
  for (const json::value &item : list) {
    const json::object &link = item.as_object();
    links.add({cell(link, "name"), cell(link, "target"), cell(link, "adapter"), cell(link, "state"),
               cell(link, "since_seconds") + " s", cell(link, "attempts"),
               cell(link, "last_error")});
  }
  links.print(out);
  out << '\n';
}

void print_streams(std::ostream &out, const json::object &status) {
  Table streams({"STREAM", "DURABILITY", "FILTERS", "EPOCH", "FIRST", "LAST"});
  for (const json::value &item : status.at("streams").as_array()) {
    const json::object &stream = item.as_object();
    std::string durability = cell(stream, "durability");
    if (durability == "memory") durability += ": lost when the host ends";
    streams.add({cell(stream, "name"), durability, cell(stream, "filters"), cell(stream, "epoch"),
                 cell(stream, "first"), cell(stream, "last")});
  }
  streams.print(out);
  const std::string ephemeral = cell(status, "ephemeral");
  if (!ephemeral.empty()) out << "ephemeral, in no stream: " << ephemeral << '\n';
}

}  // namespace

void print_status(std::ostream &out, const json::object &status) {
  const json::object &host = status.at("host").as_object();
  out << "slipringd " << cell(host, "version") << ", process " << cell(host, "pid") << ", "
      << cell(host, "state") << " for " << cell(host, "uptime_seconds") << " s, "
      << cell(host, "shards") << " shards, " << cell(host, "sessions") << " sessions\n\n";
  Table endpoints({"ENDPOINT", "ADDRESS", "TRANSPORT", "ACCEPTED", "OPEN"});
  for (const json::value &item : status.at("endpoints").as_array()) {
    const json::object &endpoint = item.as_object();
    endpoints.add({cell(endpoint, "name"), cell(endpoint, "address"), cell(endpoint, "transport"),
                   cell(endpoint, "accepted"), cell(endpoint, "open")});
  }
  endpoints.print(out);
  out << '\n';
  print_links(out, status);
  print_streams(out, status);
  out << '\n';
  print_plugins(out, status);
  if (!status.at("canaries").as_array().empty()) {
    out << '\n';
    print_canaries(out, status);
  }
  const json::array &upgrades = status.at("upgrades").as_array();
  if (upgrades.empty()) return;
  out << "\nlast changes\n";
  constexpr size_t shown = 10;
  for (size_t i = upgrades.size() - std::min(shown, upgrades.size()); i < upgrades.size(); ++i) {
    const json::object &report = upgrades[i].as_object();
    out << "  " << cell(report, "outcome") << ": " << cell(report, "message");
    if (cell(report, "outcome") == "rejected") out << " (" << cell(report, "file") << ')';
    out << '\n';
  }
}

void print_plugin(std::ostream &out, const json::object &plugin) {
  size_t width = 0;
  for (const auto &member : plugin) width = std::max(width, member.key().size());
  for (const auto &member : plugin) {
    const std::string value = cell(member.value());
    if (value.empty()) continue;
    out << std::string(member.key()) << std::string(width + 2 - member.key().size(), ' ') << value
        << '\n';
  }
}

void print_sessions(std::ostream &out, const json::object &answer) {
  Table table({"SESSION", "SHARD", "PLUGIN", "VERSION", "PATH", "PEER", "RECEIVED", "SENT",
               "QUEUED", "HELD", "AGE"});
  for (const json::value &item : answer.at("sessions").as_array()) {
    const json::object &session = item.as_object();
    table.add({cell(session, "id"), cell(session, "shard"), cell(session, "plugin"),
               cell(session, "version"), cell(session, "path"), cell(session, "peer"),
               cell(session, "received"), cell(session, "sent"), cell(session, "queued_bytes"),
               cell(session, "input_bytes"), cell(session, "age_seconds") + " s"});
  }
  table.print(out);
}

namespace {

std::string what_of_the_old(const json::object &report) {
  if (report.at("unloaded").as_bool()) return "unloaded";
  return cell(report, "stage") == "probation" ? "kept for the time of probation" : "drains";
}

}  // namespace

namespace {

void print_restarts(std::ostream &out, const json::object &answer) {
  const json::value *const parts = answer.if_contains("needs_restart");
  if (parts == nullptr) return;
  for (const json::value &part : parts->as_array()) {
    out << cell(part) << ": changed in the configuration, needs a restart of slipringd\n";
  }
}

}  // namespace

void print_reports(std::ostream &out, const json::object &answer) {
  for (const json::value &item : answer.at("reports").as_array()) {
    const json::object &report = item.as_object();
    const std::string name =
        cell(report, "plugin").empty() ? cell(report, "file") : cell(report, "plugin");
    out << name << ": " << cell(report, "outcome") << ": " << cell(report, "message");
    if (cell(report, "outcome") == "committed") {
      out << " in " << cell(report, "milliseconds") << " ms, old version "
          << what_of_the_old(report);
    }
    out << '\n';
    for (const json::value &reason : report.at("stayed_because").as_array()) {
      out << "  stayed: " << cell(reason) << '\n';
    }
    for (const json::value &note : report.at("notes").as_array()) {
      out << "  " << cell(note) << '\n';
    }
  }
  print_restarts(out, answer);
}

void print_messages(std::ostream &out, const json::object &answer) {
  for (const json::value &item : answer.at("plan").as_array()) {
    out << cell(item.as_object(), "message") << '\n';
  }
  print_restarts(out, answer);
}

void print_pins(std::ostream &out, const json::object &answer) {
  const json::object &pins = answer.at("pins").as_object();
  if (pins.empty()) out << "no plugin is pinned\n";
  for (const auto &pin : pins) out << std::string(pin.key()) << ' ' << cell(pin.value()) << '\n';
}

void print_quarantine(std::ostream &out, const json::object &answer) {
  if (answer.contains("released")) out << cell(answer, "released") << " released\n";
  const json::array &list = answer.at("quarantine").as_array();
  if (list.empty()) {
    out << "nothing is in quarantine\n";
    return;
  }
  Table table({"PLUGIN", "VERSION", "BUILD", "SETTINGS", "SINCE", "BECAUSE"});
  for (const json::value &item : list) {
    const json::object &build = item.as_object();
    table.add({cell(build, "plugin"), cell(build, "version"), short_build(build, "build_id"),
               cell(build, "settings"), cell(build, "since"), cell(build, "reason")});
  }
  table.print(out);
}

void print_canaries(std::ostream &out, const json::object &answer) {
  const json::array &canaries = answer.at("canaries").as_array();
  if (canaries.empty()) {
    out << "nothing is in canary\n";
    return;
  }
  Table table({"PLUGIN", "VERSION", "SHARE", "FOR", "OPENED", "ENDED BADLY", "CALLS", "FAILED",
               "OF 1000", "SLOW", "OF 1000"});
  for (const json::value &item : canaries) {
    const json::object &canary = item.as_object();
    const double share = canary.at("share").to_number<double>();
    for (const char *which : {"old", "new"}) {
      const json::object &one = canary.at(which).as_object();
      const bool is_new = which == std::string_view("new");
      table.add({cell(canary, "plugin"), cell(one, "version"),
                 cell(json::value(100 * (is_new ? share : 1 - share))) + '%',
                 cell(canary, "seconds") + " s", cell(one, "opened"), cell(one, "ended_badly"),
                 cell(one, "calls"), cell(one, "failed"), cell(one, "failed_per_1000"),
                 cell(one, "slow"), cell(one, "slow_per_1000")});
    }
  }
  table.print(out);
}

namespace {

// Entries of hosts that did not know settings do not say it.
std::string changed_in(const json::object &upgrade) {
  return upgrade.contains("changed") ? cell(upgrade, "changed") : "";
}

}  // namespace

void print_ledger(std::ostream &out, const json::object &answer) {
  Table table({"UPGRADE", "AT", "WHO", "PLUGIN", "FROM", "TO", "CHANGED", "OUTCOME", "STAGE",
               "MOVED", "STAYED", "ENDED", "MS", "BECAUSE"});
  for (const json::value &item : answer.at("upgrades").as_array()) {
    const json::object &one = item.as_object();
    const json::object &sessions = one.at("sessions").as_object();
    const std::string check = cell(one, "check");
    table.add({cell(one, "upgrade"), cell(one, "at"), cell(one, "who"), cell(one, "plugin"),
               cell(one.at("from").as_object(), "version"),
               cell(one.at("to").as_object(), "version"), changed_in(one), cell(one, "outcome"),
               cell(one, "stage"), cell(sessions, "moved"), cell(sessions, "stayed"),
               cell(sessions, "ended"), cell(one, "milliseconds"),
               check.empty() ? std::string() : check + ": " + cell(one, "found")});
  }
  table.print(out);
}

}  // namespace slipring::command
