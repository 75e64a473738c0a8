#include "http/field_list.hpp"

namespace slipring::http {

std::optional<std::string> joined(const sdk::Fields &fields, std::string_view name) {
  std::optional<std::string> all;
  for (const slipring_field &field : fields.all()) {
    if (sdk::view(field.name) != name) continue;
    if (all) {
      all->append(", ").append(sdk::view(field.value));
    } else {
      all = sdk::view(field.value);
    }
  }
  return all;
}

}  // namespace slipring::http
