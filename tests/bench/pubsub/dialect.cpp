#include "pubsub/dialect.hpp"

#include <array>

#include "pubsub/jetstream.hpp"
#include "pubsub/nats.hpp"
#include "pubsub/nchan.hpp"
#include "pubsub/slipring_json.hpp"

namespace slipring::bench::pubsub {
namespace {

template <typename Kind>
std::unique_ptr<Dialect> make(const Options &options, const Role &role) {
  return std::make_unique<Kind>(options, role);
}

struct Known {
  std::string_view name;
  std::unique_ptr<Dialect> (*make)(const Options &, const Role &);
};

constexpr std::array known = {
    Known{"slipring", make<SlipringJson>},
    Known{"nats", make<Nats>},
    Known{"jetstream", make<JetStream>},
    Known{"nchan", make<Nchan>},
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
