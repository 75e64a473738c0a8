// What the server says in slipring.json.v1, but for events (render.hpp). Each function writes one
// whole message into `to`, replacing what it held. Ids are JSON text.
//
// Thread-safety: pure functions.
#pragma once

#include <slipring/cpp/completion.hpp>
#include <slipring/cpp/ending.hpp>
#include <slipring/cpp/render.hpp>
#include <slipring/cpp/status.hpp>
#include <string>
#include <string_view>

namespace slipring::json_v1 {

// "INVALID_ARGUMENT" and so on.
std::string_view status_name(slipring_status code) noexcept;

// `id` may be empty: it could not be read, or the message had none.
void write_error(std::string &to, std::string_view id, slipring_status code,
                 std::string_view message);

void write_subscribed(std::string &to, std::string_view id, const sdk::Subscribed &made);
void write_unsubscribed(std::string &to, std::string_view id, std::string_view sub);
// The empty position of an ephemeral topic, and the empty cursor, are left out.
void write_published(std::string &to, std::string_view id, std::string_view position,
                     bool duplicate);
void write_cursor(std::string &to, std::string_view id, std::string_view sub,
                  std::string_view cursor);

// `sub` may be empty: where there is only one subscription.
void write_gap(std::string &to, std::string_view sub, const sdk::Gap &gap);
void write_closing(std::string &to, const sdk::Ending &ending, const sdk::Comeback &comeback);

// ,"name":"text"; nothing when the text is empty.
void append_member(std::string &to, std::string_view name, std::string_view text);

}  // namespace slipring::json_v1
