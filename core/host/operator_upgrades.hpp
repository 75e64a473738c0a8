// OperatorUpgrades: what operators ask about upgrades over the control socket, and what they have
// done.
//
//   upgrade {plugins?}         reads the configuration again and brings in what is new in it and in
//                              the plugin directory: {reports, needs_restart}
//   plan {plugins?}            what that would do: {plan, needs_restart}
//   rollback {plugin?}         back to the version before: {reports}
//   pin {plugin, version}      only that version is wished; an empty one: no pin
//   pins                       {pins}
//   quarantine {release?}      builds that are not let in; `release` lets in those of a plugin, or
//                              the one whose build id begins so: {released?, quarantine}
//   ledger {limit?, plugin?}   the latest upgrades, oldest first: {upgrades}
//
// Thread-safety: control thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "host/reconfiguration.hpp"
#include "upgrade/upgrader.hpp"

namespace slipring::host {

class OperatorUpgrades {
 public:
  using Json = boost::json::object;

  OperatorUpgrades(upgrade::Upgrader &upgrader, Reconfiguration &reconfiguration,
                   std::string plugin_directory)
      : upgrader_(upgrader),
        reconfiguration_(reconfiguration),
        directory_(std::move(plugin_directory)) {}

  // Whether it is one of the requests above.
  static bool answers(std::string_view op);
  boost::asio::awaitable<Json> answer(std::string op, Json request);

 private:
  boost::asio::awaitable<Json> upgrade(Json request);
  boost::asio::awaitable<Json> plan(Json request);
  boost::asio::awaitable<Json> rollback(Json request);
  Json pin(const Json &request);
  Json pins() const;
  Json quarantine(const Json &request);
  Json ledger(const Json &request) const;
  // The answer that says so when a plugin of `names` is not among `seen`.
  template <class Seen>
  std::optional<Json> missing(const std::vector<std::string> &names, const Seen &seen) const;

  upgrade::Upgrader &upgrader_;
  Reconfiguration &reconfiguration_;
  const std::string directory_;
};

}  // namespace slipring::host
