// What writing and reading the JSON form of an event share: the names of its members.
//
// Extensions that begin with "slipr" are this host's. Numbers that may need more than the 31 bits
// of a CloudEvents integer are written as text.
#pragma once

#include <slipring/schema/event_generated.h>

#include <array>
#include <string_view>

namespace slipring::event::cloud {

// A text of the event that is a text member as it is.
struct Text {
  std::string_view member;
  const flatbuffers::String *(schema::Event::*get)() const;
  void (schema::EventBuilder::*add)(flatbuffers::Offset<flatbuffers::String>);
};

inline constexpr std::array texts = {
    Text{"id", &schema::Event::id, &schema::EventBuilder::add_id},
    Text{"source", &schema::Event::source, &schema::EventBuilder::add_source},
    Text{"type", &schema::Event::type, &schema::EventBuilder::add_type},
    Text{"subject", &schema::Event::topic, &schema::EventBuilder::add_topic},
    Text{"datacontenttype", &schema::Event::content_type, &schema::EventBuilder::add_content_type},
    Text{"dataschema", &schema::Event::schema_id, &schema::EventBuilder::add_schema_id},
    Text{"partitionkey", &schema::Event::partition_key, &schema::EventBuilder::add_partition_key},
    Text{"correlationid", &schema::Event::correlation_id,
         &schema::EventBuilder::add_correlation_id},
    Text{"causationid", &schema::Event::causation_id, &schema::EventBuilder::add_causation_id},
    Text{"traceparent", &schema::Event::trace_parent, &schema::EventBuilder::add_trace_parent},
    Text{"tracestate", &schema::Event::trace_state, &schema::EventBuilder::add_trace_state},
};

inline constexpr std::string_view specversion = "specversion";
inline constexpr std::string_view time = "time";
inline constexpr std::string_view data = "data";
inline constexpr std::string_view data_base64 = "data_base64";

inline constexpr std::string_view operation = "sliproperation";
inline constexpr std::string_view status = "sliprstatus";
inline constexpr std::string_view entity_type = "sliprentitytype";
inline constexpr std::string_view entity_id = "sliprentityid";
inline constexpr std::string_view entity_version = "sliprversion";
inline constexpr std::string_view expected_version = "sliprexpected";
inline constexpr std::string_view guarantee = "sliprguarantee";
inline constexpr std::string_view priority = "sliprpriority";
inline constexpr std::string_view time_to_live = "sliprttlms";
inline constexpr std::string_view retain = "sliprretain";
inline constexpr std::string_view deduplication_id = "sliprdedup";

// What the host says of an event, and nobody else.
inline constexpr std::string_view position = "sliprposition";
inline constexpr std::string_view recorded = "sliprrecorded";
inline constexpr std::string_view protocol = "sliprprotocol";
inline constexpr std::string_view session = "sliprsession";
inline constexpr std::string_view client = "sliprclient";
inline constexpr std::string_view principal = "sliprprincipal";

inline constexpr std::array<std::string_view, 6> operation_names = {
    "message", "create", "update", "delete", "request", "response"};
static_assert(operation_names.size() == static_cast<size_t>(schema::Operation::MAX) + 1);

inline constexpr std::array<std::string_view, 2> guarantee_names = {"at_most_once",
                                                                    "at_least_once"};
static_assert(guarantee_names.size() == static_cast<size_t>(schema::Guarantee::MAX) + 1);

// Whether a member has a place of its own in the event, or is the host's to say.
bool has_a_place(std::string_view member);

// Whether an attribute of the event can be a member of that name: legal in CloudEvents 1.0, without
// another meaning, and not reserved for this host.
bool is_extension_name(std::string_view name);

// Whether a payload of that type is JSON: "application/json", "application/geo+json;
// charset=utf-8".
bool is_json(std::string_view content_type);

}  // namespace slipring::event::cloud
