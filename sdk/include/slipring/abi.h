/* Slipring plugin ABI: entry, status, byte ranges, handles.
 *
 * A plugin is a shared object with exactly one exported symbol, the constant `slipring_entry`, and
 * one ELF note (owner "slipring") holding its manifest. The host reads the manifest before any code
 * of the plugin runs, loads the object, compares `slipring_entry.descriptor` with the manifest,
 * then calls `init` and asks `get_factory` for what the manifest says it provides.
 *
 * What crosses this boundary: C types, function tables, handles and byte ranges. No exception, no
 * C++ standard library type, no memory freed on the other side.
 *
 * Threads. Each function carries one tag:
 *   [control]  the host's control thread
 *   [shard]    the thread of the shard that the instance or session lives on
 *   [any]      any thread of the host
 * An adapter instance lives on one shard; its [shard] functions are never called concurrently and
 * never from inside one another. An author needs no mutex.
 *
 * Ownership. Bytes handed to a callee are borrowed for the call unless the comment says otherwise.
 * Strings are UTF-8, not terminated unless declared `const char *`, in which case they are.
 *
 * Evolution. The ABI is 0.x: a host accepts exactly its own minor. From 1.0 on: the major must be
 * equal, the plugin's minor at most the host's; a struct marked APPENDABLE grows only at its end
 * and is read through `struct_size`; one marked FROZEN never changes; a released entity never
 * changes in place. Functions are fetched by extension id; an id ends in "/" and a revision.
 */
#ifndef SLIPRING_ABI_H
#define SLIPRING_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_ABI_MAJOR 0u
#define SLIPRING_ABI_MINOR 2u

/* Generic status: the 17 codes of gRPC, with their numbers. No protocol's own codes appear here; an
 * adapter or transport maps them to its protocol. */
typedef int32_t slipring_status;
enum {
  SLIPRING_OK = 0,
  SLIPRING_CANCELLED = 1,
  SLIPRING_UNKNOWN = 2,
  SLIPRING_INVALID_ARGUMENT = 3,
  SLIPRING_DEADLINE_EXCEEDED = 4,
  SLIPRING_NOT_FOUND = 5,
  SLIPRING_ALREADY_EXISTS = 6,
  SLIPRING_PERMISSION_DENIED = 7,
  SLIPRING_RESOURCE_EXHAUSTED = 8,
  SLIPRING_FAILED_PRECONDITION = 9,
  SLIPRING_ABORTED = 10,
  SLIPRING_OUT_OF_RANGE = 11,
  SLIPRING_UNIMPLEMENTED = 12,
  SLIPRING_INTERNAL = 13,
  SLIPRING_UNAVAILABLE = 14,
  SLIPRING_DATA_LOSS = 15,
  SLIPRING_UNAUTHENTICATED = 16,
  /* Only where a function says so: not done yet (ext/completion.h). */
  SLIPRING_PENDING = 17
};

/* A byte range, borrowed. `data` may be NULL when `size` is 0. FROZEN. */
typedef struct slipring_bytes {
  const uint8_t *data;
  size_t size;
} slipring_bytes;

/* Where a plugin puts bytes that the host keeps: state it exports, reasons it gives. FROZEN. */
typedef struct slipring_writer {
  void *context;
  /* [same thread as the call it was lent to] Appends a copy. RESOURCE_EXHAUSTED: over the host's
   * limit; what was written before stays written, the caller should give up. */
  slipring_status (*write)(void *context, slipring_bytes bytes);
} slipring_writer;

/* A session, named by the host. Never reused while the host lives; 0 is no session. */
typedef uint64_t slipring_session;

/* The host as one plugin generation, or one instance of it, sees it. `init` gets the generation's,
 * valid until `deinit` has returned; `create` gets one for that instance, valid until its `destroy`
 * has returned. Calls made for an instance or its sessions use the instance's: keep it in the
 * instance, never in a global. APPENDABLE. */
typedef struct slipring_host {
  size_t struct_size;
  uint32_t abi_major;
  uint32_t abi_minor;
  void *context; /* the host's; opaque to plugins */

  /* [any] The host's side of the extension `id`, or NULL when this host does not have it. The table
   * lives as long as the host struct. */
  const void *(*get_extension)(const struct slipring_host *host, const char *id);

  uint32_t shard; /* the instance's shard, from 0; UINT32_MAX for a generation's host */
  uint32_t shard_count;
} slipring_host;

/* What the loaded code says of itself. Must equal the manifest, or the plugin is refused.
 * All strings are static. APPENDABLE. */
typedef struct slipring_descriptor {
  size_t struct_size;
  const char *name;
  const char *version;
  uint32_t state_schema;        /* newest session state schema it reads and writes; 0: no state */
  uint32_t state_schema_oldest; /* oldest one it reads and writes */
} slipring_descriptor;

/* The one exported symbol. APPENDABLE. */
typedef struct slipring_entry_table {
  size_t struct_size;
  uint32_t abi_major;
  uint32_t abi_minor;
  const slipring_descriptor *descriptor;

  /* [control] Once after loading, before anything else. Not OK: the plugin is unloaded again
   * without `deinit`. `host` stays valid until `deinit` returns. */
  slipring_status (*init)(const slipring_host *host);

  /* [control] Once, after the last instance was destroyed; the object is unmapped afterwards. */
  void (*deinit)(void);

  /* [control] The factory struct for an id (see ext/adapter.h, ext/transport.h), or NULL. Static.
   */
  const void *(*get_factory)(const char *id);
} slipring_entry_table;

#if defined(_WIN32)
#error "Slipring plugins are ELF shared objects"
#endif
#define SLIPRING_EXPORT __attribute__((visibility("default")))

extern SLIPRING_EXPORT const slipring_entry_table slipring_entry;

#ifdef __cplusplus
}

static_assert(sizeof(slipring_bytes) == 16, "FROZEN");
static_assert(sizeof(slipring_writer) == 16, "FROZEN");
static_assert(offsetof(slipring_host, get_extension) == 24, "APPENDABLE: offsets never move");
static_assert(offsetof(slipring_descriptor, state_schema) == 24, "APPENDABLE: offsets never move");
static_assert(offsetof(slipring_entry_table, get_factory) == 40, "APPENDABLE: offsets never move");
#endif

#endif
