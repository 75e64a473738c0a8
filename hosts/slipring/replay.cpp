#include "replay.hpp"

#include <boost/json.hpp>
#include <iostream>

#include "admin/conversation.hpp"
#include "batch_publisher.hpp"
#include "copied_event.hpp"
#include "event_text.hpp"
#include "export.hpp"
#include "outcome.hpp"
#include "progress.hpp"
#include "table.hpp"

namespace slipring::command {

namespace json = boost::json;

namespace {

Result<json::object> parse_event(std::string_view text) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = admin::max_json_depth;
  json::value event = json::parse(text, error, {}, options);
  if (error || !event.is_object()) return Status(SLIPRING_INTERNAL, "the host sent no event");
  return std::move(event.get_object());
}

void say_gap(const json::object &gap) {
  std::cerr << "slipring: " << gap_line(gap) << '\n';
}

// Where its events go is outside of what it reads: it ends with what there is when it begins.
class Republisher {
 public:
  Republisher(const ReplayOptions &options, BatchPublisher publisher)
      : options_(options), publisher_(std::move(publisher)) {}

  Result<json::object> run(const std::filesystem::path &socket) {
    ReadCalls calls;
    calls.event = [this](std::string_view text) { return publish(text); };
    calls.gap = [this](const json::object &gap) {
      bar_.clear();
      say_gap(gap);
    };
    calls.progress = [this](uint64_t done, uint64_t of) { bar_.show(done, of, events_, "events"); };
    auto done = read_events(socket, options_.read, calls);
    const Status status = publisher_.finish();
    bar_.clear();
    if (status.is_ok()) return done;
    return Status(status.code(), "event " + std::to_string(publisher_.before_refusal() + 1) + ": " +
                                     status.message() + "; those before it are replayed");
  }

 private:
  Status publish(std::string_view text) {
    auto event = parse_event(text);
    if (!event) return event.status();
    ++events_;
    const json::value *const topic = event->if_contains("subject");
    if (topic == nullptr || !topic->is_string()) {
      return Status(SLIPRING_INTERNAL, "the host sent an event without topic");
    }
    restore_event(*event);
    // It is to come again, also where it came from.
    event->erase("sliprdedup");
    (*event)["subject"] = copied_topic(options_.to_topic, topic->get_string());
    return publisher_.add(*event);
  }

  const ReplayOptions &options_;
  BatchPublisher publisher_;
  ProgressBar bar_;
  uint64_t events_ = 0;
};

int publish_again(const Common &common, const ReplayOptions &options) {
  auto publisher = BatchPublisher::open(common.socket());
  if (!publisher) return fail(publisher.status());
  const auto read = Republisher(options, std::move(*publisher)).run(common.socket());
  if (!read) return fail(read.status());
  if (common.as_json) {
    std::cout << json::serialize(json::object{{"replayed", *read}}) << '\n';
  } else {
    std::cout << "replayed " << counted(json::value_to<uint64_t>(read->at("events")), "event")
              << " to " << options.to_topic << ", up to " << print_positions(*read) << '\n';
  }
  return done;
}

int print_events(const Common &common, const ReadOptions &options) {
  ReadCalls calls;
  calls.event = [&](std::string_view text) {
    if (common.as_json) {
      std::cout << text << '\n';
    } else {
      const auto event = parse_event(text);
      if (!event) return event.status();
      std::cout << event_line(*event, columns_of_output()) << '\n';
    }
    return std::cout ? Status::ok() : Status(SLIPRING_ABORTED, "standard output takes no more");
  };
  calls.gap = [](const json::object &gap) {
    std::cout.flush();
    say_gap(gap);
  };
  calls.progress = [](uint64_t, uint64_t) {};
  const auto read = read_events(common.socket(), options, calls);
  std::cout.flush();
  return read ? done : fail(read.status());
}

}  // namespace

int replay(const Common &common, const ReplayOptions &options) {
  if (!options.to_topic.empty()) return publish_again(common, options);
  if (!options.to_file.empty()) return export_events(common, {options.to_file, options.read});
  return print_events(common, options.read);
}

}  // namespace slipring::command
