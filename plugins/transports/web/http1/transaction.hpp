// What Http1 knows of one request and its response. Private to it.
#pragma once

#include <slipring/abi.h>

#include <cstddef>
#include <memory>
#include <string>

#include "body_reader.hpp"
#include "http1.hpp"
#include "request_head.hpp"
#include "response.hpp"

namespace slipring::web {

struct Http1::Transaction {
  // So many bytes of a request are read on after its response has ended, to keep the connection.
  static constexpr std::size_t discard_limit = 64 * 1024;

  Transaction(const RequestHead &head, const HttpLimits &limits)
      : body(head.length, limits),
        response(head.method == "HEAD", head.version == 10),
        keep_alive(head.keep_alive),
        to_head(head.method == "HEAD"),
        http10(head.version == 10),
        awaits_continue(head.expects_continue) {}

  // The host wants more of the request's body, or nobody does and it is thrown away.
  bool takes_body() const { return !body.complete() && (discarding || (host_reads && !ended)); }

  // What is left of the request's body is little enough to be thrown away, and the client is known
  // to send it: so the connection can go on behind a response that came before its end.
  bool body_is_discardable() const {
    const std::uint64_t left = body.remaining();
    return left == 0 ||
           (!awaits_continue && (left <= discard_limit || left == SLIPRING_LENGTH_UNKNOWN));
  }

  BodyReader body;
  Response response;
  slipring_session session = 0;
  slipring_status status = SLIPRING_OK;  // of the end
  std::size_t discarded = 0;             // bytes of the request after the response had ended
  bool known_to_host = false;
  bool keep_alive;  // the connection goes on behind the response
  const bool to_head;
  const bool http10;
  bool awaits_continue;  // the client waits for 100 (RFC 9110 §10.1.1)
  bool host_reads = true;
  bool wants_room = false;  // a short `write` was answered
  bool ended = false;       // by the host, or by an error; to be reported
  bool discarding = false;  // reported; the rest of the body is thrown away
};

struct Http1::Waiting {
  std::span<char> rest() { return std::span<char>(bytes).subspan(used); }

  std::string bytes;
  std::size_t used = 0;
};

}  // namespace slipring::web
