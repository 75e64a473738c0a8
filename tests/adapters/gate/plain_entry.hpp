// An entry that does nothing, for plugins that are wrong elsewhere.
#pragma once

#include <slipring/abi.h>
#include <slipring_plugin_manifest.h>

namespace {

constexpr slipring_descriptor descriptor = {sizeof(slipring_descriptor), SLIPRING_PLUGIN_NAME,
                                            SLIPRING_PLUGIN_VERSION, SLIPRING_PLUGIN_STATE_SCHEMA,
                                            SLIPRING_PLUGIN_STATE_SCHEMA_OLDEST};

constexpr slipring_entry_table plain_entry(slipring_status (*init)(const slipring_host *)) {
  return {sizeof(slipring_entry_table),
          SLIPRING_ABI_MAJOR,
          SLIPRING_ABI_MINOR,
          &descriptor,
          init,
          [] {},
          [](const char *) -> const void * { return nullptr; }};
}

inline slipring_status init_ok(const slipring_host *) {
  return SLIPRING_OK;
}

}  // namespace
