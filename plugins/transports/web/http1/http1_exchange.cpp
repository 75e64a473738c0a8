// What Http1 sends: what the host says, and what it has to say itself.
#include <slipring/cpp/bytes.hpp>
#include <string>
#include <utility>

#include "http1.hpp"
#include "request_reader.hpp"
#include "transaction.hpp"

namespace slipring::web {

void Http1::respond(const slipring_http_head &head) {
  if (!transaction_ || transaction_->ended || transaction_->response.begun()) return;
  Transaction &now = *transaction_;
  if (!is_valid(head)) {
    answer_bad_response("the answer of the service was malformed");
    return;
  }
  if (head.code >= 200) {
    // A client that still waits for 100 may send its body or not: nobody could tell what follows.
    if (now.awaits_continue || draining_ || giving_way_) now.keep_alive = false;
    now.keep_alive = now.response.begin(link_, head, now.keep_alive);
    return;
  }
  if (now.http10) return;  // RFC 9110 §15.2
  if (head.code == 100 && !std::exchange(now.awaits_continue, false)) return;
  link_.send(render_interim_head(head));
}

std::size_t Http1::write(std::span<const slipring_bytes> pieces) {
  std::size_t size = 0;
  for (const slipring_bytes &piece : pieces) size += piece.size;
  if (!transaction_ || transaction_->ended || !transaction_->response.begun()) return size;
  const std::size_t taken = transaction_->response.write(link_, pieces);
  transaction_->wants_room = taken < size;
  return taken;
}

void Http1::finish(std::span<const slipring_field> trailers) {
  if (!transaction_ || transaction_->ended) return;
  Transaction &now = *transaction_;
  if (!now.response.begun()) {
    answer_bad_response("the service gave no answer");
    return;
  }
  if (!are_valid_fields(trailers)) {
    context_.counters.bad_responses.add();
    reset(SLIPRING_INTERNAL);
    return;
  }
  now.ended = true;
  now.wants_room = false;
  if (!now.response.finish(link_, trailers)) {
    now.status = SLIPRING_INTERNAL;
    now.keep_alive = false;
  }
  settle_soon();
}

void Http1::reset(slipring_status why) {
  if (!transaction_ || transaction_->ended) return;
  transaction_->ended = true;
  transaction_->status = why;
  drop();
}

void Http1::set_reading(bool reading) {
  if (!transaction_ || transaction_->ended) return;
  transaction_->host_reads = reading;
  if (!reading) {
    update_reading();
    return;
  }
  consume_waiting();
  if (peer_ended_ && !over_ && !waiting_) input_ended();
  if (over_) {
    if (transaction_) settle_soon();
    return;
  }
  answer_continue();
  update_reading();
}

// Called at the end of the round in which the host took the request, when it may have answered; and
// when it reads again.
void Http1::answer_continue() {
  Transaction &now = *transaction_;
  if (!now.awaits_continue || !now.takes_body() || now.response.begun()) return;
  now.awaits_continue = false;
  link_.send("HTTP/1.1 100 Continue\r\n\r\n");
}

// Answers a request of which nothing is in doubt, so that the connection can go on.
void Http1::turn_down(int status, std::string reason, FieldList fields) {
  Transaction &now = *transaction_;
  now.keep_alive &= !draining_ && !giving_way_ && now.body_is_discardable();
  link_.send(
      render_refusal({.status = status, .message = std::move(reason), .without_body = now.to_head},
                     {.keep_alive = now.keep_alive, .http10 = now.http10}, fields));
  response_is_out();
}

// Answers a request that was not read to its end, and closes.
void Http1::refuse(const websocket::HttpError &error) {
  context_.counters.bad_requests.add();
  link_.send(render_refusal(error, {}));
  close();
}

// Ends an exchange whose request broke off: with an answer, unless there is one already.
void Http1::fail(websocket::HttpError error, slipring_status status) {
  Transaction &now = *transaction_;
  if (now.known_to_host && !now.response.begun()) {
    error.without_body = now.to_head;
    link_.send(render_refusal(error, {}));
  }
  const bool would_seem_whole = now.response.ends_by_close() && !now.discarding;
  now.ended = true;
  now.status = status;
  now.discarding = false;
  would_seem_whole ? drop() : close();
}

void Http1::answer_bad_response(std::string_view what) {
  Transaction &now = *transaction_;
  context_.counters.bad_responses.add();
  link_.send(render_refusal(
      {.status = 500, .message = std::string(what), .without_body = now.to_head}, {}));
  now.ended = true;
  now.status = SLIPRING_INTERNAL;
  now.keep_alive = false;
  settle_soon();
}

}  // namespace slipring::web
