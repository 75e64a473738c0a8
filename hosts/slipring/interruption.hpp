// Ctrl-C as something that is asked for, so that a command can finish what it has begun.
//
// Thread-safety: one thread.
#pragma once

namespace slipring::command {

// From now on SIGINT and SIGTERM do not end the command; waiting for input ends with EINTR.
void note_interruption();
bool is_interrupted();

}  // namespace slipring::command
