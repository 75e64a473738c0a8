#include "upgrades.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <iostream>

#include "admin/control_client.hpp"
#include "inspect.hpp"
#include "outcome.hpp"
#include "print.hpp"

namespace slipring::command {

namespace json = boost::json;

namespace {

using Printer = void (*)(std::ostream &, const json::object &);

Result<json::object> ask(const UpgradeOptions &options, const json::object &request) {
  return admin::ask(options.common.socket(), request);
}

int show(const UpgradeOptions &options, const json::object &answer, Printer print) {
  if (options.common.as_json) {
    std::cout << json::serialize(answer) << '\n';
  } else {
    print(std::cout, answer);
  }
  return done;
}

int ask_and_show(const UpgradeOptions &options, const json::object &request, Printer print) {
  const auto answer = ask(options, request);
  return answer ? show(options, *answer, print) : fail(answer.status());
}

// Refused when one of the list's members says one of `bad`.
int ask_for_all(const UpgradeOptions &options, const json::object &request, Printer print,
                std::string_view list, std::string_view member,
                const std::vector<std::string_view> &bad) {
  const auto answer = ask(options, request);
  if (!answer) return fail(answer.status());
  show(options, *answer, print);
  const json::array &all = answer->at(list).as_array();
  const bool failed = std::any_of(all.begin(), all.end(), [&](const json::value &one) {
    const std::string_view said = one.as_object().at(member).as_string();
    return std::find(bad.begin(), bad.end(), said) != bad.end();
  });
  return failed ? refused : done;
}

int inspect_file_of(const UpgradeOptions &options) {
  const auto manifest = inspect_file(options.plugin);
  if (manifest) return show(options, *manifest, &print_plugin);
  std::cerr << "slipring: " << manifest.status().message() << '\n';
  return refused;
}

}  // namespace

int list(const UpgradeOptions &options) {
  return ask_and_show(options, {{"op", "status"}}, &print_plugins);
}

// A name is asked of the host, a file is read here.
int inspect(const UpgradeOptions &options) {
  if (options.plugin.find_first_of("/.") != std::string::npos) return inspect_file_of(options);
  const auto status = ask(options, {{"op", "status"}});
  if (!status) return fail(status.status());
  json::array found;
  for (const json::value &plugin : status->at("plugins").as_array()) {
    if (plugin.as_object().at("name").as_string() == options.plugin) found.push_back(plugin);
  }
  if (found.empty()) {
    return fail(Status(SLIPRING_NOT_FOUND, "no plugin \"" + options.plugin +
                                               "\" is loaded; see `slipring plugins list`"));
  }
  if (options.common.as_json) {
    std::cout << json::serialize(json::object{{"plugins", found}}) << '\n';
    return done;
  }
  for (const json::value &plugin : found) print_plugin(std::cout, plugin.as_object());
  return done;
}

int plan(const UpgradeOptions &options) {
  return ask_for_all(options, {{"op", "plan"}, {"plugins", json::value_from(options.plugins)}},
                     &print_messages, "plan", "action", {"refuse"});
}

int upgrade(const UpgradeOptions &options) {
  return ask_for_all(options, {{"op", "upgrade"}, {"plugins", json::value_from(options.plugins)}},
                     &print_reports, "reports", "outcome", {"rejected", "rolled back"});
}

int rollback(const UpgradeOptions &options) {
  return ask_for_all(options, {{"op", "rollback"}, {"plugin", options.plugin}}, &print_reports,
                     "reports", "outcome", {"rejected"});
}

int pin(const UpgradeOptions &options) {
  const std::string plugin = options.release.empty() ? options.plugin : options.release;
  if (plugin.empty()) return ask_and_show(options, {{"op", "pins"}}, &print_pins);
  if (options.release.empty() && options.version.empty()) {
    std::cerr << "slipring: pin " << plugin << ": found no version, accepted: such as 1.2.0\n";
    return usage;
  }
  return ask_and_show(options, {{"op", "pin"}, {"plugin", plugin}, {"version", options.version}},
                      &print_pins);
}

int quarantine(const UpgradeOptions &options) {
  return ask_and_show(options, {{"op", "quarantine"}, {"release", options.release}},
                      &print_quarantine);
}

int canary(const UpgradeOptions &options) {
  json::object request = {{"op", "canary"}, {"plugin", options.plugin}};
  if (options.promote || options.abort) {
    request["end"] = options.promote ? "promote" : "abort";
    // Stopping it is what was asked for; moving back is not.
    std::vector<std::string_view> bad = {"rejected"};
    if (options.promote) bad.emplace_back("rolled back");
    return ask_for_all(options, request, &print_reports, "reports", "outcome", bad);
  }
  if (options.share.empty()) {
    return ask_and_show(options, {{"op", "canaries"}, {"plugin", options.plugin}}, &print_canaries);
  }
  request["share"] = options.share;
  request["time"] = options.time;
  return ask_for_all(options, request, &print_reports, "reports", "outcome",
                     {"rejected", "rolled back", "unchanged"});
}

int ledger(const UpgradeOptions &options) {
  return ask_and_show(options,
                      {{"op", "ledger"}, {"limit", options.limit}, {"plugin", options.plugin}},
                      &print_ledger);
}

}  // namespace slipring::command
