#!/usr/bin/env bash
# Builds Slipring and starts it in the foreground with its default configuration.
# Further arguments go to slipringd, e.g. packaging/run.sh --listen 127.0.0.1:9000
# WEBSOCKET_VERSION=1.0.0 in the environment: with an older version of the adapter websocket.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

packaging/install-dependencies.sh
version=-UWEBSOCKET_VERSION
if [[ -v WEBSOCKET_VERSION ]]; then version=-DWEBSOCKET_VERSION=$WEBSOCKET_VERSION; fi
cmake --preset release "$version"
cmake --build --preset release --parallel "$(nproc)"

cat <<'END'

Slipring serves http://localhost:8080 (a page to try it by hand) and ws://localhost:8080/ws. In other
terminals, in this directory:
  node tests/clients/subscribe.mjs ws://localhost:8080/ws 'game/+/move'    shows the moves of all games
  node tests/clients/talk.mjs ws://localhost:8080/ws                       sends the lines you type, e.g.
      {"op":"publish","id":1,"topic":"game/42/move","data":{"move":"e4"}}
  build/release/bin/slipring status                                        what is mapped and answering
  curl 127.0.0.1:9180/metrics                                              what it counts
README.md, "Try it", goes on from here. Ctrl-C ends it.

END
exec build/release/bin/slipringd "$@"
