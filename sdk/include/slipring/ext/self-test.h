/* slipring.self-test/1: an adapter that can tell whether it works, before anybody depends on it.
 *
 * Asked in rehearsal, before a build is loaded into the host: in a process of its own, under limits
 * of time and memory, where nothing is lost when it crashes or hangs. A build that does not answer
 * OK is refused, and the version that serves goes on.
 */
#ifndef SLIPRING_EXT_SELF_TEST_H
#define SLIPRING_EXT_SELF_TEST_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_SELF_TEST "slipring.self-test/1"

/* What an adapter implements; answered by slipring_adapter_factory.get_extension. APPENDABLE. */
typedef struct slipring_self_test_adapter {
  size_t struct_size;

  /* [control] On an instance made for this alone: it has no sessions, and never gets one. No client
   * is there, and calls that name a session answer NOT_FOUND. May take as long as rehearsals may
   * (`upgrade.rehearsal.time`). Not OK: what was found is written to `reason`. */
  slipring_status (*self_test)(void *instance, const slipring_writer *reason);
} slipring_self_test_adapter;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_self_test_adapter, self_test) == 8, "offsets never move");
#endif

#endif
