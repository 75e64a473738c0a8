#include "http2/library.hpp"

#include <algorithm>
#include <array>
#include <new>

namespace slipring::web {
namespace {

struct OptionDeleter {
  void operator()(nghttp2_option *option) const { nghttp2_option_del(option); }
};
struct CallbacksDeleter {
  void operator()(nghttp2_session_callbacks *callbacks) const {
    nghttp2_session_callbacks_del(callbacks);
  }
};

void require(int result) {
  if (result != 0) throw std::bad_alloc();  // the only reason these calls have
}

// Acks that wait because the peer does not read. More pings are a flood before.
constexpr std::size_t max_acks = 1000;
// A header block is bounded by this many frames of 16 KiB (CVE-2024-28182).
constexpr std::size_t max_continuations = 8;

std::unique_ptr<nghttp2_option, OptionDeleter> make_options(const Http2Limits &limits) {
  nghttp2_option *raw = nullptr;
  require(nghttp2_option_new(&raw));
  std::unique_ptr<nghttp2_option, OptionDeleter> option(raw);
  nghttp2_option_set_no_auto_window_update(raw, 1);
  nghttp2_option_set_no_closed_streams(raw, 1);
  nghttp2_option_set_max_outbound_ack(raw, max_acks);
  nghttp2_option_set_max_continuations(raw, max_continuations);
  // None: Floods counts resets, by the clock of Deadlines.
  nghttp2_option_set_stream_reset_rate_limit(raw, UINT64_MAX / 2, 1);
  nghttp2_option_set_max_deflate_dynamic_table_size(raw, limits.header_table);
  nghttp2_option_set_user_recv_extension_type(raw, NGHTTP2_PRIORITY_UPDATE);
  return option;
}

void submit_settings(nghttp2_session *session, const Settings &settings) {
  const Http2Limits &limits = settings.http2;
  const auto header_list = static_cast<std::uint32_t>(
      std::min<std::size_t>(settings.http.head + 32 * settings.http.fields, UINT32_MAX));
  const std::array<nghttp2_settings_entry, 6> entries = {{
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.streams},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits.window},
      {NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, limits.header_table},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, header_list},
      {NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1},
      {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
  }};
  require(nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, entries.data(), entries.size()));
  // What came is kept by the windows of the streams; this one only must not slow them down.
  const std::uint64_t window = std::uint64_t{limits.window} * 4;
  require(nghttp2_session_set_local_window_size(
      session, NGHTTP2_FLAG_NONE, 0,
      static_cast<std::int32_t>(std::clamp<std::uint64_t>(window, 65'535, 16 << 20))));
}

}  // namespace

SessionPtr make_session(Http2 &owner, const Settings &settings) {
  nghttp2_session_callbacks *raw = nullptr;
  require(nghttp2_session_callbacks_new(&raw));
  const std::unique_ptr<nghttp2_session_callbacks, CallbacksDeleter> callbacks(raw);
  set_callbacks(raw);
  const auto options = make_options(settings.http2);
  nghttp2_session *session = nullptr;
  require(nghttp2_session_server_new2(&session, raw, &owner, options.get()));
  SessionPtr made(session);
  submit_settings(session, settings);
  return made;
}

}  // namespace slipring::web
