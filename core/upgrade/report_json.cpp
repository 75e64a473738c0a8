#include "upgrade/report_json.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "observe/log.hpp"

namespace slipring::upgrade {

namespace json = boost::json;

namespace {

double microseconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

json::object view(const BuildName &build) {
  return {{"version", build.version},
          {"build_id", build.build_id},
          {"generation", build.generation},
          {"settings", build.settings}};
}

json::object view(const session::MoveReport &report) {
  std::vector<std::chrono::nanoseconds> slices = report.slices;
  std::sort(slices.begin(), slices.end());
  std::chrono::nanoseconds total{};
  for (const auto slice : slices) total += slice;
  const bool any = !slices.empty();
  return {{"shard", report.shard},
          {"sessions", report.sessions},
          {"moved", report.moved},
          {"stayed", report.stayed},
          {"with_input", report.with_input},
          {"with_output", report.with_output},
          {"messages_during", report.messages_during},
          {"slices", slices.size()},
          {"slices_total_us", microseconds(total)},
          {"slice_p99_us", any ? microseconds(slices[slices.size() * 99 / 100]) : 0.0},
          {"longest_slice_us", any ? microseconds(slices.back()) : 0.0}};
}

}  // namespace

json::object to_json(const Report &report) {
  json::array shards;
  for (const auto &shard : report.shards) shards.push_back(view(shard));
  json::object stages;
  for (const auto &[stage, after] : report.stages) {
    stages[stage_name(stage)] = microseconds(after) / 1000;
  }
  return {{"upgrade", report.number},
          {"at", observe::format_time(report.at)},
          {"who", report.who},
          {"plugin", report.plugin},
          {"file", report.file},
          {"from", view(report.from)},
          {"to", view(report.to)},
          {"changed", change_name(report.change())},
          {"outcome", outcome_name(report.outcome)},
          {"stage", stage_name(report.stage)},
          {"check", report.failure.check},
          {"found", report.failure.found},
          {"expected", report.failure.expected},
          {"message", report.message()},
          {"milliseconds", microseconds(report.took) / 1000},
          {"stages_ms", std::move(stages)},
          {"sessions",
           {{"planned", report.planned + report.late()},
            {"moved", report.moved()},
            {"stayed", report.still_there()},
            {"ended", report.ended()},
            {"drained", report.drain ? report.drain->left : 0},
            {"cut", report.drain ? report.drain->cut : 0}}},
          {"shards", std::move(shards)},
          {"notes", json::value_from(report.notes)},
          {"stayed_because", json::value_from(report.reasons())},
          {"unloaded", report.old_unloaded}};
}

}  // namespace slipring::upgrade
