#include "declare_streams.hpp"

#include <CLI/CLI.hpp>
#include <memory>

#include "export.hpp"
#include "import.hpp"
#include "replay.hpp"
#include "streams.hpp"
#include "subscribe.hpp"
#include "verify.hpp"
#include "where.hpp"

namespace slipring::command {

namespace json = boost::json;

namespace {

using Run = std::function<int()>;

CLI::Option *declare_from(CLI::App &command, json::value &from, const std::string &description) {
  return command
      .add_option_function<std::string>(
          "--from",
          [&from](const std::string &text) {
            auto parsed = parse_where(text);
            if (!parsed) throw CLI::ValidationError("--from", parsed.status().message());
            from = std::move(*parsed);
          },
          description)
      ->type_name("WHERE");
}

void declare_last(CLI::App &command, json::value &from, CLI::Option *other) {
  command
      .add_option_function<int64_t>(
          "--last",
          [&from](const int64_t &count) {
            from = json::object{{"last", count}};
          },
          "The last so many that match, of each stream")
      ->check(CLI::PositiveNumber)
      ->type_name("N")
      ->excludes(other);
}

void declare_reading(CLI::App &command, ReadOptions &read) {
  CLI::Option *const from = declare_from(
      command, read.from, "earliest (default), last 10, a time, 15min (ago), behind a position");
  declare_last(command, read.from, from);
  command.add_option("--filter", read.filters, "Only these topics; + is any level, # any rest")
      ->type_name("FILTER");
  command.add_option("--stream", read.streams, "Only these streams")->type_name("NAME");
}

void declare_tail(CLI::App &app, const Common &common, Run &run) {
  constexpr int64_t usual = 10;
  const auto options = std::make_shared<SubscribeOptions>();
  options->start = json::object{{"last", usual}};
  CLI::App *declared = app.add_subcommand(
      "tail", "Print the last 10 events, then others as they come, until Ctrl-C");
  declared->add_option("FILTER", options->filters, "Topics; + is any level, # any rest")
      ->required();
  CLI::Option *const from = declare_from(*declared, options->start,
                                         "earliest, last 10, a time, 15min (ago), behind a "
                                         "position, last per topic, retained");
  declare_last(*declared, options->start, from);
  declared->add_option("--count", options->count, "End after so many events")
      ->check(CLI::PositiveNumber);
  declared->callback([&common, &run, options] {
    run = [&common, options] {
      options->socket = common.socket();
      options->as_json = common.as_json;
      return subscribe(*options);
    };
  });
}

void declare_replay(CLI::App &app, const Common &common, Run &run) {
  const auto options = std::make_shared<ReplayOptions>();
  CLI::App *declared =
      app.add_subcommand("replay", "Print what streams have, or publish it again, to its end");
  declare_reading(*declared, options->read);
  CLI::Option *to_topic = declared->add_option(
      "--to-topic", options->to_topic, "Publish there; in copy/# the # is the topic it had");
  declared->add_option("--to-file", options->to_file, "Write lines of CloudEvents; -: print them")
      ->excludes(to_topic)
      ->type_name("FILE");
  to_topic->type_name("TOPIC");
  declared->callback(
      [&common, &run, options] { run = [&common, options] { return replay(common, *options); }; });
}

void declare_export(CLI::App &app, const Common &common, Run &run) {
  const auto options = std::make_shared<ExportOptions>();
  CLI::App *declared =
      app.add_subcommand("export", "Write what streams have to a file, as lines of CloudEvents");
  declared->add_option("FILE", options->file, "-: standard output")->required();
  declare_reading(*declared, options->read);
  declared->callback([&common, &run, options] {
    run = [&common, options] { return export_events(common, *options); };
  });
}

void declare_import(CLI::App &app, const Common &common, Run &run) {
  const auto options = std::make_shared<ImportOptions>();
  CLI::App *declared = app.add_subcommand("import", "Publish lines of CloudEvents from a file");
  declared->add_option("FILE", options->file, "-: standard input")->required();
  declared->add_option("--skip", options->skip, "So many lines were imported before")
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
  declared->callback([&common, &run, options] {
    run = [&common, options] { return import_events(common, *options); };
  });
}

void declare_list(CLI::App &streams, const Common &common, Run &run) {
  const auto options = std::make_shared<StreamsOptions>();
  const char *const offline = "Of a state directory that no host uses";
  CLI::App *list = streams.add_subcommand("list", "All streams: what they have, how safe it is");
  list->add_flag("--offline", options->offline, offline);
  list->callback([&common, &run, options] {
    run = [&common, options] { return list_streams(common, *options); };
  });
  CLI::App *info = streams.add_subcommand("info", "One stream: its configuration, what was lost");
  info->add_option("NAME", options->name, "As in `slipring streams list`")->required();
  info->add_flag("--offline", options->offline, offline);
  info->callback([&common, &run, options] {
    run = [&common, options] { return show_stream(common, *options); };
  });
}

void declare_purge(CLI::App &streams, const Common &common, Run &run) {
  const auto options = std::make_shared<StreamsOptions>();
  CLI::App *purge = streams.add_subcommand("purge", "Remove events of a stream for ever");
  purge->add_option("NAME", options->name, "As in `slipring streams list`")->required();
  purge->add_option("--before", options->before, "Only what is before a position or a time")
      ->type_name("POSITION|TIME");
  purge->add_flag("--yes", options->yes, "Do it; without, say what would be removed");
  purge->add_flag("--offline", options->offline, "Of a state directory that no host uses");
  purge->callback([&common, &run, options] {
    run = [&common, options] { return purge_stream(common, *options); };
  });
}

}  // namespace

void declare_streams(CLI::App &app, const Common &common, Run &run) {
  CLI::App *streams = app.add_subcommand("streams", "Streams: what they have, checking, purging");
  streams->require_subcommand(1);
  declare_list(*streams, common, run);
  declare_purge(*streams, common, run);
  streams->add_subcommand("verify", "Read and check the log of a host that does not run")
      ->callback([&common, &run] { run = [&common] { return verify_streams(common); }; });
  declare_tail(app, common, run);
  declare_replay(app, common, run);
  declare_export(app, common, run);
  declare_import(app, common, run);
}

}  // namespace slipring::command
