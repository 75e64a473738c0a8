#include "import.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <iostream>

#include "admin/conversation.hpp"
#include "batch_publisher.hpp"
#include "copied_event.hpp"
#include "input_lines.hpp"
#include "interruption.hpp"
#include "outcome.hpp"
#include "progress.hpp"
#include "table.hpp"

namespace slipring::command {

namespace json = boost::json;

namespace {

class Import {
 public:
  Import(const ImportOptions &options, InputLines input, BatchPublisher publisher)
      : options_(options), input_(std::move(input)), publisher_(std::move(publisher)) {}

  int run(bool as_json);

 private:
  Status import_lines();
  Status import_line(std::string_view line);
  Status stopped() const;
  Status failed(const Status &why);
  void say_imported(bool as_json) const;

  const ImportOptions &options_;
  InputLines input_;
  BatchPublisher publisher_;
  ProgressBar bar_;
  const std::string name_ = options_.file == "-" ? "standard input" : options_.file;
  uint64_t lines_ = 0;
  Status unreadable_;  // why it goes no further than the lines that were added
};

int Import::run(bool as_json) {
  const Status added = import_lines();
  // What stands before a line that is no event is imported.
  const Status published = added.is_ok() || !unreadable_.is_ok() ? publisher_.finish() : added;
  bar_.clear();
  if (!published.is_ok()) return fail(failed(published));
  if (!unreadable_.is_ok()) return fail(unreadable_);
  say_imported(as_json);
  return done;
}

Status Import::import_lines() {
  for (;;) {
    if (!input_.has_line()) {
      // Who writes the lines may take his time.
      if (Status status = publisher_.push(); !status.is_ok()) return status;
    }
    if (is_interrupted()) return unreadable_ = stopped();
    const auto line = input_.next();
    if (!line) {
      const bool cancelled = line.status().code() == SLIPRING_CANCELLED;
      return unreadable_ = cancelled ? stopped() : line.status();
    }
    if (!*line) return Status::ok();
    if (++lines_ <= options_.skip) continue;
    if (Status status = import_line(**line); !status.is_ok()) return status;
    bar_.show(input_.taken(), input_.size(), lines_ - options_.skip, "events");
  }
}

Status Import::stopped() const {
  return {SLIPRING_CANCELLED, name_ + ": interrupted; go on with --skip " +
                                  std::to_string(std::max(lines_, options_.skip))};
}

Status Import::import_line(std::string_view line) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = admin::max_json_depth;
  json::value event = json::parse(line, error, {}, options);
  if (error || !event.is_object()) {
    return unreadable_ = Status::invalid(
               name_ + ", line " + std::to_string(lines_) +
               ": accepted is a CloudEvent as a JSON object on one line; the lines before it are "
               "imported, go on behind it with --skip " +
               std::to_string(lines_));
  }
  restore_event(event.get_object());
  identify_event(event.get_object());
  return publisher_.add(event.get_object());
}

// Of what was on its way behind the refused line a part may have been published: so, when it was
// the line's own fault, it goes on behind all of that.
Status Import::failed(const Status &why) {
  const uint64_t line = options_.skip + publisher_.before_refusal() + 1;
  const bool of_the_host =
      why.code() == SLIPRING_UNAVAILABLE || why.code() == SLIPRING_RESOURCE_EXHAUSTED;
  const uint64_t skip = of_the_host ? line - 1 : options_.skip + publisher_.answered();
  return {why.code(), name_ + ", line " + std::to_string(line) + ": " + why.message() + "; " +
                          (of_the_host ? "go on" : "go on behind it") + " with --skip " +
                          std::to_string(skip)};
}

void Import::say_imported(bool as_json) const {
  if (as_json) {
    std::cout << json::serialize(json::object{{"imported",
                                               {{"events", publisher_.published()},
                                                {"duplicates", publisher_.duplicates()}}}})
              << '\n';
    return;
  }
  std::cout << "imported " << counted(publisher_.published(), "event");
  if (publisher_.duplicates() != 0) {
    std::cout << "; there before: " << publisher_.duplicates();
  }
  std::cout << '\n';
}

}  // namespace

int import_events(const Common &common, const ImportOptions &options) {
  note_interruption();
  auto input = InputLines::open(options.file);
  if (!input) return fail(input.status());
  auto publisher = BatchPublisher::open(common.socket());
  if (!publisher) return fail(publisher.status());
  return Import(options, std::move(*input), std::move(*publisher)).run(common.as_json);
}

}  // namespace slipring::command
