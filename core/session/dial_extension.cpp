#include "session/dial_extension.hpp"

#include <slipring/ext/dial.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "base/bytes.hpp"
#include "session/dialled.hpp"
#include "session/shard_sessions.hpp"

namespace slipring::session {
namespace {

Dialled *find(const slipring_host *host, slipring_session id) {
  ShardSessions *const sessions = ShardSessions::current();
  Session *const session = sessions != nullptr ? sessions->find_for(host, id) : nullptr;
  return session != nullptr ? session->dialled : nullptr;
}

slipring_status link_of(const slipring_host *host, slipring_session session, slipring_link *link) {
  const Dialled *const dialled = find(host, session);
  if (dialled == nullptr) return SLIPRING_NOT_FOUND;
  const slipring_link found{sizeof found, to_bytes(dialled->name()), to_bytes(dialled->bookmark)};
  const size_t known = std::min(link->struct_size, sizeof found);
  std::memcpy(link, &found, known);
  link->struct_size = known;
  return SLIPRING_OK;
}

slipring_status set_bookmark(const slipring_host *host, slipring_session session,
                             slipring_bytes bookmark) {
  Dialled *const dialled = find(host, session);
  if (dialled == nullptr) return SLIPRING_NOT_FOUND;
  if (bookmark.size > SLIPRING_BOOKMARK_MAX) return SLIPRING_INVALID_ARGUMENT;
  try {
    dialled->bookmark = to_text(bookmark);
  } catch (const std::bad_alloc &) {
    return SLIPRING_RESOURCE_EXHAUSTED;
  }
  return SLIPRING_OK;
}

void failed(const slipring_host *, uint32_t link, slipring_bytes why) {
  Dialled *const dialled = ShardSessions::current()->chooser().dialled(link);
  if (dialled != nullptr) dialled->failed(to_text(why));
}

constexpr slipring_dial_host adapter_table{sizeof(slipring_dial_host), &link_of, &set_bookmark};
constexpr slipring_dial_links transport_table{sizeof(slipring_dial_links), &failed};

}  // namespace

void add_dial_extensions(plugin::ExtensionSet &extensions) {
  extensions.add(SLIPRING_DIAL, &adapter_table);
  extensions.add(SLIPRING_DIAL_LINKS, &transport_table);
}

}  // namespace slipring::session
