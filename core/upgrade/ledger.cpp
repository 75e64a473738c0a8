#include "upgrade/ledger.hpp"

#include <boost/json.hpp>
#include <fstream>
#include <map>
#include <string>

#include "observe/log.hpp"
#include "upgrade/durable_file.hpp"
#include "upgrade/report_json.hpp"

namespace slipring::upgrade {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

// The last line of each upgrade; what is no JSON is a line that a crash has torn.
std::map<uint64_t, json::object> read(const fs::path &file) {
  std::map<uint64_t, json::object> upgrades;
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) {
    boost::system::error_code error;
    json::value value = json::parse(line, error);
    if (error || !value.is_object()) continue;
    const json::value *const number = value.get_object().if_contains("upgrade");
    if (number == nullptr || !number->is_int64()) continue;
    upgrades[static_cast<uint64_t>(number->get_int64())] = std::move(value.get_object());
  }
  return upgrades;
}

bool says(const json::object &upgrade, std::string_view member, std::string_view text) {
  const json::value *const value = upgrade.if_contains(member);
  return value != nullptr && value->is_string() && value->get_string() == text;
}

bool is_under_way(const json::object &upgrade) {
  return says(upgrade, "outcome", outcome_name(Outcome::under_way)) ||
         (says(upgrade, "outcome", outcome_name(Outcome::committed)) &&
          says(upgrade, "stage", stage_name(Stage::probation)));
}

}  // namespace

Result<Ledger> Ledger::open(const fs::path &file) {
  Ledger ledger(file);
  auto upgrades = read(file);
  while (upgrades.size() > kept) upgrades.erase(upgrades.begin());
  std::string text;
  for (auto &[number, upgrade] : upgrades) {
    if (is_under_way(upgrade)) {
      upgrade["outcome"] = outcome_name(Outcome::interrupted);
      ledger.interrupted_.push_back(upgrade);
    }
    text += json::serialize(upgrade) + '\n';
    ledger.last_ = number;
  }
  if (Status status = replace_file(file, text); !status.is_ok()) return status;
  return ledger;
}

void Ledger::note(const Report &report) {
  const Status status = append_to_file(file_, json::serialize(to_json(report)) + '\n');
  if (!status.is_ok()) observe::warn("ledger not written", {{"error", status.message()}});
}

json::array Ledger::latest(size_t at_most, std::string_view plugin) const {
  auto upgrades = read(file_);
  json::array latest;
  for (auto &[number, upgrade] : upgrades) {
    if (plugin.empty() || says(upgrade, "plugin", plugin)) latest.push_back(std::move(upgrade));
  }
  if (latest.size() > at_most) {
    latest.erase(latest.begin(), latest.begin() + static_cast<ptrdiff_t>(latest.size() - at_most));
  }
  return latest;
}

}  // namespace slipring::upgrade
