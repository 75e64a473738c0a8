// Upgrader: makes what runs equal to what lies in the plugin directory.
//
//   found ► staged ► verified ► rehearsed ► loaded ► moving ► retired ► unloaded
//
// Any failure before `moving` leaves the old version serving and nothing else changed. In `moving`
// every shard gives new sessions to the new version before the first session moves; a session that
// cannot move stays with the old version, which then drains; when more than a configured share
// cannot, all go back.
//
// Thread-safety: control thread. Upgrades run one at a time, in the order they were asked for.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "edge/endpoint.hpp"
#include "edge/mount_table.hpp"
#include "shard/shard_set.hpp"
#include "upgrade/catalog.hpp"
#include "upgrade/rehearsal.hpp"
#include "upgrade/report.hpp"
#include "upgrade/staging.hpp"
#include "upgrade/turn.hpp"
#include "upgrade/verify.hpp"

namespace slipring::upgrade {

struct UpgradeSettings {
  std::filesystem::path directory;
  bool allow_downgrade = false;
  // Time a shard spends moving sessions before it lets traffic pass.
  std::chrono::nanoseconds slice = std::chrono::microseconds(200);
  // When a larger share of the sessions cannot move, all go back.
  double max_failed_moves = 0.5;
  RehearsalSettings rehearsal;
  // Settings of adapters, JSON by plugin name; {} for those not listed.
  std::map<std::string, std::string> adapter_settings;
  // Settings that transports get on the endpoints, to be checked with their plugin.
  std::multimap<std::string, std::string> transport_settings;
  // Mounts by configuration; nothing: every adapter at the paths of its manifest.
  std::optional<std::vector<edge::Mount>> mounts;
};

class Upgrader {
 public:
  Upgrader(boost::asio::any_io_executor control, shard::ShardSet &shards,
           edge::AllSessions &sessions, edge::MountTable &mounts, plugin::HostServices &services,
           StagingArea staging, UpgradeSettings settings);

  // Looks at the directory and brings in what is new or changed, limited to the plugins named in
  // `only` unless that is empty. One report a file that was considered.
  boost::asio::awaitable<std::vector<Report>> look(std::vector<std::string> only = {});

  // Waits until no upgrade is under way and keeps others from beginning: for the end of the host.
  boost::asio::awaitable<Turn::Guard> hold() { return turn_.take(); }

  // The transport of that name, loaded by the first look(); nullptr when there is none.
  plugin::Generation *transport(std::string_view name);

  // `call` is awaited after each look that has changed what serves, before another begins.
  void after_changes(std::function<boost::asio::awaitable<void>()> call) {
    after_changes_ = std::move(call);
  }

  // What is mounted now.
  edge::Mounts current_mounts();

  Catalog &catalog() { return catalog_; }
  // The last 100 reports of something that changed or was refused, oldest first.
  const std::deque<Report> &history() const { return history_; }

 private:
  struct Arrival;

  std::optional<Arrival> inspect(const std::filesystem::path &file, Report &report);
  void reject_twins(std::vector<Arrival> &arrivals, std::vector<Report> &reports);
  boost::asio::awaitable<Report> bring_in(Arrival arrival);
  std::optional<Failure> refuse_by_policy(const Arrival &arrival, Held *running) const;
  Checked<std::unique_ptr<plugin::Generation>> load(Arrival &arrival);
  boost::asio::awaitable<void> replace(Held &old_held, Held &new_held, Report &report);
  boost::asio::awaitable<void> switch_to(plugin::Generation &generation);
  boost::asio::awaitable<std::vector<session::MoveReport>> move_to(plugin::Generation &generation);
  void drain(Held &held);
  boost::asio::awaitable<void> retire_empty();
  boost::asio::awaitable<void> retire_later();
  std::string settings_of(const std::string &plugin) const;
  void warn_of_missing_files(const std::vector<std::filesystem::path> &files);

  boost::asio::any_io_executor control_;
  shard::ShardSet &shards_;
  edge::AllSessions &sessions_;
  edge::MountTable &mounts_;
  plugin::HostServices &services_;
  StagingArea staging_;
  const UpgradeSettings settings_;
  Rehearsal rehearsal_;
  Catalog catalog_;
  Turn turn_;
  std::deque<Report> history_;
  uint64_t next_generation_ = 1;
  std::function<boost::asio::awaitable<void>()> after_changes_;
};

}  // namespace slipring::upgrade
