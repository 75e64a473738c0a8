// An event as a CloudEvent in JSON, in the words of draft.hpp: what is written here can be posted
// again. Its payload is `data` when it is JSON or text by its type and in fact, byte for byte, and
// `data_base64` otherwise.
//
// Left out: where it came from (session, client, principal), attributes whose keys CloudEvents does
// not allow, what only one protocol has.
//
// Thread-safety: pure function.
#pragma once

#include <slipring/cpp/event.hpp>
#include <string>

namespace slipring::rest {

void append_cloud_event(std::string &to, const sdk::EventView &event);

}  // namespace slipring::rest
