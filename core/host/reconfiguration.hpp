// Reconfiguration: the configuration is read again while the host runs, and what of it can change
// does.
//
//   adapters              wished from now on: the next look makes new generations
//   access, mounts        at once, for new sessions; the file of tokens is read again
//   upgrade, plugins.allow_downgrade, log     at once
//   everything else       with the next start; that it has changed is said each time
//
// A configuration that cannot be read changes nothing.
//
// Thread-safety: control thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <string>
#include <vector>

#include "host/config.hpp"
#include "upgrade/upgrader.hpp"

namespace slipring::host {

// Reads the file again, with what the command line said.
using ReadConfig = std::function<Result<Config>()>;

struct Reread {
  Config config;                           // what can change, over what cannot
  std::vector<std::string> needs_restart;  // parts that are otherwise: "endpoints"
};

// What of `fresh` a host that runs with `running` can take.
Reread take_over(const Config &running, Config fresh);

class Reconfiguration {
 public:
  using Renew = std::function<boost::asio::awaitable<void>()>;

  // `config`: what the host runs with; it is changed. `renew_access`: takes over its `access`.
  Reconfiguration(Config &config, upgrade::Upgrader &upgrader, ReadConfig read, Renew renew_access)
      : config_(config),
        upgrader_(upgrader),
        read_(std::move(read)),
        renew_access_(std::move(renew_access)) {}

  // The parts that need a restart. An error: nothing has changed. Both are in the log.
  boost::asio::awaitable<Result<std::vector<std::string>>> apply();
  // What apply() would do.
  Result<Reread> look() const;

 private:
  Config &config_;
  upgrade::Upgrader &upgrader_;
  const ReadConfig read_;
  const Renew renew_access_;
};

}  // namespace slipring::host
