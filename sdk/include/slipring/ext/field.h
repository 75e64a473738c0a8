/* A header or trailer field, of HTTP and of what is like it. */
#ifndef SLIPRING_EXT_FIELD_H
#define SLIPRING_EXT_FIELD_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Names in lower case. FROZEN. */
typedef struct slipring_field {
  slipring_bytes name;
  slipring_bytes value;
} slipring_field;

#ifdef __cplusplus
}
static_assert(sizeof(slipring_field) == 32, "FROZEN");
#endif

#endif
