// What is needed of libnghttp2: a server's session, its options and callbacks.
//
// Thread-safety: a session is used on its shard only.
#pragma once

#include <nghttp2/nghttp2.h>

#include <memory>

#include "settings.hpp"

namespace slipring::web {

class Http2;

struct SessionDeleter {
  void operator()(nghttp2_session *session) const { nghttp2_session_del(session); }
};
using SessionPtr = std::unique_ptr<nghttp2_session, SessionDeleter>;

// A session whose callbacks call `owner`, with its first SETTINGS queued. Throws std::bad_alloc.
SessionPtr make_session(Http2 &owner, const Settings &settings);

// The callbacks of every session; each forwards to the Http2 that is its user data.
void set_callbacks(nghttp2_session_callbacks *callbacks);

}  // namespace slipring::web
