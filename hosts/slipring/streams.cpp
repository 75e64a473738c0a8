#include "streams.hpp"

#include <boost/json.hpp>
#include <iostream>

#include "admin/control_client.hpp"
#include "host/offline_log.hpp"
#include "outcome.hpp"
#include "print_streams.hpp"
#include "table.hpp"

namespace slipring::command {

namespace json = boost::json;
using host::OfflineLog;

namespace {

Result<json::object> streams_of(const Common &common, bool offline) {
  if (!offline) return admin::ask(common.socket(), {{"op", "streams"}});
  const auto log = OfflineLog::open(common.state_directory(), OfflineLog::Access::read);
  if (!log) return log.status();
  return log->list();
}

Result<json::object> find(const json::object &answer, const std::string &name) {
  for (const json::value &each : answer.at("streams").as_array()) {
    if (each.as_object().at("name").as_string() == name) return each.as_object();
  }
  return Status(SLIPRING_NOT_FOUND,
                "there is no stream \"" + name + "\"; see `slipring streams list`");
}

// Of the stream, or of the log as a whole.
json::array findings_about(const json::object &answer, const std::string &name) {
  json::array findings;
  for (const json::value &each : answer.at("findings").as_array()) {
    const json::value *const stream = each.as_object().if_contains("stream");
    if (stream == nullptr || stream->as_string() == name) findings.push_back(each);
  }
  return findings;
}

Result<json::object> purge(const Common &common, const StreamsOptions &options) {
  if (options.offline) {
    auto log = OfflineLog::open(common.state_directory(), OfflineLog::Access::write);
    if (!log) return log.status();
    return log->purge(options.name, options.before);
  }
  json::object request{{"op", "purge"}, {"stream", options.name}};
  if (!options.before.empty()) request["before"] = options.before;
  const auto answer = admin::ask(common.socket(), request);
  if (!answer) return answer.status();
  return answer->at("purged").as_object();
}

int fail(const StreamsOptions &options, const Status &status) {
  return options.offline ? fail_offline(status) : command::fail(status);
}

int ask_for_yes(const StreamsOptions &options, const json::object &stream) {
  std::cerr << "slipring: this would remove "
            << (options.before.empty() ? "all events" : "the events before " + options.before)
            << " of stream " << options.name << ", which has "
            << json::serialize(stream.at("events")) << ": "
            << "they cannot be brought back. Add --yes to do it\n";
  return usage;
}

}  // namespace

int list_streams(const Common &common, const StreamsOptions &options) {
  const auto answer = streams_of(common, options.offline);
  if (!answer) return fail(options, answer.status());
  if (common.as_json) {
    std::cout << json::serialize(*answer) << '\n';
  } else {
    print_streams(std::cout, *answer);
  }
  return done;
}

int show_stream(const Common &common, const StreamsOptions &options) {
  const auto answer = streams_of(common, options.offline);
  if (!answer) return fail(options, answer.status());
  const auto stream = find(*answer, options.name);
  if (!stream) return fail(options, stream.status());
  const json::array findings = findings_about(*answer, options.name);
  if (common.as_json) {
    std::cout << json::serialize(json::object{{"stream", *stream}, {"findings", findings}}) << '\n';
  } else {
    print_stream(std::cout, *stream, findings);
  }
  return done;
}

int purge_stream(const Common &common, const StreamsOptions &options) {
  if (!options.yes) {
    const auto answer = streams_of(common, options.offline);
    if (!answer) return fail(options, answer.status());
    const auto stream = find(*answer, options.name);
    return stream ? ask_for_yes(options, *stream) : fail(options, stream.status());
  }
  const auto purged = purge(common, options);
  if (!purged) return fail(options, purged.status());
  if (common.as_json) {
    std::cout << json::serialize(json::object{{"purged", *purged}}) << '\n';
  } else {
    std::cout << "removed " << counted(json::value_to<uint64_t>(purged->at("events")), "event")
              << " of " << options.name << "; it begins at " << json::serialize(purged->at("first"))
              << " now\n";
  }
  return done;
}

}  // namespace slipring::command
