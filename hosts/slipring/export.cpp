#include "export.hpp"

#include <boost/json.hpp>
#include <iostream>

#include "event_text.hpp"
#include "outcome.hpp"
#include "output_file.hpp"
#include "progress.hpp"
#include "table.hpp"

namespace slipring::command {

namespace json = boost::json;

namespace {

void say_exported(const Common &common, const OutputFile &file, const std::string &name,
                  const json::object &done) {
  // Standard output may be where the events are.
  std::ostream &out = file.is_standard_output() ? std::cerr : std::cout;
  if (common.as_json) {
    json::object said = done;
    said["file"] = name;
    out << json::serialize(json::object{{"exported", std::move(said)}}) << '\n';
    return;
  }
  out << "exported " << counted(json::value_to<uint64_t>(done.at("events")), "event") << " to "
      << name << ", up to " << print_positions(done) << '\n';
}

}  // namespace

int export_events(const Common &common, const ExportOptions &options) {
  auto file = OutputFile::open(options.file);
  if (!file) return fail(file.status());
  ProgressBar bar;
  uint64_t events = 0;
  ReadCalls calls;
  calls.event = [&](std::string_view event) {
    ++events;
    Status status = file->write(event);
    return status.is_ok() ? file->write("\n") : status;
  };
  calls.gap = [&](const json::object &gap) {
    bar.clear();
    std::cerr << "slipring: " << gap_line(gap) << '\n';
  };
  calls.progress = [&](uint64_t done, uint64_t of) { bar.show(done, of, events, "events"); };
  const auto done = read_events(common.socket(), options.read, calls);
  bar.clear();
  if (!done) return fail(done.status());
  if (Status status = file->finish(); !status.is_ok()) return fail(status);
  say_exported(common, *file, options.file, *done);
  return command::done;
}

}  // namespace slipring::command
