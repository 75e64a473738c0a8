// What Http1 reads: heads and bodies, each in its turn.
#include <algorithm>
#include <slipring/cpp/bytes.hpp>
#include <utility>

#include "common/http_syntax.hpp"
#include "host_refusal.hpp"
#include "http1.hpp"
#include "request_reader.hpp"
#include "transaction.hpp"

namespace slipring::web {
namespace {

std::span<const slipring_field> without_framing(RequestHead &head) {
  head.fields.erase(
      std::remove_if(head.fields.begin(), head.fields.end(),
                     [](const slipring_field &field) {
                       return websocket::http::is_framing_field(sdk::view(field.name));
                     }),
      head.fields.end());
  return {head.fields.data(), head.fields.size()};
}

}  // namespace

void Http1::consume(std::span<char> &bytes) {
  while (!over_ && !bytes.empty()) {
    if (transaction_) {
      if (!transaction_->takes_body()) return;
      transaction_->discarding ? discard_body(bytes) : read_body(bytes);
    } else {
      if (link_.full()) return;
      read_head(bytes);
    }
  }
}

void Http1::consume_waiting() {
  if (over_ || !waiting_) return;
  auto waiting = std::exchange(waiting_, nullptr);  // outlives a `stop`
  std::span<char> rest = waiting->rest();
  consume(rest);
  if (over_ || rest.empty()) return;
  waiting->used = waiting->bytes.size() - rest.size();
  waiting_ = std::move(waiting);
}

void Http1::keep(std::span<char> bytes) {
  if (!waiting_) waiting_ = std::make_unique<Waiting>();
  waiting_->bytes.append(bytes.begin(), bytes.end());
}

void Http1::read_head(std::span<char> &bytes) {
  RequestReader fresh(context_.settings.http);
  RequestReader &reader = reader_ ? *reader_ : fresh;
  RequestHead head;
  switch (reader.feed(bytes, head)) {
    case RequestReader::State::incomplete:
      if (!reader_) reader_ = std::make_unique<RequestReader>(std::move(fresh));
      if (!std::exchange(awaits_head_, true)) context_.deadlines.set(*this, Wait::head);
      return;
    case RequestReader::State::refused:
      refuse(reader.error());
      return;
    case RequestReader::State::complete:
      awaits_head_ = false;
      context_.counters.requests.add();
      context_.deadlines.cancel(*this);
      begin(head, bytes);
      reader_.reset();
  }
}

void Http1::begin(RequestHead &head, std::span<char> &bytes) {
  transaction_ = std::make_unique<Transaction>(head, context_.settings.http);
  const std::string identity = link_.identity();
  slipring_http_request request = {
      .struct_size = sizeof request,
      .method = sdk::bytes(head.method),
      .scheme = sdk::bytes(link_.is_secure() ? "https" : "http"),
      .authority = sdk::bytes(head.authority),
      .path = sdk::bytes(head.path),
      .query = sdk::bytes(head.query),
      .peer = sdk::bytes(link_.peer()),
      .fields = head.fields.data(),
      .field_count = head.fields.size(),
      .length = head.length,
      .version = head.version,
      .pad_ = 0,
      .identity = sdk::bytes(identity),
  };
  if (websocket_.is_asked_for(request)) {
    upgrade(request, bytes);
    return;
  }
  const auto fields = without_framing(head);
  request.fields = fields.data();
  request.field_count = fields.size();
  open(request);
}

void Http1::upgrade(const slipring_http_request &request, std::span<char> &bytes) {
  if (request.length != 0) {
    refuse({.status = 400, .message = "a WebSocket handshake has no body"});
    return;
  }
  if (draining_) {
    turn_down(503, "this server is about to stop: connect again", {});
    return;
  }
  Upgrade made = websocket_.open(context_, link_, request);
  if (!made.protocol) {
    turn_down(made.code, std::move(made.reason), made.fields);
    return;
  }
  std::string head;
  append_status_line(head, 101);
  append_field(head, "connection", "upgrade");
  append_field(head, "upgrade", "websocket");
  for (const auto &[name, value] : made.fields) append_field(head, name, value);
  head += "\r\n";
  link_.send(head);
  transaction_.reset();
  over_ = true;
  if (!reading_) link_.set_reading(true);
  link_.become(std::move(made.protocol), std::exchange(bytes, {}));
}

void Http1::open(const slipring_http_request &request) {
  Front::Opened opened = context_.front.open(*this, request);
  if (opened.status != SLIPRING_OK) {
    HostRefusal refusal = host_refusal(std::move(opened), {request.fields, request.field_count});
    turn_down(refusal.code, std::move(refusal.body), refusal.fields);
    return;
  }
  transaction_->known_to_host = true;
  transaction_->session = opened.session;
  if (transaction_->body.complete()) return;
  context_.deadlines.set(*this, transaction_->awaits_continue ? Wait::soon : Wait::body);
}

void Http1::read_body(std::span<char> &bytes) {
  Transaction &now = *transaction_;
  now.awaits_continue = false;
  const BodyReader::Part part = now.body.next(bytes);
  switch (part.event) {
    case BodyReader::Event::starved:
      return;
    case BodyReader::Event::refused:
      context_.counters.bad_requests.add();
      fail(now.body.error(), now.body.error().status == 413 ? SLIPRING_RESOURCE_EXHAUSTED
                                                            : SLIPRING_INVALID_ARGUMENT);
      return;
    case BodyReader::Event::data:
    case BodyReader::Event::ended:
      break;
  }
  if (now.body.complete()) context_.deadlines.cancel(*this);
  if (!now.body.trailers().empty()) {
    context_.front.trailers(now.session, now.body.trailers());
  }
  context_.front.body(now.session, part.bytes, !now.body.complete());
}

void Http1::discard_body(std::span<char> &bytes) {
  Transaction &now = *transaction_;
  const std::size_t before = bytes.size();
  const BodyReader::Part part = now.body.next(bytes);
  now.discarded += before - bytes.size();
  if (part.event == BodyReader::Event::refused) context_.counters.bad_requests.add();
  if (part.event == BodyReader::Event::refused || now.discarded > Transaction::discard_limit) {
    close();
  } else if (now.body.complete()) {
    end_transaction();
  }
}

void Http1::input_ended() {
  if (transaction_) {
    if (transaction_->body.complete() || (transaction_->ended && !transaction_->discarding)) return;
    context_.counters.bad_requests.add();
    fail({.status = 400, .message = "the connection ended before the request's body"},
         SLIPRING_CANCELLED);
  } else if (reader_) {
    refuse({.status = 400, .message = "the connection ended within the request's head"});
  } else {
    close();
  }
}

}  // namespace slipring::web
