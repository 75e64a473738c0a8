// The table of the C ABI for an adapter that describes what it answers: there when the object of
// the shard has `Status describe(std::string_view path, Writer &)`.
#ifndef SLIPRING_CPP_DETAIL_DESCRIPTION_TABLE_HPP
#define SLIPRING_CPP_DETAIL_DESCRIPTION_TABLE_HPP

#include <slipring/ext/description.h>

#include <slipring/cpp/boundary.hpp>
#include <slipring/cpp/detail/instance.hpp>
#include <slipring/cpp/writer.hpp>

namespace slipring::sdk::detail {

template <class Shard>
concept Describes = requires(Shard shard, std::string_view path, Writer writer) {
  shard.describe(path, writer);
};

template <class Policy>
class DescriptionTable {
  static slipring_status describe(void *instance, slipring_bytes path,
                                  const slipring_writer *writer) noexcept {
    Instance<Policy> &self = Instance<Policy>::of(instance);
    [[maybe_unused]] const auto call = self.rules.enter("describe");
    return boundary::run(
        [&]() -> Status {
          Writer out(writer);
          return self.shard.describe(view(path), out);
        },
        boundary::to_log(self.host));
  }

 public:
  static constexpr slipring_description_adapter table{sizeof(slipring_description_adapter),
                                                      describe};
};

}  // namespace slipring::sdk::detail

#endif
