/* slipring.log/1: one structured line in the host's log. */
#ifndef SLIPRING_EXT_LOG_H
#define SLIPRING_EXT_LOG_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLIPRING_LOG "slipring.log/1"

enum {
  SLIPRING_LOG_DEBUG = 1,
  SLIPRING_LOG_INFO = 2,
  SLIPRING_LOG_WARN = 3,
  SLIPRING_LOG_ERROR = 4
};

/* APPENDABLE. */
typedef struct slipring_log {
  size_t struct_size;

  /* [any] The plugin's name and version are added by the host; `message` is copied. What clients
   * can provoke belongs into a counter (ext/metrics.h) and is logged once per burst: use `burst`.
   */
  void (*line)(const slipring_host *host, uint32_t level, slipring_bytes message);

  /* [any] As `line`, at most once in ten seconds for the same `message`; the next line says how
   * many were held back. */
  void (*burst)(const slipring_host *host, uint32_t level, slipring_bytes message);
} slipring_log;

#ifdef __cplusplus
}
static_assert(offsetof(slipring_log, burst) == 16, "offsets never move");
#endif

#endif
