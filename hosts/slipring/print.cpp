#include "print.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <iomanip>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

namespace slipring::command {

namespace json = boost::json;

namespace {

std::string text(const json::value &value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_bool()) return value.get_bool() ? "yes" : "no";
  if (value.is_double()) {
    std::ostringstream rounded;
    rounded << std::fixed << std::setprecision(1) << value.get_double();
    return rounded.str();
  }
  if (value.is_array()) {
    std::string list;
    for (const json::value &item : value.get_array())
      list += (list.empty() ? "" : ",") + text(item);
    return list;
  }
  return json::serialize(value);
}

std::string text(const json::object &object, std::string_view name) {
  const json::value *const value = object.if_contains(name);
  return value == nullptr ? "" : text(*value);
}

std::string short_build(const json::object &object, std::string_view name) {
  return text(object, name).substr(0, 12);
}

// Rows under a heading, each column as wide as its widest entry.
class Table {
 public:
  explicit Table(std::vector<std::string> heading) { rows_.push_back(std::move(heading)); }
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

  void print(std::ostream &out) const {
    std::vector<size_t> widths(rows_.front().size());
    for (const auto &row : rows_) {
      for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    for (const auto &row : rows_) {
      std::string line;
      for (size_t i = 0; i < row.size(); ++i) {
        line += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
      }
      line.erase(line.find_last_not_of(' ') + 1);
      out << line << '\n';
    }
  }

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace

void print_plugins(std::ostream &out, const json::object &status) {
  Table table({"PLUGIN", "VERSION", "KIND", "CONTINUITY", "GENERATION", "MAPPED BUILD", "SHARDS",
               "SESSIONS", "STATE"});
  for (const json::value &item : status.at("plugins").as_array()) {
    const json::object &plugin = item.as_object();
    std::string state = text(plugin, "state");
    if (const std::string cause = text(plugin, "cause"); !cause.empty() && state != "serving") {
      state += " (" + cause + ')';
    }
    table.add({text(plugin, "name"), text(plugin, "version"), text(plugin, "kind"),
               text(plugin, "continuity"), text(plugin, "generation"),
               short_build(plugin, "mapped_build_id"), text(plugin, "answering_on_shards"),
               text(plugin, "sessions"), state});
  }
  table.print(out);
}

namespace {

void print_streams(std::ostream &out, const json::object &status) {
  Table streams({"STREAM", "DURABILITY", "FILTERS", "EPOCH", "FIRST", "LAST"});
  for (const json::value &item : status.at("streams").as_array()) {
    const json::object &stream = item.as_object();
    std::string durability = text(stream, "durability");
    if (durability == "memory") durability += ": lost when the host ends";
    streams.add({text(stream, "name"), durability, text(stream, "filters"), text(stream, "epoch"),
                 text(stream, "first"), text(stream, "last")});
  }
  streams.print(out);
  const std::string ephemeral = text(status, "ephemeral");
  if (!ephemeral.empty()) out << "ephemeral, in no stream: " << ephemeral << '\n';
}

}  // namespace

void print_status(std::ostream &out, const json::object &status) {
  const json::object &host = status.at("host").as_object();
  out << "slipringd " << text(host, "version") << ", process " << text(host, "pid") << ", "
      << text(host, "state") << " for " << text(host, "uptime_seconds") << " s, "
      << text(host, "shards") << " shards, " << text(host, "sessions") << " sessions\n\n";
  Table endpoints({"ENDPOINT", "ADDRESS", "TRANSPORT", "ACCEPTED", "OPEN"});
  for (const json::value &item : status.at("endpoints").as_array()) {
    const json::object &endpoint = item.as_object();
    endpoints.add({text(endpoint, "name"), text(endpoint, "address"), text(endpoint, "transport"),
                   text(endpoint, "accepted"), text(endpoint, "open")});
  }
  endpoints.print(out);
  out << '\n';
  print_streams(out, status);
  out << '\n';
  print_plugins(out, status);
  const json::array &upgrades = status.at("upgrades").as_array();
  if (upgrades.empty()) return;
  out << "\nlast changes\n";
  constexpr size_t shown = 10;
  for (size_t i = upgrades.size() - std::min(shown, upgrades.size()); i < upgrades.size(); ++i) {
    const json::object &report = upgrades[i].as_object();
    out << "  " << text(report, "outcome") << ": " << text(report, "message");
    if (text(report, "outcome") == "rejected") out << " (" << text(report, "file") << ')';
    out << '\n';
  }
}

void print_plugin(std::ostream &out, const json::object &plugin) {
  size_t width = 0;
  for (const auto &member : plugin) width = std::max(width, member.key().size());
  for (const auto &member : plugin) {
    const std::string value = text(member.value());
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
    table.add({text(session, "id"), text(session, "shard"), text(session, "plugin"),
               text(session, "version"), text(session, "path"), text(session, "peer"),
               text(session, "received"), text(session, "sent"), text(session, "queued_bytes"),
               text(session, "input_bytes"), text(session, "age_seconds") + " s"});
  }
  table.print(out);
}

void print_reports(std::ostream &out, const json::object &answer) {
  for (const json::value &item : answer.at("reports").as_array()) {
    const json::object &report = item.as_object();
    const std::string name =
        text(report, "plugin").empty() ? text(report, "file") : text(report, "plugin");
    out << name << ": " << text(report, "outcome") << ": " << text(report, "message");
    if (text(report, "outcome") == "committed") {
      out << " in " << text(report, "milliseconds") << " ms"
          << (report.at("unloaded").as_bool() ? ", old version unloaded" : ", old version drains");
    }
    out << '\n';
    for (const json::value &reason : report.at("stayed_because").as_array()) {
      out << "  stayed: " << text(reason) << '\n';
    }
  }
}

}  // namespace slipring::command
