#include "pubsub/dialect.hpp"

#include <array>

#include "pubsub/event_stream.hpp"
#include "pubsub/jetstream.hpp"
#include "pubsub/nats.hpp"
#include "pubsub/nchan.hpp"
#include "pubsub/post.hpp"
#include "pubsub/slipring_json.hpp"

namespace slipring::bench::pubsub {
namespace {

template <typename Kind>
std::unique_ptr<Dialect> make(const Options &options, const Role &role) {
  return std::make_unique<Kind>(options, role);
}

std::unique_ptr<Dialect> event_stream(const Options &options, const Role &role,
                                      const std::string &before_topic) {
  return std::make_unique<EventStream>(before_topic + options.topic + '/' +
                                       std::to_string(role.topic));
}

// Subscribers take server-sent events; publishers publish over WebSocket, so that what is compared
// is the fan-out.
std::unique_ptr<Dialect> make_slipring_sse(const Options &options, const Role &role) {
  if (!role.subscribes) return make<SlipringJson>(options, role);
  return event_stream(options, role, "/events?topic=");
}

std::unique_ptr<Dialect> make_nchan_sse(const Options &options, const Role &role) {
  return role.subscribes ? event_stream(options, role, "/sub/") : make<Nchan>(options, role);
}

// And publishers publish by POST.
std::unique_ptr<Dialect> make_slipring_rest(const Options &options, const Role &role) {
  if (role.subscribes) return make_slipring_sse(options, role);
  return std::make_unique<Post>(options, role, "/topics/");
}

std::unique_ptr<Dialect> make_nchan_rest(const Options &options, const Role &role) {
  if (role.subscribes) return make_nchan_sse(options, role);
  return std::make_unique<Post>(options, role, "/post/");
}

struct Known {
  std::string_view name;
  std::unique_ptr<Dialect> (*make)(const Options &, const Role &);
};

constexpr std::array known = {
    Known{"slipring", make<SlipringJson>},    Known{"nats", make<Nats>},
    Known{"jetstream", make<JetStream>},      Known{"nchan", make<Nchan>},
    Known{"slipring-sse", make_slipring_sse}, Known{"slipring-rest", make_slipring_rest},
    Known{"nchan-sse", make_nchan_sse},       Known{"nchan-rest", make_nchan_rest},
};

}  // namespace

std::vector<std::string> dialects() {
  std::vector<std::string> names;
  names.reserve(known.size());
  for (const Known &one : known) names.emplace_back(one.name);
  return names;
}

std::unique_ptr<Dialect> make_dialect(const Options &options, const Role &role) {
  for (const Known &one : known) {
    if (one.name == options.dialect) return one.make(options, role);
  }
  return nullptr;
}

}  // namespace slipring::bench::pubsub
