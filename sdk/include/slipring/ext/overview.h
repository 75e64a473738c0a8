/* slipring.overview/1: what runs here. For adapters that show it to people.
 *
 * A JSON object, renewed when the host is ready and after each upgrade:
 *
 *   {"host":{"version":"0.1.0"},
 *    "plugins":[{"name":"echo","version":"1.0.0","kind":"adapter",
 *                "description":"Sends each message back as it was"}],
 *    "mounts":[{"path":"/echo","adapter":"echo","profiles":["message/1"],"endpoints":["public"]}],
 *    "endpoints":[{"name":"public","transport":"lws","profiles":["message/1"],"port":8080}]}
 *
 * Plugins are those that serve, one version each; profiles are without "slipring.profile.". Members
 * may be added. It says nothing that a client could not find out by asking; it does not name files,
 * addresses of the machine or settings.
 */
#ifndef SLIPRING_EXT_OVERVIEW_H
#define SLIPRING_EXT_OVERVIEW_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_OVERVIEW "slipring.overview/1"

/* What the host offers. APPENDABLE. */
typedef struct slipring_overview_host {
  size_t struct_size;

  /* [shard] Writes it in one piece. UNAVAILABLE: the host is not ready yet. */
  slipring_status (*write)(const slipring_host *host, const slipring_writer *writer);
} slipring_overview_host;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_overview_host, write) == 8, "offsets never move");
#endif

#endif
