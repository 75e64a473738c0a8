#include "dialler.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <slipring/cpp/status.hpp>
#include <utility>

#include "outgoing.hpp"
#include "resolver.hpp"

namespace slipring::websocket {
namespace {

const slipring_dial_links &links_of(const sdk::Host &host) {
  const auto *const table = host.extension<slipring_dial_links>(SLIPRING_DIAL_LINKS);
  if (table == nullptr) {
    throw sdk::Error(SLIPRING_FAILED_PRECONDITION, "the host lacks " SLIPRING_DIAL_LINKS);
  }
  return *table;
}

// Collects the host's line about a session that is refused.
struct Reason {
  std::string text;

  slipring_writer writer() {
    return {this, [](void *self, slipring_bytes bytes) -> slipring_status {
              static_cast<Reason *>(self)->text += sdk::view(bytes);
              return SLIPRING_OK;
            }};
  }
};

std::string with_port(const std::string &address, std::uint16_t port) {
  const bool is_v6 = address.find(':') != std::string::npos;
  return (is_v6 ? '[' + address + ']' : address) + ':' + std::to_string(port);
}

}  // namespace

Dialler::Dialler(Shard &shard) : shard_(shard), links_(links_of(shard.host)) {}

Dialler::~Dialler() = default;

void Dialler::dial(const slipring_dial &dial) {
  target_ = Target::parse(sdk::view(dial.target));
  if (!prepared_) {
    ClientContext context;
    if (target_.secure) {
      context = make_client_context(target_.host, std::string(sdk::view(dial.authorities)));
    }
    shard_.library.begin_client(std::move(context));
    prepared_ = true;
  }
  link_ = dial.link;
  subprotocol_ = sdk::view(dial.subprotocol);
  origin_ = sdk::view(dial.origin);
  resolve(*shard_.pump.uv(), target_.host, target_.port,
          [this, attempt = ++attempt_](std::vector<std::string> found, const std::string &why) {
            if (stopped_ || !under_way_ || attempt != attempt_) return;
            addresses_.assign(found.rbegin(), found.rend());
            problem_ = target_.host + ": " + why;
            try_next();
          });
  under_way_ = true;
  shard_.dialling.push(*this, Shard::now());
  shard_.schedule();
  shard_.pump.touch();
}

void Dialler::try_next() {
  while (!addresses_.empty()) {
    peer_ = with_port(addresses_.back(), target_.port);
    const std::string address = std::exchange(addresses_.back(), {});
    addresses_.pop_back();
    connecting_ = true;
    const bool begun = connect(address);
    connecting_ = false;
    if (begun && wsi_ != nullptr) return;
  }
  fail(problem_);
}

bool Dialler::connect(const std::string &address) {
  const std::string path = target_.path + (target_.query.empty() ? "" : '?' + target_.query);
  lws_client_connect_info info{};
  info.address = address.c_str();
  info.port = target_.port;
  info.path = path.c_str();
  info.host = target_.authority.c_str();
  info.origin = origin_.empty() ? nullptr : origin_.c_str();
  info.protocol = subprotocol_.empty() ? nullptr : subprotocol_.c_str();
  info.alpn = "http/1.1";
  // Which name the certificate has to be for is said in the context.
  info.ssl_connection = LCCSCF_HTTP_NO_FOLLOW_REDIRECT;
  if (target_.secure) {
    info.ssl_connection |= LCCSCF_USE_SSL | LCCSCF_SKIP_SERVER_CERT_HOSTNAME_CHECK;
  }
  info.pwsi = &wsi_;
  wsi_ = nullptr;
  const bool begun = shard_.library.connect(info) != nullptr;
  shard_.pump.touch();
  return begun;
}

// RFC 6455 §4.1: the server may choose none of what was offered; then we would talk past each
// other.
bool Dialler::check_answer(::lws *wsi) {
  if (wsi != wsi_) return false;
  std::array<char, 128> chosen{};
  const int size =
      lws_hdr_copy(wsi, chosen.data(), static_cast<int>(chosen.size()), WSI_TOKEN_PROTOCOL);
  const std::string_view answer(chosen.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  if (size >= 0 && answer == subprotocol_) return true;
  refused_ = "the server does not speak " + subprotocol_ +
             (answer.empty() ? "" : ", it chose " + std::string(answer));
  return false;
}

void Dialler::established(::lws *wsi) {
  auto outgoing = std::make_unique<Outgoing>(shard_, wsi);
  const slipring_message_handshake handshake = {.struct_size = sizeof handshake,
                                                .path = sdk::bytes(target_.path),
                                                .query = sdk::bytes(target_.query),
                                                .authority = sdk::bytes(target_.authority),
                                                .origin = sdk::bytes(origin_),
                                                .subprotocols = sdk::bytes(subprotocol_),
                                                .peer = sdk::bytes(peer_),
                                                .identity = {},
                                                .scheme = {},
                                                .fields = nullptr,
                                                .field_count = 0};
  slipring_session session = 0;
  std::string subprotocol(subprotocol_.size(), '\0');
  std::size_t subprotocol_size = subprotocol.size();
  Reason reason;
  const slipring_writer writer = reason.writer();
  MessagePeer *const peer = outgoing.get();
  const slipring_status status =
      shard_.sessions.open(shard_.host.raw(), link_, peer, &handshake, &session, subprotocol.data(),
                           &subprotocol_size, &writer);
  wsi_ = nullptr;
  if (status != SLIPRING_OK) {
    shard_.library.drop(wsi);
    fail(reason.text.empty() ? "refused by the adapter" : reason.text);
    return;
  }
  under_way_ = false;
  leave();
  outgoing->opened(session);
  lws_set_opaque_user_data(wsi, outgoing.release());
}

void Dialler::not_connected(::lws *wsi, std::string_view why) {
  if (wsi != wsi_) return;
  wsi_ = nullptr;
  problem_ = peer_ + ": " + (refused_.empty() ? std::string(why) : std::exchange(refused_, {}));
  if (!connecting_ && under_way_ && !stopped_) try_next();
}

void Dialler::timed_out(DeadlineQueue::Entry &entry) {
  auto &dialler = static_cast<Dialler &>(entry);
  if (::lws *const wsi = std::exchange(dialler.wsi_, nullptr)) {
    dialler.shard_.library.drop(wsi);
    dialler.shard_.pump.touch();
  }
  dialler.fail((dialler.peer_.empty() ? dialler.target_.authority : dialler.peer_) +
               ": no answer in time");
}

void Dialler::fail(const std::string &why) {
  under_way_ = false;
  addresses_.clear();
  leave();
  if (stopped_) return;
  links_.failed(shard_.host.raw(), link_, sdk::bytes(why));
}

}  // namespace slipring::websocket
