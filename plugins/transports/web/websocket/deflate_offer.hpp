// What client and server agree on about permessage-deflate (RFC 7692 §7.1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipring::web {

// How messages are compressed on a connection. Ours always without a context from message to
// message (server_no_context_takeover), so that they can be shared between connections.
struct Deflation {
  bool enabled = false;
  bool client_takes_over = false;  // its messages refer to those before
  std::uint8_t server_bits = 15;   // window of what we send
  std::uint8_t client_bits = 15;   // window of what the client sends
};

// One element of Sec-WebSocket-Extensions: "permessage-deflate; client_max_window_bits=10".
struct ExtensionOffer {
  struct Parameter {
    std::string_view name;
    std::optional<std::string> value;  // without quotes
  };
  std::string_view name;
  std::vector<Parameter> parameters;
};

// Appends the offers of one field's value, in order. False: it is no extension list (RFC 6455
// §9.1). Names point into `list`.
bool parse_extensions(std::string_view list, std::vector<ExtensionOffer> &offers);

// An offer of permessage-deflate as it can be granted, and what the answer has to name.
struct DeflateOffer {
  Deflation deflation;
  bool names_server_bits = false;
  bool names_client_bits = false;
};

// The first offer of permessage-deflate that can be granted; those with unknown, repeated or
// malformed parameters are declined (§7.1). Without one: nothing.
std::optional<DeflateOffer> choose_deflate_offer(const std::vector<ExtensionOffer> &offers);

// The value of the answer's Sec-WebSocket-Extensions. What `deflation` says of the client's context
// counts: a server may ask for none that was not offered (§7.1.1.2).
std::string deflate_answer(const DeflateOffer &offer);

}  // namespace slipring::web
