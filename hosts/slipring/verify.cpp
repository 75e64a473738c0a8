#include "verify.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <iostream>

#include "admin/views.hpp"
#include "host/offline_log.hpp"
#include "host/open_streams.hpp"
#include "observe/log.hpp"
#include "outcome.hpp"
#include "print_streams.hpp"
#include "progress.hpp"
#include "table.hpp"

namespace slipring::command {

namespace json = boost::json;
using host::OfflineLog;

namespace {

uint64_t bytes_of(const stream::Log &log) {
  uint64_t bytes = 0;
  for (const stream::StreamState &state : log.streams()) bytes += state.bytes;
  return bytes;
}

// Of opening and of checking, each once.
json::array all_findings(const stream::Log &log, const std::vector<stream::Finding> &checked) {
  json::array all;
  for (const auto *const findings : {&log.findings(), &checked}) {
    for (const stream::Finding &each : *findings) {
      const json::value shown = admin::view(each);
      if (std::find(all.begin(), all.end(), shown) == all.end()) all.push_back(shown);
    }
  }
  return all;
}

void print(const Common &common, const stream::Log &log, const json::object &report) {
  if (common.as_json) {
    std::cout << json::serialize(report) << '\n';
    return;
  }
  const json::array &findings = report.at("findings").as_array();
  const std::string checked = counted(log.streams().size(), "stream") + ", " +
                              size_text(bytes_of(log)) + " in " +
                              std::string(report.at("log").as_string());
  if (findings.empty()) {
    std::cout << "no damage found: " << checked << '\n';
    return;
  }
  print_findings(std::cout, findings);
  std::cout << "damage found: " << checked << '\n';
}

}  // namespace

int verify_streams(const Common &common) {
  // What is found is printed below.
  observe::configure_log(observe::LogLevel::error, observe::LogFormat::text);
  auto offline = OfflineLog::open(common.state_directory(), OfflineLog::Access::read);
  if (!offline) return fail_offline(offline.status());
  const stream::Log &log = offline->log();
  ProgressBar bar;
  const auto checked = log.verify([&](uint64_t done, uint64_t of) {
    bar.show(done, of, done >> 20, "MiB");
    return true;
  });
  bar.clear();
  if (!checked) return fail_offline(checked.status());
  json::object report = offline->list();
  report.erase("ephemeral");
  report["log"] = host::log_directory(common.state_directory()).string();
  report["findings"] = all_findings(log, *checked);
  print(common, log, report);
  return report.at("findings").as_array().empty() ? done : refused;
}

}  // namespace slipring::command
