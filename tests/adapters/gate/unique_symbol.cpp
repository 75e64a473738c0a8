// A static of an inline function, visible: the compiler makes it unique in the process.
#include "plain_entry.hpp"

inline int &shared_by_all_versions() {
  static int value = 0;
  return value;
}

constinit const slipring_entry_table slipring_entry = plain_entry(
    [](const slipring_host *) { return static_cast<slipring_status>(shared_by_all_versions()++); });
