// A library that no host has.
extern "C" [[gnu::visibility("default")]] int from_elsewhere();

int from_elsewhere() {
  return 0;
}
