#include <string>

#include "plain_entry.hpp"

static thread_local std::string last_words;

constinit const slipring_entry_table slipring_entry =
    plain_entry([](const slipring_host *) -> slipring_status {
      last_words += "late";
      return SLIPRING_OK;
    });
