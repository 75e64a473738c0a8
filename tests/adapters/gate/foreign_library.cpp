#include "plain_entry.hpp"

extern "C" int foreign();

constinit const slipring_entry_table slipring_entry =
    plain_entry([](const slipring_host *) -> slipring_status { return foreign(); });
