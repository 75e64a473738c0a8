#include "plain_entry.hpp"

constinit const slipring_entry_table slipring_entry = plain_entry(init_ok);
