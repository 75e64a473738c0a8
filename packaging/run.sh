#!/usr/bin/env bash
# Builds Slipring and starts it in the foreground with its default configuration.
# Further arguments go to slipringd, e.g. packaging/run.sh --listen 127.0.0.1:9000
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

packaging/install-dependencies.sh
cmake --preset release
cmake --build --preset release --parallel "$(nproc)"

cat <<'END'

Slipring serves ws://localhost:8080/echo. In another terminal, in this directory:
  node tests/clients/talk.mjs ws://localhost:8080/echo    sends the lines you type
  build/release/bin/slipring status                       what is mapped and answering
README.md, "Try it", goes on from here. Ctrl-C ends it.

END
exec build/release/bin/slipringd "$@"
