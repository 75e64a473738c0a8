#include "table.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <iomanip>
#include <ostream>
#include <sstream>

namespace slipring::command {

namespace json = boost::json;

void Table::print(std::ostream &out) const {
  std::vector<size_t> widths(rows_.front().size());
  for (const auto &row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto &row : rows_) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      line += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << '\n';
  }
}

std::string cell(const json::value &value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_bool()) return value.get_bool() ? "yes" : "no";
  if (value.is_double()) {
    std::ostringstream rounded;
    rounded << std::fixed << std::setprecision(1) << value.get_double();
    return rounded.str();
  }
  if (value.is_array()) {
    std::string list;
    for (const json::value &item : value.get_array())
      list += (list.empty() ? "" : ",") + cell(item);
    return list;
  }
  return json::serialize(value);
}

std::string cell(const json::object &object, std::string_view name) {
  const json::value *const value = object.if_contains(name);
  return value == nullptr ? "" : cell(*value);
}

std::string counted(uint64_t count, std::string_view thing) {
  return std::to_string(count) + ' ' + std::string(thing) + (count == 1 ? "" : "s");
}

}  // namespace slipring::command
