#include "plain_entry.hpp"

extern "C" SLIPRING_EXPORT int one_more_symbol();
int one_more_symbol() {
  return 1;
}

constinit const slipring_entry_table slipring_entry = plain_entry(init_ok);
