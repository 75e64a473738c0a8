#include "interruption.hpp"

#include <csignal>

namespace slipring::command {

namespace {

volatile std::sig_atomic_t interrupted = 0;

void note(int) {
  interrupted = 1;
}

}  // namespace

void note_interruption() {
  struct sigaction action {};
  action.sa_handler = &note;
  sigemptyset(&action.sa_mask);
  // Once: a second one ends it as ever.
  action.sa_flags = SA_RESETHAND;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool is_interrupted() {
  return interrupted != 0;
}

}  // namespace slipring::command
