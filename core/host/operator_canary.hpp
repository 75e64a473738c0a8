// OperatorCanary: a version beside another, as operators ask for it over the control socket.
//
//   canary {plugin, share, time?}    what is new in the plugin directory gets that share of new
//                                    sessions ("10%"); of one that has a canary: another share
//   canary {plugin, end}             "promote": all sessions to it; "abort": its own back
//                                    both: {reports}
//   canaries {plugin?}               {canaries}, with what both versions have done since
//
// Thread-safety: control thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>
#include <string>

#include "upgrade/upgrader.hpp"

namespace slipring::host {

class OperatorCanary {
 public:
  using Json = boost::json::object;

  explicit OperatorCanary(upgrade::Upgrader &upgrader) : upgrader_(upgrader) {}

  // Whether it is one of the requests above.
  static bool answers(std::string_view op) { return op == "canary" || op == "canaries"; }
  boost::asio::awaitable<Json> answer(std::string op, Json request);

 private:
  boost::asio::awaitable<Json> begin(std::string plugin, Json request);
  boost::asio::awaitable<Json> end(std::string plugin, std::string how);

  upgrade::Upgrader &upgrader_;
};

}  // namespace slipring::host
