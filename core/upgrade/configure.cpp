// Other settings.
//
// An adapter whose settings differ from those its serving generation was made with gets a new
// generation. A file of the directory that is let in brings them along. Where there is none, since
// it is gone, broken or refused, the build that serves is taken from the shelf: its settings are no
// matter of what else lies in the directory.
#include <algorithm>

#include "upgrade/upgrader.hpp"

namespace slipring::upgrade {

namespace asio = boost::asio;
namespace fs = std::filesystem;

asio::awaitable<void> Upgrader::configure(UpgradeSettings settings) {
  settings.directory = settings_.directory;
  settings_ = std::move(settings);
  rehearsal_.configure(settings_.rehearsal);
  std::function<void(shard::Shard &)> mount = [this,
                                               mounts = current_mounts()](shard::Shard &shard) {
    mounts_.set_mounts(shard.index(), mounts);
  };
  co_await shards_.run_on_each(std::move(mount));
  const Turn::Guard turn = co_await changes_turn_.take();
  if (after_changes_) co_await after_changes_();
}

void Upgrader::add_configured_anew(const std::vector<std::string> &only, const Policy &policy,
                                   std::vector<Arrival> &arrivals, std::vector<Report> &reports) {
  for (const Held *held : catalog_.all()) {
    const plugin::Generation &serving = *held->generation;
    const std::string &name = serving.manifest().name;
    const bool asked_for = only.empty() || std::ranges::find(only, name) != only.end();
    if (held->state != GenerationState::serving || !asked_for) continue;
    if (serving.settings() == policy.settings_of(serving.manifest())) continue;
    if (is_coming(serving, policy, arrivals)) continue;
    Report report{.plugin = name, .file = serving.source().file.string()};
    const fs::path kept = records_.shelf.find(name, serving.source().build_id);
    if (kept.empty()) {
      report.failure = {Stage::staged, "settings", "no copy of the build that serves",
                        "one, to be configured anew"};
      reports.push_back(std::move(report));
      continue;
    }
    auto arrival = inspect(kept, policy, report);
    if (!arrival) {
      reports.push_back(std::move(report));
      continue;
    }
    arrival->file = serving.source().file;
    arrival->is_kept = true;
    arrivals.push_back(std::move(*arrival));
  }
}

// Whether a file brings the settings along, or is refused because of them.
bool Upgrader::is_coming(const plugin::Generation &serving, const Policy &policy,
                         const std::vector<Arrival> &arrivals) const {
  return std::ranges::any_of(arrivals, [&](const Arrival &arrival) {
    if (arrival.manifest.name != serving.manifest().name) return false;
    const Candidate next = candidate(arrival, &serving);
    return next.serves || !policy.refuse(next, &serving.manifest(), records_.standing);
  });
}

}  // namespace slipring::upgrade
