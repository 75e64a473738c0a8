// slipringd: the host process. Everything it does is in core/host; here is the command line.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "host/blocked_signals.hpp"
#include "host/config.hpp"
#include "host/hang.hpp"
#include "host/host.hpp"
#include "host/open_streams.hpp"
#include "host/restart.hpp"
#include "host/state_directory.hpp"
#include "observe/log.hpp"

namespace {

using slipring::Status;
namespace host = slipring::host;
namespace upgrade = slipring::upgrade;

struct Options {
  std::string config;
  std::string state;
  std::string plugins;
  std::string listen;
  std::string admin;
  uint32_t shards = 0;
  bool allow_downgrade = false;
  bool adopt_log = false;
  bool check = false;
  std::string log_level;
  std::string log_format;
};

void declare(CLI::App &app, Options &options) {
  app.set_version_flag("--version", "slipringd " SLIPRING_VERSION);
  app.add_option("--config", options.config, "Configuration file (YAML); none: the defaults")
      ->type_name("FILE");
  app.add_option("--state", options.state,
                 "Directory of the control socket, pid file and staged plugins; default: " +
                     host::default_state_directory().string())
      ->type_name("DIR");
  app.add_option("--plugins", options.plugins, "Plugin directory, instead of the configured one")
      ->type_name("DIR");
  app.add_option("--listen", options.listen, "Address of the first endpoint: :8080, 127.0.0.1:0")
      ->type_name("ADDRESS");
  app.add_option("--admin", options.admin,
                 "Address of the admin interface: 127.0.0.1:9180, or none")
      ->type_name("ADDRESS");
  app.add_option("--shards", options.shards, "Number of shards; default: one a processor")
      ->check(CLI::Range(1, 255));
  app.add_flag("--allow-downgrade", options.allow_downgrade,
               "Permit a plugin file of a lower version to replace the running one");
  app.add_flag("--adopt-log", options.adopt_log,
               "Take over a state directory whose log was written on another machine");
  app.add_option("--log-level", options.log_level, "debug, info, warn or error");
  app.add_option("--log-format", options.log_format, "text or json");
  app.add_flag("--check", options.check, "Read the configuration, say whether it is good, and end");
  app.footer(
      "Signals: SIGHUP reads the configuration and looks at the plugin directory again: plugins\n"
      "whose file or settings changed are upgraded without closing a connection; SIGUSR1 takes "
      "the\n"
      "last upgrade back; SIGTERM closes every client with 1012 and ends.\n"
      "Ask a running host with `slipring status`.");
}

slipring::Result<host::Config> configure(const Options &options) {
  slipring::Result<host::Config> config =
      options.config.empty() ? host::Config() : host::read_config(options.config);
  if (!config) return config;
  if (!options.plugins.empty()) config->plugin_directory = options.plugins;
  if (options.shards != 0) config->shards = options.shards;
  if (options.allow_downgrade) config->allow_downgrade = true;
  if (!options.listen.empty()) {
    const auto address = slipring::edge::parse_listen_address(options.listen);
    if (!address) return Status::invalid("--listen: " + address.status().message());
    if (config->endpoints.empty()) return Status::invalid("--listen: no endpoint is configured");
    config->endpoints.front().listen = options.listen;
  }
  if (!options.admin.empty()) {
    config->admin.listen = options.admin;
    const Status status = host::check_admin(config->admin);
    if (!status.is_ok()) return Status::invalid("--admin: " + status.message());
  }
  if (!options.log_level.empty()) {
    const auto level = host::parse_log_level(options.log_level);
    if (!level) return Status::invalid("--log-level: " + level.status().message());
    config->log_level = *level;
  }
  if (!options.log_format.empty()) {
    const auto format = host::parse_log_format(options.log_format);
    if (!format) return Status::invalid("--log-format: " + format.status().message());
    config->log_format = *format;
  }
  return config;
}

int fail(const Status &status, int code) {
  std::cerr << "slipringd: " << status.message() << '\n';
  return code;
}

Status serve(host::Config config, const Options &options, const std::filesystem::path &state_path) {
  auto state = host::StateDirectory::lock(state_path);
  if (!state) return state.status();
  host::tell_of_last_hang(state->path());
  auto staging = upgrade::StagingArea::create(state->path() / "staged");
  if (!staging) return staging.status();
  auto records = upgrade::Records::open(state->path() / "upgrades");
  if (!records) return records.status();
  std::unique_ptr<host::Host> host;
  {
    const host::BlockedSignals of_the_log;
    auto streams = host::open_streams(config.streams, state->path(), options.adopt_log);
    if (!streams) return streams.status();
    host::ReadConfig read = [&options] { return configure(options); };
    host = std::make_unique<host::Host>(std::move(config), std::move(read), std::move(*state),
                                        std::move(*staging), std::move(*records),
                                        std::move(*streams), SLIPRING_VERSION);
  }
  return host->run();
}

}  // namespace

int main(int argc, char **argv) {
  constexpr int usage = 2;
  host::remember_start(argv);
  CLI::App app("slipringd hosts protocol adapters as plugins and replaces them live.");
  Options options;
  declare(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return app.exit(error) == 0 ? 0 : usage;
  }
  auto config = configure(options);
  if (!config) return fail(config.status(), usage);
  if (options.check) {
    std::cout << "the configuration is good\n";
    return 0;
  }
  slipring::observe::configure_log(config->log_level, config->log_format);
  host::raise_descriptor_limit();
  const std::filesystem::path state = options.state.empty() ? host::default_state_directory()
                                                            : std::filesystem::path(options.state);
  const Status status = serve(std::move(*config), options, state);
  return status.is_ok() ? 0 : fail(status, 1);
}
