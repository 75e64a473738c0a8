#include "declare_plugins.hpp"

#include <CLI/CLI.hpp>
#include <memory>

#include "upgrades.hpp"

namespace slipring::command {

namespace {

using Run = std::function<int()>;
using Command = int (*)(const UpgradeOptions &);

// A sub command that runs `command` with options of its own, to which `declare` adds.
void declare(CLI::App &plugins, const Common &common, Run &run, const char *name,
             const char *description, Command command,
             const std::function<void(CLI::App &, UpgradeOptions &)> &declare) {
  const auto options = std::make_shared<UpgradeOptions>();
  CLI::App *const declared = plugins.add_subcommand(name, description);
  declare(*declared, *options);
  declared->callback([&common, &run, options, command] {
    run = [&common, options, command] {
      options->common = common;
      return command(*options);
    };
  });
}

void names(CLI::App &command, UpgradeOptions &options) {
  command.add_option("PLUGIN", options.plugins, "Only these plugins");
}

}  // namespace

void declare_plugins(CLI::App &app, const Common &common, Run &run) {
  CLI::App &plugins =
      *app.add_subcommand("plugins", "Plugins: what is loaded, what a file is, upgrades");
  plugins.require_subcommand(1);
  declare(plugins, common, run, "list", "Every generation the host holds", &list,
          [](CLI::App &, UpgradeOptions &) {});
  declare(plugins, common, run, "inspect",
          "One plugin: loaded, by name; or a file and its SHA-256, without running it", &inspect,
          [](CLI::App &command, UpgradeOptions &options) {
            command.add_option("PLUGIN", options.plugin, "Name of a loaded plugin, or a path")
                ->required();
          });
  declare(plugins, common, run, "plan",
          "What an upgrade would do to plugins and sessions, without doing it", &plan, &names);
  declare(plugins, common, run, "upgrade",
          "Bring in what is new in the plugin directory and in plugins' settings, as SIGHUP does, "
          "and wait",
          &upgrade, &names);
  declare(plugins, common, run, "rollback",
          "All sessions back to the version before; of the last upgrade without a name", &rollback,
          [](CLI::App &command, UpgradeOptions &options) {
            command.add_option("PLUGIN", options.plugin, "Which plugin");
          });
  declare(plugins, common, run, "pin", "Wish for one version only, also for a lower one", &pin,
          [](CLI::App &command, UpgradeOptions &options) {
            CLI::Option *const plugin =
                command.add_option("PLUGIN", options.plugin, "None: show the pins");
            command.add_option("VERSION", options.version, "Such as 1.2.0")->needs(plugin);
            command.add_option("--release", options.release, "Wish for the highest version again")
                ->type_name("PLUGIN")
                ->excludes(plugin);
          });
  declare(plugins, common, run, "quarantine",
          "Builds that are not let in again with the settings they had, because of what they did",
          &quarantine, [](CLI::App &command, UpgradeOptions &options) {
            command
                .add_option("--release", options.release,
                            "Let them in: those of a plugin, or the one of a build id")
                ->type_name("PLUGIN|BUILD");
          });
  declare(plugins, common, run, "canary",
          "A share of new sessions for a new version, compared with the old one; how that goes",
          &canary, [](CLI::App &command, UpgradeOptions &options) {
            CLI::Option *const plugin =
                command.add_option("PLUGIN", options.plugin, "None: show all canaries");
            CLI::Option *const share =
                command.add_option("--share", options.share, "Begin, or go on, with such as 10%")
                    ->needs(plugin);
            command
                .add_option("--time", options.time, "Promote it after such as 10m, if it is well")
                ->needs(share);
            CLI::Option *const promote =
                command.add_flag("--promote", options.promote, "All sessions to the new version")
                    ->needs(plugin)
                    ->excludes(share);
            command.add_flag("--abort", options.abort, "Its sessions back to the old version")
                ->needs(plugin)
                ->excludes(share)
                ->excludes(promote);
          });
  declare(
      plugins, common, run, "ledger", "What upgrades there were, and what became of the sessions",
      &ledger, [](CLI::App &command, UpgradeOptions &options) {
        command.add_option("PLUGIN", options.plugin, "Only of this one");
        command.add_option("--limit", options.limit, "The latest so many")->capture_default_str();
      });
}

}  // namespace slipring::command
