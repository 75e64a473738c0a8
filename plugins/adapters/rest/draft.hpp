// An event that is being put together out of CloudEvents attributes, whatever form they come in.
//
//   id, source, type, dataschema                     as they are
//   subject                                          the topic; need not be said
//   datacontenttype                                  the payload's type
//   time                                             when it happened
//   partitionkey, correlationid, causationid, traceparent, tracestate
//   sliproperation, sliprstatus, sliprentitytype, sliprentityid, sliprversion, sliprexpected,
//   sliprguarantee, sliprpriority, sliprttlms, sliprretain, sliprdedup
//   sliprposition, sliprrecorded, sliprprotocol, sliprsession, sliprclient, sliprprincipal
//                                                    what the host says of an event; ignored here
//   any other of a-z and 0-9                         extensions
//
// Thread-safety: one thread.
#pragma once

#include <array>
#include <slipring/cpp/event_builder.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "problem.hpp"

namespace slipring::rest {

constexpr std::array<std::string_view, 6> operation_names = {"message", "create",  "update",
                                                             "delete",  "request", "response"};
static_assert(operation_names.size() == static_cast<size_t>(schema::Operation::MAX) + 1);
constexpr std::array<std::string_view, 2> guarantee_names = {"at_most_once", "at_least_once"};
static_assert(guarantee_names.size() == static_cast<size_t>(schema::Guarantee::MAX) + 1);
constexpr uint8_t default_priority = 4;

// Whether CloudEvents allows an extension of that name, and it means nothing else here.
bool is_extension_name(std::string_view name);

// What an attribute is written as. In headers everything is text.
enum class Kind { text, number, flag };

class Draft {
 public:
  // At most so many attributes: an event has no room for many more.
  static constexpr size_t most_attributes = 256;

  // Views are kept until `build`. 400: twice, not known, or a value that it cannot have.
  Check set(std::string_view name, std::string_view value, Kind kind);
  void payload(std::string_view bytes) noexcept {
    payload_ = bytes;
    has_payload_ = true;
  }
  bool has_payload() const noexcept { return has_payload_; }

  // What CloudEvents 1.0 demands is there: specversion, id, source, type.
  Check check_required() const;
  // 400: `subject` names another topic; attributes speak of an entity that is not named.
  Check check(std::string_view topic) const;

  std::string_view content_type() const noexcept { return content_type_; }
  void content_type(std::string_view type) noexcept { content_type_ = type; }
  // The id by which it is published once.
  std::string_view deduplication() const noexcept { return deduplication_; }
  void deduplication(std::string_view id) noexcept { deduplication_ = id; }

  // As FlatBuffer, valid until the builder's next one.
  slipring_bytes build(std::string_view topic, sdk::EventBuilder &builder) const;

 private:
  Check set_text(std::string_view name, std::string_view value, bool &known);
  Check set_number(std::string_view name, std::string_view value, bool &known);
  Check set_choice(std::string_view name, std::string_view value, bool &known);
  Check set_extension(std::string_view name, std::string_view value);

  std::string_view specversion_, id_, source_, type_, subject_, content_type_, schema_, key_;
  std::string_view correlation_, causation_, trace_parent_, trace_state_, deduplication_;
  std::string_view payload_;
  sdk::Entity entity_;
  int64_t time_ns_ = 0;
  uint64_t time_to_live_ms_ = 0;
  uint64_t priority_ = default_priority;
  schema::Operation operation_ = schema::Operation::message;
  schema::Guarantee guarantee_ = schema::Guarantee::at_most_once;
  uint8_t status_ = 0;
  bool retain_ = false;
  bool has_payload_ = false;
  bool has_entity_ = false;
  std::vector<std::string_view> seen_;
  std::vector<std::pair<std::string_view, std::string_view>> extensions_;
};

}  // namespace slipring::rest
