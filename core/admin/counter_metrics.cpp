#include "admin/counter_metrics.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "admin/metric_family.hpp"

namespace slipring::admin {
namespace {

struct Help {
  std::string_view counter;
  std::string_view text;
};

constexpr std::array helps = {
    Help{"adapter_errors_total", "Calls of adapters that failed."},
    Help{"deliveries_rejected_total", "Events that an adapter refused to deliver."},
    Help{"event_render_errors_total", "Events that an adapter could not render."},
    Help{"events_dropped_total", "Events dropped from queues of clients by a drop policy."},
    Help{"events_missed_total", "Events that a shard was too slow for, to be read later or gone."},
    Help{"events_published_total", "Events handed to the bus."},
    Help{"events_queued_total", "Events put into queues of clients."},
    Help{"events_rendered_total", "Renderings of events, each for all clients of its format."},
    Help{"events_sequenced_total", "Events that got their place in a stream or topic."},
    Help{"gaps_announced_total", "Gaps announced to subscribers."},
    Help{"http_body_bytes_received_total", "Bytes of bodies of requests."},
    Help{"http_body_bytes_sent_total", "Bytes of bodies of responses."},
    Help{"http_requests_total", "HTTP requests that became sessions."},
    Help{"link_attempts_total", "Attempts to connect links."},
    Help{"links_connected_total", "Links that came up."},
    Help{"links_lost_total", "Links that went down."},
    Help{"log_errors_total", "Groups of events that could not be written to the log."},
    Help{"log_groups_total", "Groups of events written to the log."},
    Help{"messages_received_total", "Messages received from clients."},
    Help{"messages_sent_total", "Messages handed to transports."},
    Help{"messages_too_big_total", "Messages and bodies over limits.message."},
    Help{"publish_full_total", "Publishes that had to wait for room on the way to their home."},
    Help{"publishes_deduplicated_total", "Publishes known by their deduplication id."},
    Help{"publishes_refused_total", "Publishes answered with an error."},
    Help{"publishes_total", "Publishes of sessions."},
    Help{"queue_full_total", "Messages of adapters for which a queue had no room."},
    Help{"sessions_closed_total", "Sessions that have ended."},
    Help{"sessions_opened_total", "Sessions opened."},
    Help{"sessions_refused_total", "Sessions refused before they were open."},
    Help{"sessions_stalled_total", "Sessions ended because their client took nothing."},
};

std::string help_for(const observe::Counters::Sample &counter) {
  if (!counter.plugin.empty()) return "Counted by plugins as " + counter.name + '.';
  const auto *const known = std::ranges::find(helps, counter.name, &Help::counter);
  if (known != helps.end()) return std::string(known->text);
  return "Counted by the host as " + counter.name + '.';
}

bool is_metric_name(std::string_view name) {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !name.empty() && letter(name.front()) && std::ranges::all_of(name, [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || c == '_';
  });
}

std::string metric_name(const observe::Counters::Sample &counter) {
  std::string name = counter.plugin.empty() ? counter.name : "plugin_" + counter.name;
  if (!name.ends_with("_total")) name += "_total";
  return name;
}

struct Totals {
  std::string help;
  std::map<std::string, uint64_t> by_plugin;
};

}  // namespace

void add_counters(const std::vector<observe::Counters::Sample> &counters,
                  std::vector<prometheus::MetricFamily> &to) {
  std::map<std::string, Totals> families;
  for (const observe::Counters::Sample &counter : counters) {
    if (!is_metric_name(counter.name)) continue;
    Totals &totals = families[metric_name(counter)];
    if (totals.help.empty()) totals.help = help_for(counter);
    totals.by_plugin[counter.plugin] += counter.total;
  }
  for (const auto &[name, totals] : families) {
    Family family = Family::counter(name, totals.help);
    for (const auto &[plugin, total] : totals.by_plugin) {
      Labels labels;
      if (!plugin.empty()) labels.push_back({"plugin", plugin});
      family.add(std::move(labels), static_cast<double>(total));
    }
    to.push_back(family.take());
  }
}

}  // namespace slipring::admin
