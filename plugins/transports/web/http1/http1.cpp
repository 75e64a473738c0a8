// The course of a connection:
//
//   receive ─► consume ─► read_head ─► begin ─► open ─► read_body … ┐
//                 ▲                        │ refused: turn_down      │ host: respond, write, finish
//                 │                        ▼                         ▼
//                 └── end_transaction ◄─ discard_body ◄─ settle ◄─ (next step of the loop)
//
// Each entry from the link ends in end_step, where all that depends on several conditions is
// decided: whether to read on, to close.
#include "http1.hpp"

#include <utility>

#include "request_reader.hpp"
#include "transaction.hpp"

namespace slipring::web {

Http1::Http1(Context &context, Link &link, WebSocketEntry websocket)
    : context_(context), link_(link), websocket_(websocket) {
  context_.deadlines.set(*this, Wait::head);
}

Http1::~Http1() = default;

void Http1::receive(std::span<char> bytes) {
  settle();
  consume_waiting();
  if (!over_ && !waiting_) consume(bytes);
  if (!bytes.empty() && !over_) keep(bytes);
  end_step();
}

void Http1::writable() {
  settle();
  if (over_) return;
  if (transaction_ && std::exchange(transaction_->wants_room, false)) {
    context_.front.exchange_writable(transaction_->session);
  }
  consume_waiting();
  end_step();
}

void Http1::peer_ended() {
  peer_ended_ = true;
  settle();
  consume_waiting();
  end_step();
}

void Http1::lost() {
  if (transaction_) {
    const bool is_out = transaction_->ended && (over_ || !link_.full());
    report(is_out ? transaction_->status : static_cast<slipring_status>(SLIPRING_CANCELLED));
  }
  stop();
  transaction_.reset();
}

void Http1::drain() {
  draining_ = true;
  settle();
  if (!over_ && !transaction_ && !reader_) close();
}

void Http1::late(Wait what) {
  if (what == Wait::soon && transaction_ && !transaction_->ended) {
    if (!transaction_->body.complete()) context_.deadlines.set(*this, Wait::body);
    answer_continue();
  } else if (what == Wait::soon) {
    settle();
    consume_waiting();
  } else if (what == Wait::head) {
    context_.counters.timeouts.add();
    if (reader_) {
      link_.send(
          render_refusal({.status = 408, .message = "the request's head took too long"}, {}));
    }
    close();
  } else if (what == Wait::body) {
    context_.counters.timeouts.add();
    fail({.status = 408, .message = "the request's body took too long"},
         SLIPRING_DEADLINE_EXCEEDED);
  } else {
    close();
  }
  end_step();
}

void Http1::settle() {
  if (!transaction_ || !transaction_->ended || transaction_->discarding) return;
  if (!over_ && link_.full()) return;
  report(transaction_->status);
  over_ ? transaction_.reset() : response_is_out();
}

void Http1::settle_soon() {
  context_.deadlines.set(*this, Wait::soon);
}

void Http1::report(slipring_status status) {
  if (!std::exchange(transaction_->known_to_host, false)) return;
  context_.front.exchange_closed(transaction_->session, status);
}

void Http1::response_is_out() {
  Transaction &now = *transaction_;
  if (!now.keep_alive || draining_ || !now.body_is_discardable()) {
    close();
  } else if (now.body.complete()) {
    end_transaction();
  } else {
    now.discarding = true;
    context_.deadlines.set(*this, Wait::body);
  }
}

void Http1::end_transaction() {
  transaction_.reset();
  draining_ ? close() : context_.deadlines.set(*this, Wait::idle);
}

void Http1::end_step() {
  if (peer_ended_ && !over_ && !waiting_) input_ended();
  if (over_) settle();
  if (over_) return;
  update_reading();
}

void Http1::update_reading() {
  const bool body_waits =
      transaction_ && !transaction_->body.complete() && !transaction_->takes_body();
  const bool reading = !waiting_ && !body_waits;
  if (std::exchange(reading_, reading) != reading) link_.set_reading(reading);
}

void Http1::close() {
  if (over_) return;
  stop();
  if (!std::exchange(reading_, true)) link_.set_reading(true);  // for the peer's FIN
  link_.finish();
}

void Http1::drop() {
  if (over_) return;
  stop();
  link_.drop();
}

void Http1::stop() {
  over_ = true;
  context_.deadlines.cancel(*this);
  reader_.reset();
  waiting_.reset();
}

}  // namespace slipring::web
