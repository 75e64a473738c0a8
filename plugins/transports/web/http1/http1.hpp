// HTTP/1.1 (RFC 9112) on a link, the server's side: one exchange at a time; requests that come
// before it is over wait unread. Strict in what it takes: whatever leaves a doubt where a request
// ends is answered once, and the connection closes without a look at what follows.
//
// What was learned inside a call of the host (an exchange ended) is told to it in the next step of
// the loop (Wait::soon), never from inside that call. While idle it is this object and nothing
// else.
//
// Thread-safety: its shard.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "common/http_error.hpp"
#include "context.hpp"
#include "link.hpp"
#include "refusal.hpp"
#include "upgrade.hpp"

namespace slipring::web {

class RequestReader;
struct RequestHead;

// How requests become WebSockets: `asks_for_websocket` and `open_websocket` of upgrade.hpp.
struct WebSocketEntry {
  bool (*is_asked_for)(const slipring_http_request &request);
  Upgrade (*open)(Context &context, Link &link, const slipring_http_request &request);
};

class Http1 final : public Protocol, public Exchange, public Deadline {
 public:
  // Waits for the first head from now on. REQUIRES: `context` and `link` outlive it.
  Http1(Context &context, Link &link, WebSocketEntry websocket);
  ~Http1() override;
  Http1(const Http1 &) = delete;
  Http1 &operator=(const Http1 &) = delete;

  void receive(std::span<char> bytes) override;
  void writable() override;
  void peer_ended() override;
  void lost() override;
  void drain() override;
  void give_way() override { giving_way_ = true; }

  void respond(const slipring_http_head &head) override;
  std::size_t write(std::span<const slipring_bytes> pieces) override;
  void finish(std::span<const slipring_field> trailers) override;
  void reset(slipring_status why) override;
  void set_reading(bool reading) override;

  void late(Wait what) override;

 private:
  struct Transaction;  // one request and its response
  struct Waiting;      // bytes whose turn has not come

  // Input.
  void consume(std::span<char> &bytes);
  void consume_waiting();
  void keep(std::span<char> bytes);
  void read_head(std::span<char> &bytes);
  void begin(RequestHead &head, std::span<char> &bytes);
  void upgrade(const slipring_http_request &request, std::span<char> &bytes);
  void open(const slipring_http_request &request);
  void read_body(std::span<char> &bytes);
  void discard_body(std::span<char> &bytes);
  void input_ended();

  // Output.
  void answer_continue();
  void turn_down(int status, std::string reason, FieldList fields);
  void refuse(const websocket::HttpError &error);
  void fail(websocket::HttpError error, slipring_status status);
  void answer_bad_response(std::string_view what);

  // The course of things.
  void settle();
  void settle_soon();
  void report(slipring_status status);
  void response_is_out();
  void end_transaction();
  void end_step();
  void update_reading();
  void close();
  void drop();
  void stop();

  Context &context_;
  Link &link_;
  const WebSocketEntry websocket_;
  std::unique_ptr<RequestReader> reader_;     // of a head that came in part
  std::unique_ptr<Transaction> transaction_;  // from its head until both bodies have ended
  std::unique_ptr<Waiting> waiting_;
  bool over_ = false;  // the link is finished, dropped, lost, or speaks something else
  bool draining_ = false;
  bool giving_way_ = false;  // the next answer is the last
  bool peer_ended_ = false;
  bool reading_ = true;      // what the link was told
  bool awaits_head_ = true;  // Wait::head runs
};

static_assert(sizeof(Http1) <= 200, "what an idle connection costs");

}  // namespace slipring::web
