// Whether a peer still takes what is sent to it, as the kernel knows.
#pragma once

#include <cstdint>

namespace slipring::websocket {

// How many bytes the peer has acknowledged in all, modulo 2^32; 0 when the system does not tell.
std::uint32_t acknowledged_bytes(int socket);

// Whether the peer has said that it will send no more (FIN), read or not.
bool peer_has_finished(int socket);

}  // namespace slipring::websocket
