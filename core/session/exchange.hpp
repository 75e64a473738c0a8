// Exchange: what a session of slipring.profile.http/1 has beside what every session has: how far
// the request and its response have come.
//
// Thread-safety: its session's shard.
#pragma once

#include <slipring/ext/profile-http.h>

#include <cstdint>

#include "base/buffer.hpp"

namespace slipring::session {

struct Exchange {
  // How the response ends.
  enum class Outcome : uint8_t {
    as_queued,   // with what the adapter has queued
    own_answer,  // by an answer of the host's, instead of what is queued
    abort        // broken off
  };

  uint64_t consumed = 0;  // bytes of the request's body
  uint64_t sent = 0;      // bytes of the response's body that came through `send`
  uint64_t taken = 0;     // bytes of the response's body that the transport has taken
  uint64_t promised = 0;  // in the head
  BufferRef request_trailers;
  BufferRef trailers;                 // of the response
  slipring_status why = SLIPRING_OK;  // of an abort
  uint16_t own_code = 0;              // of the host's answer
  uint8_t response = SLIPRING_HTTP_NONE;
  Outcome outcome = Outcome::as_queued;

  bool answers_head : 1 = false;   // its body is counted, not sent
  bool has_no_body : 1 = false;    // 204, 304
  bool input_ended : 1 = false;    // the transport has said all
  bool request_ended : 1 = false;  // and the adapter has had it
  bool head_taken : 1 = false;     // the transport has the final head

  bool sends_body() const { return !answers_head && !has_no_body; }
  bool is_endless() const {
    return response == SLIPRING_HTTP_HEAD && promised == SLIPRING_LENGTH_UNKNOWN && sends_body();
  }
};

}  // namespace slipring::session
