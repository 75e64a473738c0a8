#include "connection.hpp"

#include <charconv>

#include "answers.hpp"
#include "fields.hpp"
#include "json_text.hpp"
#include "operations.hpp"

namespace slipring::json_v1 {

using sdk::Session;
using sdk::Status;

namespace {

const Operation *find_operation(std::string_view name) noexcept {
  for (const Operation &operation : operations())
    if (operation.name == name) return &operation;
  return nullptr;
}

Status unknown_operation(std::string_view name) {
  std::string accepted;
  for (const Operation &operation : operations()) {
    if (!accepted.empty()) accepted += ", ";
    accepted += operation.name;
  }
  return {SLIPRING_UNIMPLEMENTED,
          "\"op\": found \"" + shortened(name) + "\"; accepted: " + accepted};
}

Status check_members(const Operation &operation, const Request &request) {
  const Member foreign = request.members.first_not_in(operation.members);
  if (foreign != Member::count_)
    return {SLIPRING_INVALID_ARGUMENT, "found a member \"" + std::string(member_name(foreign)) +
                                           "\"; accepted in " + std::string(operation.name) + ": " +
                                           operation.members.names()};
  const Member missing = operation.needed.first_not_in(request.members);
  if (missing != Member::count_)
    return {SLIPRING_INVALID_ARGUMENT,
            "\"" + std::string(member_name(missing)) + "\" is missing; needed in " +
                std::string(operation.name) + ": " + operation.needed.names()};
  return {};
}

Status check_schema(uint32_t schema) {
  if (schema >= 1 && schema <= newest_schema()) return {};
  return {SLIPRING_UNIMPLEMENTED, "found state schema " + std::to_string(schema) +
                                      "; accepted: 1 to " + std::to_string(newest_schema())};
}

// Sends a message that answers the client. One that reads none of its answers has no use for more.
Status answer(Session session, std::string_view text) {
  Status sent = session.send_text(text);
  if (sent.code() != SLIPRING_RESOURCE_EXHAUSTED) return sent;
  return session.close(SLIPRING_CLOSE_POLICY, "answers are not read");
}

}  // namespace

Status Connection::on_message(Session session, const sdk::Message &message) {
  Request request;
  if (message.kind != sdk::MessageKind::text)
    return answer_error(session, {}, SLIPRING_INVALID_ARGUMENT,
                        "found a binary message; accepted: text messages");

  // Room for every text twice, unescaped and decoded: views into it stay valid.
  shard_.arena.clear();
  shard_.arena.reserve(2 * message.bytes.size());
  bool answered = false;
  Status status = read_request(message.bytes, shard_.arena, request);
  if (!request.is_json) {
    shard_.bad_json.add();
    shard_.host.log_burst(sdk::LogLevel::warn, "a client sends what is no JSON object");
  }
  if (status.ok()) status = run(session, request, answered);
  if (status.is_pending()) return status;
  if (!status.ok()) return answer_error(session, request.id, status.code(), status.message());
  return answered ? answer(session, shard_.out) : Status();
}

Status Connection::run(Session session, const Request &request, bool &answered) {
  const Operation *operation = find_operation(request.op);
  if (operation == nullptr) return unknown_operation(request.op);
  Status status = check_members(*operation, request);
  if (!status.ok()) return status;
  Call call{session, request, subscriptions_, shard_};
  status = operation->run(call);
  answered = call.answered;
  return status;
}

Status Connection::answer_error(Session session, std::string_view id, slipring_status code,
                                std::string_view text) {
  if (code == SLIPRING_INVALID_ARGUMENT || code == SLIPRING_UNIMPLEMENTED) {
    shard_.bad_request.add();
  } else {
    shard_.refused.add();
  }
  write_error(shard_.out, id, code, text);
  return answer(session, shard_.out);
}

Status Connection::on_published(Session session, const sdk::Published &published) {
  const std::string_view id = published.tag.bytes;
  if (!published.ok()) return answer_error(session, id, published.status, published.text);
  shard_.arena.clear();
  if (!published.positions.empty()) {
    Status printed = session.print(published.positions.front(), shard_.arena);
    if (!printed.ok()) return printed;
  }
  write_published(shard_.out, id, shard_.arena, published.duplicate);
  return answer(session, shard_.out);
}

Status Connection::on_subscribed(Session session, const sdk::Subscribed &subscribed) {
  const std::string_view tag = subscribed.tag.bytes;
  uint64_t number = 0;
  std::from_chars(tag.data(), tag.data() + tag.size(), number);
  Subscriptions::Entry *entry = subscriptions_.find(number);
  if (entry == nullptr) return {};
  if (subscribed.ok()) {
    entry->phase = Phase::active;
    write_subscribed(shard_.out, entry->client, subscribed);
    return answer(session, shard_.out);
  }
  const std::string client = std::move(entry->client);
  subscriptions_.remove(number);
  return answer_error(session, client, subscribed.status, subscribed.text);
}

Status Connection::render_gap(Session, const sdk::Gap &gap, sdk::RenderWriter &writer) {
  const Subscriptions::Entry *entry = subscriptions_.find(gap.subscription);
  if (entry == nullptr) return {};
  write_gap(shard_.out, entry->client, gap);
  return writer.write(shard_.out);
}

void Connection::on_farewell(Session session, const sdk::Ending &ending,
                             const sdk::Comeback &comeback) {
  write_closing(shard_.out, ending, comeback);
  (void)session.send_text(shard_.out);
}

Status Connection::save(sdk::Writer &writer, uint32_t schema) const {
  Status status = check_schema(schema);
  return status.ok() ? subscriptions_.save(writer, schema) : status;
}

Status Connection::load(std::string_view exported, uint32_t schema) {
  Status status = check_schema(schema);
  return status.ok() ? subscriptions_.load(exported, schema) : status;
}

}  // namespace slipring::json_v1
