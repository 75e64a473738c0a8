// Table: rows under a heading, each column as wide as its widest entry.
//
// Thread-safety: none.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace slipring::command {

class Table {
 public:
  explicit Table(std::vector<std::string> heading) { rows_.push_back(std::move(heading)); }
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  void print(std::ostream &out) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

// A value of the host's answer in a cell: lists with commas, yes and no, one digit behind the
// point.
std::string cell(const boost::json::value &value);
// Empty: it is not there.
std::string cell(const boost::json::object &object, std::string_view name);

// "1 event", "2 events".
std::string counted(uint64_t count, std::string_view thing);

}  // namespace slipring::command
