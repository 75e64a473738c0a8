// The time of day as HTTP writes it: "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 §5.6.7).
//
// Thread-safe: each thread has a text of its own, written anew once a second.
#pragma once

#include <string_view>

namespace slipring::websocket::http {

// Valid until this thread's next call.
std::string_view date();

}  // namespace slipring::websocket::http
