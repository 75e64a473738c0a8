// GET and HEAD: the half of Exchange that reads.
#include <array>

#include "cloud_event_text.hpp"
#include "exchange.hpp"
#include "get_head.hpp"
#include "http/entity_tag.hpp"
#include "http/url.hpp"

namespace slipring::rest {

using sdk::HttpSession;
using sdk::Response;
using sdk::Status;

namespace {

constexpr uint64_t second = 1'000'000'000;
// So that an answer fits into a session's queue, also when its payloads become base64.
constexpr uint64_t most_bytes = 512 * 1024;
constexpr size_t longest_list = 900'000;

std::string quoted(std::string_view text) {
  return '"' + std::string(text) + '"';
}

Problem no_event(const state::ReadT &read, const sdk::Batch &batch) {
  const bool is_gone = read.wanted == state::Wanted::position && batch.has_gap;
  const bool of_position = read.wanted == state::Wanted::position;
  return {is_gone ? 410u : 404u,
          of_position ? "position" : "topic",
          is_gone       ? "the event is not kept any more: " + std::string(batch.reason)
          : of_position ? "no event of the topic stands there"
          : read.wanted == state::Wanted::retained ? "the topic has no retained event"
                                                   : "the topic has no event",
          {},
          SLIPRING_NOT_FOUND};
}

// What comes while it is read is neither retained yet nor at the position.
bool is_wanted(const state::ReadT &read, const sdk::EventView &event) {
  if (read.wanted == state::Wanted::retained) return event.retained();
  return read.wanted != state::Wanted::position || event.printed_position() == read.position;
}

std::string next_link(const std::string &path, std::string_view cursor, const state::ReadT &read) {
  std::string link = "<" + path + "?after=" + std::string(cursor);
  if (read.limit != 0) link += "&limit=" + std::to_string(read.limit);
  if (read.wait_s != 0) link += "&wait=" + std::to_string(read.wait_s);
  return link + ">; rel=\"next\"";
}

// from="…", to="…", reason="…"
std::string gap_text(const sdk::Batch &batch) {
  std::string text;
  const auto add = [&](std::string_view name, std::string_view value) {
    if (value.empty() || value.find_first_of("\"\\") != std::string_view::npos) return;
    text.append(text.empty() ? "" : ", ").append(name).append("=").append(quoted(value));
  };
  add("from", batch.gap_from);
  add("to", batch.gap_to);
  add("reason", batch.reason);
  return text;
}

}  // namespace

Status Exchange::on_get(HttpSession session, const sdk::Request &request) {
  state_.read = std::make_unique<state::ReadT>();
  Begin begin;
  if (Check wrong = read_get_head(request, shard_.settings, *state_.read, begin))
    return refuse(session, *wrong);
  if (state_.read->wanted == state::Wanted::stream) return answer_stream(session);
  const std::array filters = {sdk::bytes(state_.topic)};
  std::vector<slipring_bytes> cursors;
  cursors.reserve(begin.cursors.size());
  for (const std::string &cursor : begin.cursors) cursors.push_back(sdk::bytes(cursor));
  const bool is_list = state_.read->wanted == state::Wanted::list;
  const sdk::ReadQuery query{filters,
                             {begin.kind, begin.number, cursors},
                             is_list ? state_.read->limit : 1,
                             most_bytes,
                             state_.read->wait_s * second};
  Status status = session.read(query, {});
  if (status.ok()) return status;
  const slipring_status code = status.is_pending() ? SLIPRING_UNAVAILABLE : status.code();
  return refuse(session,
                refused(code, status.is_pending() ? "too much is being read" : status.message()));
}

Status Exchange::on_read(HttpSession session, const sdk::Batch &batch) {
  if (!state_.read) return {};
  const state::ReadT &read = *state_.read;
  if (!batch.ok()) return refuse(session, refused(batch.status, batch.text));
  if (read.wanted == state::Wanted::list) return answer_list(session, batch);
  if (batch.size() == 0 || !is_wanted(read, batch[0]))
    return refuse(session, no_event(read, batch));
  return answer_event(session, batch[0]);
}

void Exchange::on_farewell(HttpSession, const sdk::Ending &, const sdk::Comeback &comeback) {
  comeback_s_ = comeback.after_ms / 1000 + 1;
}

Status Exchange::answer_event(HttpSession session, const sdk::EventView &event) {
  shard_.out.clear();
  append_cloud_event(shard_.out, event);
  shard_.out += '\n';
  const std::string_view position = event.printed_position();
  Response response(200);
  if (!position.empty()) response.field("slipring-position", position);
  const std::string tag = position.empty() ? http::entity_tag(shard_.out) : quoted(position);
  return answer_read(session, std::move(response), event_type, tag);
}

Status Exchange::answer_list(HttpSession session, const sdk::Batch &batch) {
  std::string &out = shard_.out;
  out = "[";
  std::string cursor(batch.cursor);
  bool more = batch.more;
  for (size_t i = 0; i < batch.size(); ++i) {
    const size_t before = out.size();
    if (i != 0) out += ",\n";
    append_cloud_event(out, batch[i]);
    if (i == 0 || out.size() <= longest_list) continue;
    // One topic is of one stream: a position says as much as a cursor.
    out.resize(before);
    cursor = batch[i - 1].printed_position();
    more = true;
    break;
  }
  out += "]\n";
  std::string path;
  http::append_path(path, shard_.settings.prefix);
  http::append_path(path, state_.topic);
  const std::string link = next_link(path, cursor, *state_.read);
  const std::string gap = gap_text(batch);
  const std::string comeback = std::to_string(comeback_s_);
  Response response(200);
  if (!cursor.empty()) response.field("slipring-cursor", cursor).field("link", link);
  if (comeback_s_ != 0) response.field("retry-after", comeback);
  if (batch.has_gap) response.field("slipring-gap", gap);
  response.field("slipring-more", more ? "true" : "false");
  return answer_read(session, std::move(response), events_type, http::entity_tag(out));
}

// RFC 9110 §13.2.2
Status Exchange::answer_read(HttpSession session, Response response, std::string_view type,
                             std::string_view tag) {
  const state::ReadT &read = *state_.read;
  const auto names = [tag](std::string_view list, http::Comparison comparison) {
    return http::names_tag(list, tag, comparison);
  };
  if (!read.if_match.empty() && !names(read.if_match, http::Comparison::strong)) {
    return refuse(
        session,
        {412, "if-match", "it is " + std::string(tag) + " now", {}, SLIPRING_FAILED_PRECONDITION});
  }
  const bool is_known =
      !read.if_none_match.empty() && names(read.if_none_match, http::Comparison::weak);
  response.field("etag", tag).field("vary", "accept");
  if (!is_known)
    return answer(session, std::move(response), read.plain ? "application/json" : type);
  Response known(304);
  known.field("etag", tag).field("vary", "accept").field("cache-control", "no-cache");
  allow_origin(known);
  const uint64_t length = shard_.out.size();
  state_.read.reset();
  Status status = session.respond(known.length(length));
  return status.ok() ? session.finish() : status;
}

}  // namespace slipring::rest
