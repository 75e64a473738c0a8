#include "plain_entry.hpp"

constinit const slipring_entry_table slipring_entry = [] {
  auto entry = plain_entry(init_ok);
  entry.abi_minor = SLIPRING_ABI_MINOR + 1;
  return entry;
}();
