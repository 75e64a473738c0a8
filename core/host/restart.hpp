// A process that starts itself again, in its place: same process id, program, arguments and
// environment, none of its threads, none of the descriptors it has opened.
//
// Thread-safety: remember_start() before any thread is made; restart_process() any thread.
#pragma once

namespace slipring::host {

// How the process ends when it hung and somebody else is to start it again, or nobody.
constexpr int hung_exit_code = 70;

// How this process was started: its arguments, its signal mask, and the descriptors it was given,
// which it passes on. The process is named after its program: started again it would be named after
// what it was started by, /proc/self/exe. REQUIRES: `arguments` are main()'s.
void remember_start(char **arguments);

// Under systemd it ends, and is started again as its unit says.
[[noreturn]] void restart_process();

}  // namespace slipring::host
