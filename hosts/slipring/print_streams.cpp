#include "print_streams.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cstdio>
#include <ostream>
#include <utility>
#include <vector>

#include "table.hpp"

namespace slipring::command {

namespace json = boost::json;

namespace {

uint64_t number(const json::object &object, std::string_view name) {
  const json::value *const value = object.if_contains(name);
  return value == nullptr ? 0 : json::value_to<uint64_t>(*value);
}

std::string rounded(double value, const char *unit) {
  std::array<char, 64> text;
  const int size = std::snprintf(text.data(), text.size(), "%.1f", value);
  std::string digits(text.data(), static_cast<size_t>(size));
  if (digits.ends_with(".0")) digits.resize(digits.size() - 2);
  return digits + unit;
}

std::string duration_text(double seconds) {
  constexpr double minute = 60;
  constexpr double hour = 60 * minute;
  if (seconds >= hour) return rounded(seconds / hour, "h");
  if (seconds >= minute) return rounded(seconds / minute, "min");
  return rounded(seconds, "s");
}

double seconds(const json::object &object, std::string_view name) {
  const json::value *const value = object.if_contains(name);
  return value == nullptr ? 0 : value->to_number<double>();
}

bool is_configured(const json::object &stream) {
  const json::value *const configured = stream.if_contains("configured");
  return configured == nullptr || configured->as_bool();
}

std::string durability_text(const json::object &stream) {
  std::string durability = cell(stream, "durability");
  if (!is_configured(stream)) return "not configured";
  if (durability == "memory") return "memory: lost when the host ends";
  return durability;
}

std::string retention_text(const json::object &stream) {
  const json::value *const found = stream.if_contains("retention");
  if (found == nullptr) return "";
  const json::object &retention = found->as_object();
  std::vector<std::string> limits;
  if (const double age = seconds(retention, "age_seconds"); age != 0) {
    limits.push_back(duration_text(age));
  }
  if (const uint64_t bytes = number(retention, "bytes")) limits.push_back(size_text(bytes));
  if (const uint64_t events = number(retention, "events")) {
    limits.push_back(std::to_string(events) + " events");
  }
  if (const uint64_t each = number(retention, "per_topic")) {
    limits.push_back(std::to_string(each) + " of each topic");
  }
  if (limits.empty()) return "without limit";
  std::string text;
  for (const std::string &limit : limits) text += (text.empty() ? "" : ", ") + limit;
  return text;
}

std::string deduplication_text(const json::object &stream) {
  const json::value *const found = stream.if_contains("deduplication");
  if (found == nullptr) return "";
  const json::object &deduplication = found->as_object();
  return duration_text(seconds(deduplication, "window_seconds")) + ", up to " +
         cell(deduplication, "ids") + " ids";
}

std::string epochs_text(const json::object &stream) {
  std::string text;
  for (const json::value &each : stream.at("epochs").as_array()) {
    const json::object &epoch = each.as_object();
    text += (text.empty() ? "" : ", ") + cell(epoch, "epoch") + " from " + cell(epoch, "first");
  }
  return text;
}

std::string losses_text(const json::object &stream) {
  std::string text;
  for (const json::value &each : stream.at("losses").as_array()) {
    const json::object &loss = each.as_object();
    text += (text.empty() ? "" : ", ") + cell(loss, "from") + " to " + cell(loss, "to");
  }
  return text.empty() ? "none" : text;
}

}  // namespace

std::string size_text(uint64_t bytes) {
  constexpr std::array units{" B", " KiB", " MiB", " GiB", " TiB"};
  auto value = static_cast<double>(bytes);
  size_t unit = 0;
  for (; value >= 1024 && unit + 1 < units.size(); ++unit) value /= 1024;
  return rounded(value, units[unit]);
}

void print_streams(std::ostream &out, const json::object &answer) {
  Table table({"STREAM", "DURABILITY", "FILTERS", "EPOCH", "FIRST", "LAST", "EVENTS", "SIZE"});
  for (const json::value &item : answer.at("streams").as_array()) {
    const json::object &stream = item.as_object();
    table.add({cell(stream, "name"), durability_text(stream), cell(stream, "filters"),
               cell(stream, "epoch"), cell(stream, "first"), cell(stream, "last"),
               cell(stream, "events"), size_text(number(stream, "bytes"))});
  }
  table.print(out);
  if (const std::string ephemeral = cell(answer, "ephemeral"); !ephemeral.empty()) {
    out << "ephemeral, in no stream: " << ephemeral << '\n';
  }
  const json::array &findings = answer.at("findings").as_array();
  if (findings.empty()) return;
  out << "\nfound when the log was opened\n";
  print_findings(out, findings);
}

void print_findings(std::ostream &out, const json::array &findings) {
  Table table({"STREAM", "EVENTS", "WHAT"});
  for (const json::value &item : findings) {
    const json::object &finding = item.as_object();
    const std::string from = cell(finding, "from");
    table.add({finding.contains("stream") ? cell(finding, "stream") : "-",
               from.empty() ? "-" : from + " to " + cell(finding, "to"), cell(finding, "what")});
  }
  table.print(out);
}

void print_stream(std::ostream &out, const json::object &stream, const json::array &findings) {
  const std::vector<std::pair<std::string, std::string>> lines{
      {"stream", cell(stream, "name")},
      {"durability", durability_text(stream)},
      {"filters", cell(stream, "filters")},
      {"retention", retention_text(stream)},
      {"deduplication", deduplication_text(stream)},
      {"epoch", cell(stream, "epoch")},
      {"epochs", epochs_text(stream)},
      {"first", cell(stream, "first")},
      {"last", cell(stream, "last")},
      {"events", cell(stream, "events")},
      {"size", size_text(number(stream, "bytes"))},
      {"lost", losses_text(stream)}};
  for (const auto &[name, value] : lines) {
    constexpr size_t width = 15;
    if (!value.empty()) out << name << std::string(width - name.size(), ' ') << value << '\n';
  }
  if (findings.empty()) return;
  out << "\nfound when the log was opened\n";
  print_findings(out, findings);
}

}  // namespace slipring::command
