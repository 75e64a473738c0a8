#include "upgrade.hpp"

#include <algorithm>
#include <optional>
#include <slipring/cpp/bytes.hpp>
#include <span>

#include "common/http_error.hpp"
#include "common/http_syntax.hpp"
#include "compression.hpp"
#include "handshake.hpp"
#include "websocket.hpp"

namespace slipring::web {
namespace {

constexpr std::uint32_t http_1_1 = 11;
constexpr std::uint32_t http_2 = 20;

Upgrade refused(int code, std::string reason) {
  Upgrade answer;
  answer.code = code;
  answer.reason = std::move(reason);
  return answer;
}

Upgrade refused(Refusal refusal) {
  Upgrade answer = refused(refusal.code, std::move(refusal.reason));
  if (refusal.code == 426) answer.fields.emplace_back("sec-websocket-version", "13");
  if (refusal.code == 405) answer.fields.emplace_back("allow", "GET");
  return answer;
}

// A path that speaks no WebSocket does not exist for who asks for one (RFC 6455 §4.2.2 (4)).
int code_for(slipring_status refusal) {
  return refusal == SLIPRING_FAILED_PRECONDITION ? 404 : websocket::http_status(refusal);
}

// What both sides can do of permessage-deflate.
std::optional<DeflateOffer> grant(const Context &context, const WebSocketRequest &request) {
  if (!context.settings.websocket.compress || context.compression == nullptr) return std::nullopt;
  std::optional<DeflateOffer> offer = choose_deflate_offer(request.extensions);
  if (offer && !context.compression->grant(offer->deflation)) return std::nullopt;
  return offer;
}

slipring_message_handshake for_host(const slipring_http_request &request,
                                    const WebSocketRequest &websocket) {
  return {.struct_size = sizeof(slipring_message_handshake),
          .path = request.path,
          .query = request.query,
          .authority = request.authority,
          .origin = sdk::bytes(websocket.origin),
          .subprotocols = sdk::bytes(websocket.subprotocols),
          .peer = request.peer,
          .identity = request.identity,
          .scheme = request.scheme,
          .fields = request.fields,
          .field_count = request.field_count};
}

}  // namespace

// HTTP/1.0 has no Upgrade (RFC 9110 §7.8).
bool asks_for_websocket(const slipring_http_request &request) {
  const std::span fields(request.fields, request.field_count);
  return request.version == http_1_1 &&
         std::any_of(fields.begin(), fields.end(), [](const slipring_field &field) {
           return websocket::http::equal(sdk::view(field.name), "upgrade") &&
                  websocket::http::list_contains(sdk::view(field.value), "websocket");
         });
}

Upgrade open_websocket(Context &context, Link &link, const slipring_http_request &request) {
  WebSocketRequest asked;
  if (auto refusal = check_websocket_request(request, asked)) {
    context.counters.bad_requests.add();
    return refused(std::move(*refusal));
  }
  const auto offer = grant(context, asked);
  auto made = std::make_unique<WebSocket>(context, link, offer ? offer->deflation : Deflation());
  Front::Opened opened = context.front.open(*made, for_host(request, asked));
  if (opened.status != SLIPRING_OK) {
    Upgrade answer = refused(code_for(opened.status), std::move(opened.reason));
    if (answer.code == 401) {
      const std::span fields(request.fields, request.field_count);
      answer.fields.emplace_back("www-authenticate", websocket::challenge_for(fields));
    }
    return answer;
  }
  made->opened(opened.session);

  Upgrade answer;
  answer.code = request.version >= http_2 ? 200 : 101;
  if (!asked.key.empty()) {
    answer.fields.emplace_back("sec-websocket-accept", sec_websocket_accept(asked.key));
  }
  if (!opened.subprotocol.empty()) {
    answer.fields.emplace_back("sec-websocket-protocol", std::move(opened.subprotocol));
  }
  if (offer) answer.fields.emplace_back("sec-websocket-extensions", deflate_answer(*offer));
  answer.protocol = std::move(made);
  return answer;
}

}  // namespace slipring::web
