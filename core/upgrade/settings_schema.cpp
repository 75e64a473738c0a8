#include "upgrade/settings_schema.hpp"

#define VALIJSON_USE_EXCEPTIONS 1
#include <boost/json.hpp>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace slipring::upgrade {
namespace {

constexpr std::string_view no_settings = R"({"type":"object","maxProperties":0})";

// "<root>[ping_interval]" reads better as "ping_interval".
std::string place(const valijson::ValidationResults::Error &error) {
  std::string text;
  for (const std::string &step : error.context) {
    if (step == "<root>") continue;
    std::string name = step;
    if (name.size() > 2 && name.front() == '[') name = name.substr(1, name.size() - 2);
    text += (text.empty() ? "" : ".") + name;
  }
  return text.empty() ? "settings" : "settings." + text;
}

}  // namespace

Status check_settings(std::string_view schema_text, std::string_view settings_text) {
  boost::system::error_code error;
  const auto schema_json =
      boost::json::parse(schema_text.empty() ? no_settings : schema_text, error);
  if (error) return Status::invalid("the settings schema is no JSON: " + error.message());
  const auto settings = boost::json::parse(settings_text, error);
  if (error) return Status::invalid("the settings are no JSON: " + error.message());
  try {
    valijson::Schema schema;
    valijson::SchemaParser parser;
    const valijson::adapters::BoostJsonAdapter schema_adapter(schema_json);
    parser.populateSchema(schema_adapter, schema);
    valijson::Validator validator;
    valijson::ValidationResults results;
    const valijson::adapters::BoostJsonAdapter settings_adapter(settings);
    if (validator.validate(schema, settings_adapter, &results)) return Status::ok();
    valijson::ValidationResults::Error first;
    if (!results.popError(first)) return Status::invalid("settings do not fit the schema");
    if (first.description.ends_with('.')) first.description.pop_back();
    return Status::invalid(place(first) + ": " + first.description);
  } catch (const std::exception &problem) {
    return Status::invalid(std::string("the settings schema cannot be used: ") + problem.what());
  }
}

}  // namespace slipring::upgrade
