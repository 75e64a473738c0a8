#include "admin/metrics.hpp"

#include <prometheus/text_serializer.h>

#include <sstream>

#include "admin/counter_metrics.hpp"
#include "admin/metric_family.hpp"

namespace slipring::admin {
namespace {

using Families = std::vector<prometheus::MetricFamily>;

double seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

void add_host(const MetricFacts &facts, Families &to) {
  Family info = Family::gauge("build_info", "The version of slipringd; the value is always 1.");
  info.add({{"version", facts.version}}, 1);
  to.push_back(info.take());
  Family ready = Family::gauge("ready", "1 when /readyz answers 200, else 0.");
  ready.add({}, facts.ready ? 1 : 0);
  to.push_back(ready.take());
}

void add_process(const observe::ProcessFacts &process, Families &to) {
  const auto gauge = [&](const char *name, const char *help, double value) {
    Family family = Family::gauge(name, help);
    family.add({}, value);
    to.push_back(family.take());
  };
  gauge("process_start_time_seconds", "When the process began, in Unix time.",
        process.start_time_seconds);
  gauge("process_resident_memory_bytes", "Resident memory.",
        static_cast<double>(process.resident_bytes));
  gauge("process_open_fds", "Open descriptors.", static_cast<double>(process.open_descriptors));
  gauge("process_max_fds", "The limit of open descriptors.",
        static_cast<double>(process.max_descriptors));
  gauge("process_threads", "Threads.", static_cast<double>(process.threads));
  Family cpu = Family::counter("process_cpu_seconds_total", "Time of processors, user and system.");
  cpu.add({}, process.cpu_seconds);
  to.push_back(cpu.take());
}

void add_shards(const MetricFacts &facts, Families &to) {
  Family answers = Family::gauge(
      "shard_responsive", "1 when the shard passed between two callbacks within the time, else 0.");
  for (size_t i = 0; i < facts.shards.size(); ++i) {
    answers.add({{"shard", std::to_string(i)}}, facts.shards[i] ? 1 : 0);
  }
  to.push_back(answers.take());
  const auto gauge = [&](const char *name, const char *help, uint64_t session::Occupancy::*what) {
    Family family = Family::gauge(name, help);
    for (size_t i = 0; i < facts.shards.size(); ++i) {
      if (!facts.shards[i]) continue;
      family.add({{"shard", std::to_string(i)}}, static_cast<double>((*facts.shards[i]).*what));
    }
    to.push_back(family.take());
  };
  using session::Occupancy;
  gauge("sessions", "Open sessions.", &Occupancy::sessions);
  gauge("queued_bytes", "Bytes queued for clients.", &Occupancy::queued_bytes);
  gauge("queued_messages", "Messages queued for clients.", &Occupancy::queued_messages);
  gauge("input_bytes", "Bytes received and not consumed by an adapter yet.",
        &Occupancy::input_bytes);
  gauge("sessions_paused", "Sessions that are not read from: their queue is long, or they wait.",
        &Occupancy::paused);
  gauge("sessions_blocked", "Sessions whose client takes less than there is for it.",
        &Occupancy::blocked);
}

void add_plugins(const MetricFacts &facts, Families &to) {
  Family info = Family::gauge("plugin_info", "A generation that is loaded; the value is always 1.");
  Family sessions = Family::gauge("generation_sessions",
                                  "Sessions that a generation serves; of a transport's, "
                                  "those that came through it.");
  for (const MetricFacts::Plugin &plugin : facts.plugins) {
    const std::string generation = std::to_string(plugin.generation);
    info.add({{"plugin", plugin.name},
              {"version", plugin.version},
              {"build_id", plugin.build_id},
              {"generation", generation},
              {"kind", plugin.kind},
              {"state", plugin.state}},
             1);
    sessions.add({{"plugin", plugin.name}, {"version", plugin.version}, {"generation", generation}},
                 static_cast<double>(plugin.sessions));
  }
  to.push_back(info.take());
  to.push_back(sessions.take());
}

void add_counts(const MetricFacts &facts, Families &to) {
  const auto counter = [&](const char *name, const char *help, uint64_t plugin::Counts::*what) {
    Family family = Family::counter(name, help);
    for (const MetricFacts::Plugin &plugin : facts.plugins) {
      family.add({{"plugin", plugin.name},
                  {"version", plugin.version},
                  {"generation", std::to_string(plugin.generation)}},
                 static_cast<double>(plugin.counts.*what));
    }
    to.push_back(family.take());
  };
  using plugin::Counts;
  counter("generation_calls_total", "Calls of a generation's adapters.", &Counts::calls);
  counter("generation_errors_total", "Calls of a generation that failed by its own fault.",
          &Counts::failed);
  counter("generation_slow_calls_total", "Calls of a generation over the watchdog's limit.",
          &Counts::slow);
  counter("generation_sessions_opened_total", "Sessions that a generation opened.",
          &Counts::opened);
  counter("generation_sessions_failed_total", "Sessions that an error of a generation has ended.",
          &Counts::ended_badly);
  Family canaries =
      Family::gauge("canary_share", "The share of new sessions that the version in canary gets.");
  for (const auto &[plugin, share] : facts.canaries) canaries.add({{"plugin", plugin}}, share);
  to.push_back(canaries.take());
}

void add_upgrades(const upgrade::Totals &totals, Families &to) {
  Family upgrades =
      Family::counter("upgrades_total",
                      "Files brought in or refused, by plugin (empty: none was named) and "
                      "outcome.");
  Family moves =
      Family::counter("session_moves_total", "Sessions that an upgrade moved, or could not move.");
  Family drains = Family::counter("drained_sessions_total",
                                  "Sessions that stayed with a replaced version, by how they left "
                                  "it: by themselves, or cut when their time was over.");
  for (const auto &[name, plugin] : totals.plugins()) {
    for (const auto &[outcome, count] : plugin.outcomes) {
      upgrades.add({{"plugin", name}, {"outcome", std::string(outcome_name(outcome))}},
                   static_cast<double>(count));
    }
    moves.add({{"plugin", name}, {"result", "moved"}}, static_cast<double>(plugin.moved));
    moves.add({{"plugin", name}, {"result", "stayed"}}, static_cast<double>(plugin.stayed));
    drains.add({{"plugin", name}, {"result", "left"}}, static_cast<double>(plugin.drained));
    drains.add({{"plugin", name}, {"result", "cut"}}, static_cast<double>(plugin.cut));
  }
  to.push_back(upgrades.take());
  to.push_back(moves.take());
  to.push_back(drains.take());

  const upgrade::SliceTimes &slices = totals.slices();
  Family times = Family::histogram("move_slice_seconds",
                                   "How long sessions were moved before other work had its turn.");
  prometheus::ClientMetric::Histogram histogram;
  for (size_t i = 0; i < upgrade::SliceTimes::bounds.size(); ++i) {
    histogram.bucket.push_back({slices.within.at(i), seconds(upgrade::SliceTimes::bounds.at(i))});
  }
  histogram.sample_count = slices.count;
  histogram.sample_sum = seconds(slices.sum);
  times.add(std::move(histogram));
  to.push_back(times.take());
}

void add_endpoints(const MetricFacts &facts, Families &to) {
  Family accepted = Family::counter("endpoint_connections_total", "Connections accepted.");
  Family sessions = Family::gauge("endpoint_sessions", "Open sessions of an endpoint.");
  for (const MetricFacts::Endpoint &endpoint : facts.endpoints) {
    const Labels labels = {{"endpoint", endpoint.name}, {"transport", endpoint.transport}};
    accepted.add(labels, static_cast<double>(endpoint.accepted));
    if (endpoint.sessions) sessions.add(labels, static_cast<double>(*endpoint.sessions));
  }
  to.push_back(accepted.take());
  to.push_back(sessions.take());
  Family up = Family::gauge("link_connected", "1 while the link is connected, else 0.");
  for (const MetricFacts::Link &link : facts.links) {
    if (link.connected) up.add({{"link", link.name}}, *link.connected ? 1 : 0);
  }
  to.push_back(up.take());
}

void add_streams(const MetricFacts &facts, Families &to) {
  const auto gauge = [&](const char *name, const char *help, uint64_t MetricFacts::Stream::*what) {
    Family family = Family::gauge(name, help);
    for (const MetricFacts::Stream &stream : facts.streams) {
      family.add({{"stream", stream.name}}, static_cast<double>(stream.*what));
    }
    to.push_back(family.take());
  };
  using Stream = MetricFacts::Stream;
  gauge("stream_first_sequence", "The first sequence that is kept.", &Stream::first);
  gauge("stream_last_sequence", "The sequence of the last event that readers may see.",
        &Stream::last);
  gauge("stream_events", "Events that are kept.", &Stream::events);
  gauge("stream_bytes", "Bytes of the events that are kept.", &Stream::bytes);
  gauge("stream_ring_bytes", "Bytes of the latest events, in memory.", &Stream::ring_bytes);
}

}  // namespace

Families HostMetrics::Collect() const {
  Families families;
  add_host(facts_, families);
  add_process(facts_.process, families);
  add_shards(facts_, families);
  add_plugins(facts_, families);
  add_counts(facts_, families);
  add_upgrades(facts_.upgrades, families);
  add_endpoints(facts_, families);
  add_streams(facts_, families);
  add_counters(facts_.counters, families);
  std::erase_if(families, [](const auto &family) { return family.metric.empty(); });
  return families;
}

std::string HostMetrics::text() const {
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, Collect());
  return std::move(text).str();
}

}  // namespace slipring::admin
