#include "upgrade/rehearsal_talk.hpp"

#include <boost/json.hpp>

#include "base/utf8.hpp"

namespace slipring::upgrade {

namespace json = boost::json;

namespace {

template <class T>
T number(const json::object &from, std::string_view name) {
  return json::value_to<T>(from.at(name));
}

std::string text(const json::object &from, std::string_view name) {
  const json::value *const found = from.if_contains(name);
  return found == nullptr ? std::string() : json::value_to<std::string>(*found);
}

}  // namespace

std::string printable(std::string_view text) {
  std::string to(text);
  const bool is_text = is_utf8(text);
  for (char &c : to) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < ' ' || byte == 0x7f || (byte > 0x7f && !is_text)) c = '?';
  }
  return to;
}

std::string RehearsalTask::encode() const {
  json::array sizes;
  for (const std::string &sample : samples) sizes.push_back(sample.size());
  const json::object head{{"staged", staged.string()},
                          {"settings", settings},
                          {"shards", shards},
                          {"schema", schema},
                          {"cpu", cpu.count()},
                          {"memory", memory},
                          {"host", host},
                          {"samples", std::move(sizes)}};
  std::string whole = json::serialize(head) + '\n';
  for (const std::string &sample : samples) whole += sample;
  return whole;
}

Result<RehearsalTask> RehearsalTask::decode(std::string_view whole) {
  const size_t end = whole.find('\n');
  if (end == std::string_view::npos) return Status::invalid("a task is a line of JSON and samples");
  try {
    const json::value parsed = json::parse(whole.substr(0, end));
    const json::object &head = parsed.as_object();
    RehearsalTask task;
    task.staged = text(head, "staged");
    task.settings = text(head, "settings");
    task.shards = number<uint32_t>(head, "shards");
    task.schema = number<uint32_t>(head, "schema");
    task.cpu = std::chrono::seconds(number<int64_t>(head, "cpu"));
    task.memory = number<uint64_t>(head, "memory");
    task.host = number<pid_t>(head, "host");
    whole.remove_prefix(end + 1);
    for (const json::value &size : head.at("samples").as_array()) {
      const auto bytes = json::value_to<size_t>(size);
      if (bytes > whole.size()) return Status::invalid("a sample is cut off");
      task.samples.emplace_back(whole.substr(0, bytes));
      whole.remove_prefix(bytes);
    }
    return task;
  } catch (const std::exception &error) {
    return Status::invalid(error.what());
  }
}

std::string RehearsalLine::encode() const {
  json::object line{{"step", step}};
  if (is_failure()) {
    line["check"] = check;
    line["found"] = printable(found);
  }
  if (is_end()) {
    line["samples"] = samples;
    line["refused"] = refused;
    line["reason"] = printable(reason);
  }
  return json::serialize(line);
}

Result<RehearsalLine> RehearsalLine::decode(std::string_view line) {
  boost::system::error_code error;
  const json::value parsed = json::parse(line, error);
  if (error || !parsed.is_object()) return Status::invalid("no line of slipring-rehearse");
  try {
    const json::object &from = parsed.get_object();
    RehearsalLine said{.step = text(from, "step"),
                       .check = text(from, "check"),
                       .found = text(from, "found"),
                       .reason = text(from, "reason")};
    if (said.step.empty()) return Status::invalid("no line of slipring-rehearse");
    if (said.is_end()) {
      said.samples = number<uint32_t>(from, "samples");
      said.refused = number<uint32_t>(from, "refused");
    }
    return said;
  } catch (const std::exception &error) {
    return Status::invalid(error.what());
  }
}

}  // namespace slipring::upgrade
