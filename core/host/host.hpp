// Host: puts everything together and runs it.
//
// Start: lock the state directory; start the shards; open the admin interface; load what lies in
// the plugin directory; create the transports of the endpoints on their shards; listen; dial the
// links; open the control socket; say "ready". SIGHUP reads the configuration and looks at the
// plugin directory again, SIGUSR1 takes the last upgrade back. SIGTERM and SIGINT stop: no new
// connections, every client closed with "service restart" and given a grace, transports stopped on
// their shards, shards joined, the log synced and closed, plugins unloaded.
//
// Thread-safety: run() takes the calling thread, which becomes the control thread.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/json/object.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "access/tickets.hpp"
#include "admin/control_server.hpp"
#include "bus/shard_bus.hpp"
#include "bus/writer_thread.hpp"
#include "edge/endpoint.hpp"
#include "edge/link.hpp"
#include "edge/mount_table.hpp"
#include "host/config.hpp"
#include "host/directory_watch.hpp"
#include "host/http_admin.hpp"
#include "host/open_streams.hpp"
#include "host/operator_canary.hpp"
#include "host/operator_events.hpp"
#include "host/operator_reading.hpp"
#include "host/operator_streams.hpp"
#include "host/operator_upgrades.hpp"
#include "host/reconfiguration.hpp"
#include "host/state_directory.hpp"
#include "plugin/host_table.hpp"
#include "plugin/watchdog.hpp"
#include "session/shard_events.hpp"
#include "shard/alarm.hpp"
#include "shard/running.hpp"
#include "shard/shard_set.hpp"
#include "upgrade/upgrader.hpp"

namespace slipring::host {

class Host {
 public:
  // `version`: of slipringd, for status. `staging` is inside `state`. `read` reads what `config`
  // was read from.
  Host(Config config, ReadConfig read, StateDirectory state, upgrade::StagingArea staging,
       upgrade::Records records, OpenStreams streams, std::string version);
  ~Host();

  // Serves until told to stop. An error: it could not start.
  Status run();

 private:
  using Json = boost::json::object;

  boost::asio::awaitable<void> main();
  boost::asio::awaitable<Status> start();
  Status make_links();
  boost::asio::awaitable<void> stop();
  boost::asio::awaitable<void> watch_for_hangup();
  boost::asio::awaitable<void> look_after_hangup();
  boost::asio::awaitable<void> look(std::string who);
  void start_watch();
  boost::asio::awaitable<void> watch_for_rollback();
  boost::asio::awaitable<void> reload_endpoints();
  boost::asio::awaitable<void> say_goodbye();
  boost::asio::awaitable<void> close_sessions();
  // Who is let in from now on, on every shard.
  boost::asio::awaitable<void> renew_access();
  // Tells the shards what runs here.
  boost::asio::awaitable<void> renew_overview();
  boost::asio::awaitable<void> renew_descriptions();
  void log_ready(std::string_view endpoint, std::string_view address, std::string_view transport);
  void warn_of_empty_mounts();
  void warn_of_overlaps();
  // Runs work there; for as long as the host lives.
  std::function<void(std::function<void()>)> on_readers();
  void start_watchdog();
  // [watchdog] A shard hangs: writes down what is known, and starts the host again.
  [[noreturn]] void give_up(const plugin::Activity &hung);
  void end_round(shard::Shard &shard);
  void start_sweep(shard::Shard &shard);

  boost::asio::awaitable<Json> answer(Json request);
  boost::asio::awaitable<Json> answer_status();
  boost::asio::awaitable<Json> answer_sessions(Json request);

  Config config_;
  StateDirectory state_;
  const std::string version_;
  const std::chrono::steady_clock::time_point started_;
  boost::asio::io_context control_;
  boost::asio::signal_set hangup_{control_};
  boost::asio::signal_set rollback_{control_};
  boost::asio::signal_set end_{control_};
  plugin::HostServices services_;
  shard::ShardSet shards_;
  edge::MountTable mounts_;
  access::Tickets tickets_;
  edge::AllSessions sessions_;
  const std::unique_ptr<stream::Log> log_;  // null: all streams are in memory
  bus::Network network_;
  bus::StreamSequencer sequencer_;
  bus::WriterThread writer_;
  boost::asio::thread_pool readers_;  // of the log
  std::vector<std::unique_ptr<bus::ShardBus>> buses_;
  std::vector<std::unique_ptr<session::ShardEvents>> events_;
  std::vector<std::unique_ptr<shard::Alarm>> alarms_;  // for timers of their sessions
  std::unique_ptr<OperatorEvents> operators_;
  OperatorReading reading_;
  OperatorStreams operator_streams_;
  upgrade::Upgrader upgrader_;
  Reconfiguration reconfiguration_;
  OperatorUpgrades operator_upgrades_;
  OperatorCanary operator_canary_;
  DirectoryWatch watch_;
  std::vector<std::unique_ptr<edge::Endpoint>> endpoints_;
  std::vector<std::unique_ptr<edge::Link>> links_;
  admin::ControlServer control_server_;
  HttpAdmin http_admin_;
  shard::Running control_running_;
  plugin::Watchdog watchdog_;
  std::atomic<bool> ending_ = false;
  bool looking_ = false;  // a look for a hang-up is waiting for its turn
  std::string phase_ = "starting";
  Status result_;
};

// Raises the limit of open descriptors to what the system permits this process.
void raise_descriptor_limit();

}  // namespace slipring::host
