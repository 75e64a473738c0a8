/* Loads a plugin the way the host does, looks at what it says of itself, unloads it, and reads the
 * process's maps: an unloaded plugin must not be there any more. Three times over, because some of
 * what keeps an object mapped is only set up by a second load.
 *
 *   slipring_plugin_gate FILE [--pinned]
 *
 * Exit code 0, or 1 with one line that says what was found. Valid as C11 and as C++20.
 */
#include <dlfcn.h>
#include <limits.h>
#include <slipring/abi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int mapped(const char *path) {
  char line[PATH_MAX + 128];
  int found = 0;
  FILE *maps = fopen("/proc/self/maps", "r");
  if (maps == NULL) return 0;
  while (fgets(line, sizeof line, maps) != NULL) {
    const char *name = strchr(line, '/');
    line[strcspn(line, "\n")] = '\0';
    if (name != NULL && strcmp(name, path) == 0) found = 1;
  }
  fclose(maps);
  return found;
}

static const char *flaw(const slipring_entry_table *entry) {
  if (entry->struct_size < sizeof(slipring_entry_table)) return "slipring_entry: too small";
  if (entry->abi_major != SLIPRING_ABI_MAJOR || entry->abi_minor != SLIPRING_ABI_MINOR)
    return "slipring_entry: ABI version differs from the SDK's";
  if (entry->descriptor == NULL || entry->descriptor->name == NULL ||
      entry->descriptor->version == NULL)
    return "slipring_entry: the descriptor has no name or version";
  if (entry->init == NULL || entry->deinit == NULL || entry->get_factory == NULL)
    return "slipring_entry: init, deinit or get_factory is NULL";
  return NULL;
}

static int try_once(const char *path, int pinned) {
  const char *message;
  const slipring_entry_table *entry;
  void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (object == NULL) {
    printf("%s\n", dlerror());
    return 1;
  }
  entry = (const slipring_entry_table *)dlsym(object, "slipring_entry");
  message = entry == NULL ? dlerror() : flaw(entry);
  if (message != NULL) {
    printf("%s\n", message);
    return 1;
  }
  dlclose(object);
  if (mapped(path) != pinned) {
    printf(pinned ? "unmapped after dlclose, although it is pinned\n"
                  : "still mapped after dlclose\n");
    return 1;
  }
  return 0;
}

int main(int argc, char **argv) {
  char path[PATH_MAX];
  int pinned = argc == 3 && strcmp(argv[2], "--pinned") == 0;
  int round;
  if (argc < 2 || argc > 3 || (argc == 3 && !pinned)) {
    fprintf(stderr, "usage: %s FILE [--pinned]\n", argv[0]);
    return 2;
  }
  if (realpath(argv[1], path) == NULL) {
    perror(argv[1]);
    return 1;
  }
  for (round = 0; round < 3; ++round)
    if (try_once(path, pinned) != 0) return 1;
  return 0;
}
