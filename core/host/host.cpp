#include "host/host.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <mutex>

#include "host/descriptions.hpp"
#include "host/hang.hpp"
#include "host/overview.hpp"
#include "host/restart.hpp"
#include "host/stream_info.hpp"
#include "host/upgrade_config.hpp"
#include "observe/log.hpp"
#include "session/dial_extension.hpp"
#include "session/event_extensions.hpp"
#include "session/http_extension.hpp"
#include "session/message_extension.hpp"
#include "session/ticket_extension.hpp"

namespace slipring::host {

namespace asio = boost::asio;

namespace {

constexpr auto sweep_interval = std::chrono::seconds(1);
constexpr auto goodbye_interval = std::chrono::milliseconds(20);
constexpr auto empty_check_interval = std::chrono::milliseconds(10);
constexpr size_t log_readers = 2;

std::vector<std::vector<std::string>> origins_of(const Config &config) {
  std::vector<std::vector<std::string>> origins;
  for (const auto &endpoint : config.endpoints) origins.push_back(endpoint.origins);
  return origins;
}

// The largest event, its payload in base64 or with every second character escaped.
size_t max_request(const Config &config) {
  return size_t{64} * 1024 + 2 * config.limits.message;
}

}  // namespace

void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
    observe::warn("descriptor limit not raised", {{"limit", limit.rlim_cur}});
  }
}

Host::Host(Config config, ReadConfig read, StateDirectory state, upgrade::StagingArea staging,
           upgrade::Records records, OpenStreams streams, std::string version)
    : config_(std::move(config)),
      state_(std::move(state)),
      version_(std::move(version)),
      started_(std::chrono::steady_clock::now()),
      shards_(config_.shards),
      mounts_(config_.shards, origins_of(config_)),
      log_(std::move(streams.log)),
      network_(config_.shards,
               bus::Streams(config_.shards, config_.ephemeral, std::move(streams.histories)), {},
               {.wake =
                    [this](uint32_t home) {
                      if (home == network_.writer()) {
                        writer_.wake();
                      } else {
                        shards_.at(home).post([] {});
                      }
                    },
                .read = on_readers()}),
      sequencer_(network_, log_.get(), services_.counters),
      writer_(sequencer_),
      readers_(log_readers),
      reading_(network_.streams(), on_readers()),
      operator_streams_(network_.streams(), log_.get(), sequencer_, on_readers()),
      upgrader_(control_.get_executor(), shards_, sessions_, mounts_, services_, std::move(staging),
                std::move(records), upgrade_settings(config_)),
      reconfiguration_(config_, upgrader_, std::move(read), [this] { return renew_access(); }),
      operator_upgrades_(upgrader_, reconfiguration_, config_.plugin_directory.string()),
      operator_canary_(upgrader_),
      watch_(control_, [this] { asio::co_spawn(control_, look("watch"), asio::detached); }),
      control_server_(
          control_, [this](Json request) { return answer(std::move(request)); },
          max_request(config_)),
      http_admin_({control_, shards_, sessions_, upgrader_, endpoints_, links_, network_.streams(),
                   log_.get(), services_.counters, phase_, version_},
                  config_.admin, [this](Json request) { return answer(std::move(request)); }),
      watchdog_(services_, config_.watchdog,
                {.over_limit =
                     [this](const plugin::Activity &callback) {
                       asio::post(control_, [this, callback] { upgrader_.over_limit(callback); });
                     },
                 .restart = [this](const plugin::Activity &hung) { give_up(hung); }}) {
  session::add_message_extensions(services_.extensions);
  session::add_http_extensions(services_.extensions);
  session::add_dial_extensions(services_.extensions);
  session::add_ticket_extension(services_.extensions);
  session::add_event_extensions(services_.extensions);
  add_overview_extension(services_.extensions);
  add_description_extension(services_.extensions);
  add_stream_extension(services_.extensions);
  upgrader_.after_changes([this] { return renew_overview(); });
  observe::Counters &counters = services_.counters;
  for (uint32_t i = 0; i < shards_.size(); ++i) {
    sessions_.push_back(
        std::make_unique<session::ShardSessions>(i, config_.limits, mounts_, counters));
    sessions_.back()->set_tickets(tickets_);
    buses_.push_back(std::make_unique<bus::ShardBus>(i, network_, counters));
    events_.push_back(
        std::make_unique<session::ShardEvents>(*sessions_[i], *buses_[i], network_, counters));
    alarms_.push_back(std::make_unique<shard::Alarm>(shards_.at(i)));
  }
  OperatorEvents::Limits limits;
  limits.event.event = config_.limits.message;
  operators_ = std::make_unique<OperatorEvents>(control_, shards_.at(0), *buses_[0],
                                                network_.streams(), limits);
  control_server_.answer_at_length("subscribe", [this](Json request, admin::Conversation &to) {
    return operators_->subscribe(std::move(request), to);
  });
  control_server_.answer_at_length("read", [this](Json request, admin::Conversation &to) {
    return reading_.read(std::move(request), to);
  });
}

std::function<void(std::function<void()>)> Host::on_readers() {
  return [this](std::function<void()> work) { asio::post(readers_, std::move(work)); };
}

Host::~Host() {
  readers_.join();
  shards_.stop_and_join();
  watchdog_.stop();
  writer_.stop();
}

Status Host::run() {
  end_.add(SIGTERM);
  end_.add(SIGINT);
  hangup_.add(SIGHUP);
  rollback_.add(SIGUSR1);
  asio::co_spawn(control_, main(), asio::detached);
  const shard::Running::Bind bind(control_running_);
  control_.run();
  return result_;
}

asio::awaitable<void> Host::main() {
  warn_of_overlaps();
  writer_.start();
  shards_.start();
  start_watchdog();
  result_ = co_await start();
  if (result_.is_ok()) {
    phase_ = "serving";
    asio::co_spawn(control_, watch_for_hangup(), asio::detached);
    asio::co_spawn(control_, watch_for_rollback(), asio::detached);
    start_watch();
    const int signal = co_await end_.async_wait(asio::use_awaitable);
    observe::info("stopping", {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}});
  }
  phase_ = "stopping";
  ending_ = true;
  co_await stop();
  control_.stop();
}

asio::awaitable<Status> Host::start() {
  std::function<void(shard::Shard &)> prepare = [this](shard::Shard &shard) {
    sessions_[shard.index()]->bind_to_thread();
    events_[shard.index()]->bind_to_thread();
    set_stream_source(&network_.streams());
    shard.add_round_end([this, &shard] { end_round(shard); });
    start_sweep(shard);
  };
  co_await shards_.run_on_each(std::move(prepare));
  if (Status status = http_admin_.open(state_.path()); !status.is_ok()) co_return status;
  co_await renew_access();
  co_await upgrader_.begin();
  warn_of_empty_mounts();
  for (uint32_t i = 0; i < config_.endpoints.size(); ++i) {
    const edge::EndpointSettings &settings = config_.endpoints[i];
    plugin::Generation *const transport = upgrader_.transport(settings.transport);
    if (transport == nullptr) {
      co_return Status::invalid("endpoint " + settings.name + ": transport " + settings.transport +
                                " is not to be had from " + config_.plugin_directory.string());
    }
    auto endpoint = std::make_unique<edge::Endpoint>(i, settings, *transport, shards_, sessions_);
    if (Status status = endpoint->open(); !status.is_ok()) co_return status;
    endpoints_.push_back(std::move(endpoint));
  }
  if (Status status = make_links(); !status.is_ok()) co_return status;
  if (Status status = control_server_.open(control_socket(state_.path())); !status.is_ok()) {
    co_return status;
  }
  for (const auto &endpoint : endpoints_) {
    Status status = co_await endpoint->start();
    if (!status.is_ok()) co_return status;
  }
  co_await renew_overview();
  for (const auto &endpoint : endpoints_) {
    log_ready(endpoint->settings().name, endpoint->address(), endpoint->settings().transport);
  }
  std::vector<edge::TransportSeat *> seats;
  for (const auto &endpoint : endpoints_) seats.push_back(&endpoint->seat());
  for (const auto &link : links_) {
    if (Status status = co_await link->start(); !status.is_ok()) co_return status;
    seats.push_back(&link->seat());
  }
  upgrader_.set_seats(std::move(seats));
  if (endpoints_.empty()) log_ready("none", "none", "none");
  co_return Status::ok();
}

Status Host::make_links() {
  std::vector<edge::LinkPlace> places;
  places.reserve(config_.links.size());
  for (const edge::LinkSettings &settings : config_.links) {
    plugin::Generation *const transport = upgrader_.transport(settings.transport);
    if (transport == nullptr) {
      return Status::invalid("link " + settings.name + ": transport " + settings.transport +
                             " is not to be had from " + config_.plugin_directory.string());
    }
    const auto number = edge::MountTable::first_link + static_cast<uint32_t>(links_.size());
    links_.push_back(
        std::make_unique<edge::Link>(number, settings, *transport, shards_, sessions_));
    places.push_back({settings.adapter,
                      std::make_shared<const std::string>(links_.back()->target()),
                      links_.back().get()});
  }
  mounts_.set_links(std::move(places));
  return Status::ok();
}

void Host::log_ready(std::string_view endpoint, std::string_view address,
                     std::string_view transport) {
  observe::info("ready", {{"endpoint", endpoint},
                          {"address", address},
                          {"transport", transport},
                          {"shards", shards_.size()},
                          {"plugins", upgrader_.catalog().all().size()},
                          {"state", state_.path().string()},
                          {"pid", getpid()}});
}

void Host::start_watchdog() {
  for (uint32_t i = 0; i < shards_.size(); ++i) watchdog_.watch(shards_.at(i));
  watchdog_.watch("control", control_running_);
  watchdog_.start();
}

void Host::give_up(const plugin::Activity &hung) {
  const auto record =
      write_hang(state_.path(), {hung, watchdog_.now(), services_.generations.all()});
  const bool ending = ending_.load();
  observe::error(ending ? "a shard hangs, ending at once" : "a shard hangs, starting again",
                 {{"thread", hung.thread},
                  {"in", hung.title()},
                  {"generation", hung.generation},
                  {"seconds", std::chrono::duration<double>(hung.lasted).count()},
                  {"record", record ? record->string() : record.status().message()}});
  if (ending) _exit(hung_exit_code);
  restart_process();
}

void Host::warn_of_overlaps() {
  for (const auto &overlap : network_.streams().overlaps()) {
    observe::warn("streams overlap", {{"taken_by", overlap.first},
                                      {"filter", overlap.first_filter},
                                      {"not_by", overlap.second},
                                      {"its_filter", overlap.second_filter}});
  }
}

void Host::warn_of_empty_mounts() {
  if (!config_.mounts) return;
  for (const MountConfig &mount : *config_.mounts) {
    if (upgrader_.catalog().serving(mount.adapter) != nullptr) continue;
    observe::warn("mount without adapter", {{"path", mount.path},
                                            {"adapter", mount.adapter},
                                            {"directory", config_.plugin_directory.string()}});
  }
}

// What was published in the round reaches the bus, what the bus has reaches the sessions, and what
// the sessions have to say is written.
void Host::end_round(shard::Shard &shard) {
  const uint32_t index = shard.index();
  const auto now = session::Clock::now();
  const bool more = buses_[index]->drain();
  events_[index]->round_end(now);
  sessions_[index]->flush(now);
  if (more || buses_[index]->has_more() || events_[index]->has_more()) shard.post([] {});
  if (const auto due = events_[index]->next_due()) alarms_[index]->set(*due);
}

void Host::start_sweep(shard::Shard &shard) {
  auto timer = std::make_shared<asio::steady_timer>(shard.loop());
  auto again = std::make_shared<std::function<void()>>();
  session::ShardSessions &sessions = *sessions_[shard.index()];
  // The loop drops the pending handler, and with it all of this, when the shard ends.
  *again = [timer, weak = std::weak_ptr(again), &sessions] {
    timer->expires_after(sweep_interval);
    timer->async_wait([&sessions, again = weak.lock()](const boost::system::error_code &error) {
      if (error) return;
      sessions.sweep(session::Clock::now());
      (*again)();
    });
  };
  (*again)();
}

asio::awaitable<void> Host::watch_for_hangup() {
  for (;;) {
    boost::system::error_code error;
    co_await hangup_.async_wait(asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return;
    // Repeated signals coalesce into the look that has not begun.
    if (looking_) continue;
    looking_ = true;
    observe::info("hangup", {{"directory", config_.plugin_directory.string()}});
    asio::co_spawn(control_, look_after_hangup(), asio::detached);
  }
}

// Certificates do not wait until the configuration can be read.
asio::awaitable<void> Host::look_after_hangup() {
  looking_ = false;
  co_await reload_endpoints();
  const auto applied = co_await reconfiguration_.apply();
  if (!applied) co_return;
  warn_of_empty_mounts();
  co_await look("SIGHUP");
}

asio::awaitable<void> Host::look(std::string who) {
  const auto reports = co_await upgrader_.look({}, std::move(who));
  const bool quiet = std::all_of(reports.begin(), reports.end(), [](const auto &report) {
    return report.outcome == upgrade::Outcome::unchanged;
  });
  if (quiet) observe::info("nothing changed", {{"plugins", reports.size()}});
}

void Host::start_watch() {
  if (!config_.watch) return;
  const Status status = watch_.start(config_.plugin_directory);
  if (!status.is_ok())
    observe::warn("plugin directory not watched", {{"because", status.message()}});
}

asio::awaitable<void> Host::watch_for_rollback() {
  for (;;) {
    boost::system::error_code error;
    co_await rollback_.async_wait(asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return;
    const auto report = co_await upgrader_.rollback("", "SIGUSR1");
    if (!report) observe::warn("no rollback", {{"because", report.status().message()}});
  }
}

asio::awaitable<void> Host::reload_endpoints() {
  for (const auto &endpoint : endpoints_) {
    const std::string &name = endpoint->settings().name;
    const Result<std::string> report = co_await endpoint->reload();
    if (!report) {
      observe::error("certificates not read, the old ones stay",
                     {{"endpoint", name}, {"reason", report.status().message()}});
    } else if (!report->empty()) {
      observe::info("certificates read", {{"endpoint", name}, {"found", *report}});
    }
  }
}

// Each client is told when to come back, one after the other, so that they do not come all at once;
// and they are told at a pace that leaves the loops time to write.
asio::awaitable<void> Host::say_goodbye() {
  std::function<void(shard::Shard &)> refuse = [this](shard::Shard &shard) {
    sessions_[shard.index()]->refuse_all("the server is shutting down");
  };
  co_await shards_.run_on_each(std::move(refuse));
  const uint64_t at_once = std::max<uint64_t>(
      1, config_.shutdown_pace * goodbye_interval.count() / 1000 / shards_.size());
  const double milliseconds_each = 1000.0 / static_cast<double>(config_.shutdown_reconnects);
  std::atomic<uint64_t> told = 0;
  asio::steady_timer pause(control_);
  for (std::atomic<bool> more = true; more;) {
    more = false;
    std::function<void(shard::Shard &)> close = [&](shard::Shard &shard) {
      const auto comeback = [&] {
        return static_cast<uint32_t>(milliseconds_each * static_cast<double>(++told));
      };
      const size_t closed =
          sessions_[shard.index()]->close_some(at_once, "service restart", comeback);
      if (closed == at_once) more = true;
    };
    co_await shards_.run_on_each(std::move(close));
    if (!more) co_return;
    pause.expires_after(goodbye_interval);
    co_await pause.async_wait(asio::use_awaitable);
  }
}

asio::awaitable<void> Host::close_sessions() {
  co_await say_goodbye();
  const auto deadline = std::chrono::steady_clock::now() + config_.shutdown_grace;
  asio::steady_timer pause(control_);
  for (;;) {
    std::atomic<size_t> left = 0;
    std::function<void(shard::Shard &)> count = [&](shard::Shard &shard) {
      left += sessions_[shard.index()]->table().size();
    };
    co_await shards_.run_on_each(std::move(count));
    const bool drained = std::all_of(endpoints_.begin(), endpoints_.end(),
                                     [](const auto &endpoint) { return endpoint->is_drained(); });
    if (left == 0 && drained) co_return;
    if (std::chrono::steady_clock::now() >= deadline) {
      observe::warn("clients dropped", {{"sessions", left.load()}});
      co_return;
    }
    pause.expires_after(empty_check_interval);
    co_await pause.async_wait(asio::use_awaitable);
  }
}

asio::awaitable<void> Host::stop() {
  watch_.stop();
  // An upgrade under way is finished first, and none begins that would wait for shards that have
  // ended.
  const auto no_upgrades = co_await upgrader_.hold();
  for (const auto &endpoint : endpoints_) co_await endpoint->stop_accepting();
  for (const auto &link : links_) co_await link->stop_dialling();
  for (const auto &endpoint : endpoints_) co_await endpoint->drain();
  for (const auto &link : links_) co_await link->drain();
  co_await close_sessions();
  for (const auto &endpoint : endpoints_) co_await endpoint->stop();
  for (const auto &link : links_) co_await link->stop();
  reading_.stop();
  co_await operators_->stop();
  control_server_.stop();
  http_admin_.stop();
  hangup_.cancel();
  rollback_.cancel();
  // What the shards have asked for is written before the writer ends.
  readers_.join();
  shards_.stop_and_join();
  watchdog_.stop();
  writer_.stop();
  observe::info("stopped");
}

}  // namespace slipring::host
