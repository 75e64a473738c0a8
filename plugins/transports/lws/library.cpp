#include "library.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <mutex>
#include <slipring/cpp/status.hpp>

namespace slipring::websocket {
namespace {

std::mutex contexts_mutex;

// Bytes read from a socket at once. Also the size of a buffer that each connection keeps, which is
// why it is small; payload larger than this does not pass through that buffer.
constexpr std::size_t receive_bytes = 4096;
// The library's write in one go, and no limit of its own below that.
constexpr std::size_t transmit_bytes = std::size_t{1} << 30;

std::array<lws_protocols, 2> protocols_with(lws_callback_function *callback) {
  return {lws_protocols{.name = "message",
                        .callback = callback,
                        .per_session_data_size = 0,
                        .rx_buffer_size = receive_bytes,
                        .id = 0,
                        .user = nullptr,
                        .tx_packet_size = transmit_bytes},
          lws_protocols{}};
}

// A context without connections polls one descriptor.
int only_polled_descriptor(uv_loop_t *loop) {
  int fd = -1;
  uv_walk(
      loop,
      [](uv_handle_t *handle, void *found) {
        if (handle->type == UV_POLL) uv_fileno(handle, static_cast<uv_os_fd_t *>(found));
      },
      &fd);
  return fd;
}

// A number that is about to be closed by somebody who does not own it. If it is free it is taken
// until then; if another thread has got it meanwhile, for a client it just accepted for instance,
// it gets it back.
class GuardedNumber {
 public:
  // `spare`: any open descriptor.
  GuardedNumber(int number, int spare) : number_(number) {
    const int taken = fcntl(spare, F_DUPFD_CLOEXEC, number);
    if (taken == number) return;
    if (taken >= 0) ::close(taken);
    others_ = fcntl(number, F_DUPFD_CLOEXEC, 0);
  }
  ~GuardedNumber() {
    if (others_ < 0) return;
    if (fcntl(number_, F_GETFD) < 0) dup3(others_, number_, O_CLOEXEC);
    ::close(others_);
  }
  GuardedNumber(const GuardedNumber &) = delete;
  GuardedNumber &operator=(const GuardedNumber &) = delete;

 private:
  const int number_;
  int others_ = -1;
};

}  // namespace

Library::Library(uv_loop_t *loop, lws_callback_function *callback, void *user)
    : loop_(loop), protocols_(protocols_with(callback)) {
  const std::lock_guard lock(contexts_mutex);
  // Its log is formatted in one buffer for all threads, and "calling service" is an error to it.
  static std::once_flag silence;
  std::call_once(silence, [] { lws_set_log_level(0, nullptr); });

  static constexpr lws_retry_bo_t no_pings{};
  std::array<void *, 1> loops = {loop};
  lws_context_creation_info info{};
  info.port = CONTEXT_PORT_NO_LISTEN;
  info.protocols = protocols_.data();
  info.foreign_loops = loops.data();
  info.options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
                 LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
  info.pt_serv_buf_size = shared_buffer_bytes;
  info.retry_and_idle_policy = &no_pings;
  info.user = user;
  info.gid = static_cast<gid_t>(-1);
  info.uid = static_cast<uid_t>(-1);
  info.pcontext = &context_;  // the library sets it to null when the context is destroyed
  context_ = lws_create_context(&info);
  info.options &= ~static_cast<decltype(info.options)>(LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT);
  if (context_ != nullptr) vhost_ = lws_create_vhost(context_, &info);
  if (vhost_ != nullptr) {
    event_fd_ = only_polled_descriptor(loop);
    return;
  }
  if (context_ != nullptr) {
    lws_context_destroy(context_);
    while (uv_loop_alive(loop) != 0) uv_run(loop, UV_RUN_NOWAIT);
    if (context_ != nullptr) lws_context_destroy(context_);
  }
  throw sdk::Error(SLIPRING_UNAVAILABLE, "libwebsockets does not start");
}

Library::~Library() {
  const std::lock_guard lock(contexts_mutex);
  // The second call frees what the first could not while handles were open in the loop.
  if (context_ != nullptr) lws_context_destroy(context_);
}

::lws *Library::adopt(int fd, const std::string &handshake) {
  return lws_adopt_socket_vhost_readbuf(vhost_, fd, handshake.data(), handshake.size());
}

void Library::begin_client(ClientContext tls) {
  const std::lock_guard lock(contexts_mutex);
  lws_context_creation_info info{};
  info.port = CONTEXT_PORT_NO_LISTEN;
  info.protocols = protocols_.data();
  info.pt_serv_buf_size = shared_buffer_bytes;
  info.vhost_name = "client";
  if (tls != nullptr) info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
  info.provided_client_ssl_ctx = tls.get();
  client_vhost_ = lws_create_vhost(context_, &info);
  const bool begun = client_vhost_ != nullptr &&
                     (tls == nullptr || lws_init_vhost_client_ssl(&info, client_vhost_) == 0);
  client_tls_ = std::move(tls);
  if (!begun) throw sdk::Error(SLIPRING_UNAVAILABLE, "libwebsockets does not start");
}

::lws *Library::connect(lws_client_connect_info &info) {
  info.context = context_;
  info.vhost = client_vhost_;
  info.local_protocol_name = protocols_[0].name;
  return lws_client_connect_via_info(&info);
}

void Library::drop(::lws *wsi) {
  lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
  lws_cancel_service(context_);  // or the library would look at its timeouts only when it is busy
}

void Library::end() {
  const std::lock_guard lock(contexts_mutex);
  lws_context_destroy(context_);
  // The library closes the descriptor that wakes it twice: just now, and again when the loop runs.
  const GuardedNumber guarded(event_fd_, uv_backend_fd(loop_));
  uv_run(loop_, UV_RUN_NOWAIT);
}

}  // namespace slipring::websocket
