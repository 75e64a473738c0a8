// HTTP adapters in C++: write a class, get the tables of the C ABI.
//
//   StatelessHttpAdapter<Handler>        nothing to remember per request; continuity `rebind`
//   HttpAdapter<Exchange [, Shard]>      one Exchange per request; `handoff` or `drain`
//
// What the class may have; only on_request is required:
//
//   Status on_request(HttpSession, const Request &)    not OK: the client gets a status made from
//                                                      it and the text
//   Status on_body(HttpSession, const Body &)          all that has come and is not used; without
//                                                      this function the body is read and forgotten
//   Status on_trailers(HttpSession, const Fields &)    behind the body, when there are some
//   void   on_close(const Ending &)                    the exchange is over; `code` is a status
//
// Where a Status is returned, void will do. on_body may return a size_t instead, or Consumed with a
// Status beside it: how many bytes it used, from the front; the rest is offered again with more, if
// need be to the next version: 0 until `more` is false gathers the body with the host, up to its
// limit. An answer can be given at
// once or later, from whichever function is called then.
//
// All else is as for adapters of messages (message_adapter.hpp): save and load for `handoff`, what
// has to do with events, how the objects are made. Where Session stands there HttpSession will do.
// A class with on_message and on_request has both profiles.
//
// Thread-safety: everything of one shard is called on that shard's thread, one call at a time. No
// mutex is needed, and nothing may wait.
#ifndef SLIPRING_CPP_HTTP_ADAPTER_HPP
#define SLIPRING_CPP_HTTP_ADAPTER_HPP

#include <slipring/cpp/message_adapter.hpp>

namespace slipring::sdk {

template <class Handler>
using StatelessHttpAdapter = StatelessMessageAdapter<Handler>;

template <class Exchange, class Shard = NoShard>
using HttpAdapter = MessageAdapter<Exchange, Shard>;

}  // namespace slipring::sdk

#endif
