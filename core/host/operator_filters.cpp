#include "host/operator_filters.hpp"

#include <boost/json.hpp>

#include "base/topic.hpp"

namespace slipring::host {

namespace json = boost::json;

Result<std::vector<std::string>> filters_of(const json::object &request, size_t most,
                                            const std::string &op) {
  const json::value *const found = request.if_contains("filters");
  const json::array *const list = found == nullptr ? nullptr : found->if_array();
  if (list == nullptr || list->empty() || list->size() > most) {
    return Status::invalid(op + ": member \"filters\" must be a list of 1 to " +
                           std::to_string(most) + " strings");
  }
  std::vector<std::string> filters;
  for (const json::value &each : *list) {
    if (!each.is_string()) return Status::invalid(op + ": each filter is a string");
    filters.emplace_back(each.get_string());
    if (Status status = check_filter(filters.back()); !status.is_ok()) return status;
  }
  return filters;
}

}  // namespace slipring::host
