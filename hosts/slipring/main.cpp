// slipring: the operator's command line. It asks a running host through its control socket.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <functional>
#include <iostream>

#include "admin/control_client.hpp"
#include "base/units.hpp"
#include "common.hpp"
#include "declare_plugins.hpp"
#include "declare_streams.hpp"
#include "event/verify.hpp"
#include "outcome.hpp"
#include "print.hpp"
#include "publish.hpp"
#include "subscribe.hpp"

namespace {

namespace json = boost::json;
namespace command = slipring::command;
using slipring::Result;

using command::done;
using command::fail;

struct Options : command::Common {
  int64_t limit = 1000;
  command::PublishOptions publish;
  command::SubscribeOptions subscribe;
};

using Printer = void (*)(std::ostream &, const json::object &);

int show(const Options &options, const json::object &answer, Printer print) {
  if (options.as_json) {
    std::cout << json::serialize(answer) << '\n';
  } else {
    print(std::cout, answer);
  }
  return done;
}

Result<json::object> ask(const Options &options, const json::object &request) {
  return slipring::admin::ask(options.socket(), request);
}

int ask_and_show(const Options &options, const json::object &request, Printer print) {
  const auto answer = ask(options, request);
  return answer ? show(options, *answer, print) : fail(answer.status());
}

// A duration as it is written in a configuration, in milliseconds for the option's variable.
std::string read_time_to_live(std::chrono::milliseconds &to, const std::string &text) {
  const auto duration = slipring::parse_duration(text);
  if (!duration) return duration.status().message();
  to = std::chrono::duration_cast<std::chrono::milliseconds>(*duration);
  return to.count() == 0 ? "found " + text + ", accepted: from 1ms" : "";
}

void declare_publish(CLI::App &app, Options &options, std::function<int()> &run) {
  command::PublishOptions &publish = options.publish;
  CLI::App *declared = app.add_subcommand(
      "publish", "Publish an event, and print its position; of standard input without DATA");
  declared->add_option("TOPIC", publish.topic, "Topic, without wildcards")->required();
  CLI::Option *data = declared->add_option("DATA", publish.data, "What the event says");
  CLI::Option *file =
      declared->add_option("--file", publish.file, "Data from a file; -: standard input");
  CLI::Option *lines =
      declared->add_flag("--lines", publish.lines, "Each line of input is an event");
  file->excludes(data)->type_name("FILE");
  lines->excludes(data);
  declared->add_option("--type", publish.type, "Type of the event, such as game.move");
  declared->add_option("--id", publish.id, "Its id within its source")->excludes(lines);
  declared->add_option("--source", publish.source, "Where it comes from, a URI reference");
  declared->add_option("--key", publish.key, "Partition key");
  declared->add_option("--content-type", publish.content_type,
                       "Of the data; default: application/json, text/plain or "
                       "application/octet-stream, whichever the data are");
  declared->add_option("--priority", publish.priority, "0 (dropped first) to 9")
      ->check(CLI::Range(0, int{slipring::event::max_priority}));
  declared
      ->add_option_function<std::string>(
          "--ttl",
          [&publish](const std::string &text) {
            const std::string wrong = read_time_to_live(publish.time_to_live, text);
            if (!wrong.empty()) throw CLI::ValidationError("--ttl", wrong);
          },
          "How long it is worth delivering: 500ms, 30s, 5min")
      ->type_name("DURATION");
  declared->callback([&] {
    run = [&] {
      options.publish.socket = options.socket();
      options.publish.as_json = options.as_json;
      return command::publish(options.publish);
    };
  });
}

void declare_subscribe(CLI::App &app, Options &options, std::function<int()> &run) {
  CLI::App *declared = app.add_subcommand("subscribe", "Print events as they come, until Ctrl-C");
  declared->add_option("FILTER", options.subscribe.filters, "Topics; + is any level, # any rest")
      ->required();
  declared->add_option("--count", options.subscribe.count, "End after so many events")
      ->check(CLI::PositiveNumber);
  declared->callback([&] {
    run = [&] {
      options.subscribe.socket = options.socket();
      options.subscribe.as_json = options.as_json;
      return command::subscribe(options.subscribe);
    };
  });
}

}  // namespace

int main(int argc, char **argv) {
  CLI::App app("slipring asks a running slipringd, and tells it what to do.");
  Options options;
  std::function<int()> run;
  app.set_version_flag("--version", "slipring " SLIPRING_VERSION);
  app.add_option("--state", options.state,
                 "State directory of the host; default: " +
                     slipring::host::default_state_directory().string())
      ->type_name("DIR");
  app.add_flag("--json", options.as_json, "Print the host's answer as JSON, on one line");
  app.require_subcommand(1);
  app.fallthrough();
  app.footer(
      "Exit codes: 0 done; 1 refused, or an upgrade failed; 2 wrong usage; 3 no host reachable.\n\n"
      "Examples:\n"
      "  slipring status                        what runs, what is mapped, what changed last\n"
      "  slipring plugins inspect ./echo.so     look at a file without running it\n"
      "  slipring plugins plan                  what an upgrade would do, and to whom\n"
      "  slipring plugins upgrade echo          bring in a new build of one plugin\n"
      "  slipring plugins rollback echo         and back again\n"
      "  slipring --json sessions | jq length   every session, for a script\n"
      "  slipring subscribe 'game/+/move'       events of topics, as they come\n"
      "  slipring publish game/42/move '{\"move\":\"e4\"}'\n"
      "  tail -f app.log | slipring publish logs --lines\n"
      "  slipring tail --from 15min 'game/#'    the last quarter of an hour, and on from there\n"
      "  slipring export events.jsonl           what all streams have, into a file\n"
      "  slipring streams verify                check the log of a host that does not run");

  app.add_subcommand("status", "The host, its endpoints and plugins, the last changes")
      ->callback([&] {
        run = [&] { return ask_and_show(options, {{"op", "status"}}, &command::print_status); };
      });
  CLI::App *sessions = app.add_subcommand("sessions", "Open sessions and who serves them");
  sessions->add_option("--limit", options.limit, "At most this many")->capture_default_str();
  sessions->callback([&] {
    run = [&] {
      return ask_and_show(options, {{"op", "sessions"}, {"limit", options.limit}},
                          &command::print_sessions);
    };
  });
  command::declare_plugins(app, options, run);
  declare_publish(app, options, run);
  declare_subscribe(app, options, run);
  command::declare_streams(app, options, run);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return app.exit(error) == 0 ? done : command::usage;
  }
  return run();
}
