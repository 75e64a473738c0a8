#!/usr/bin/env bash
# Installs the npm packages of the test clients, exactly those of the lock file, unless it has done
# so since the lock file last changed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

exec 9<.
flock 9
if [[ node_modules/.installed -nt package-lock.json ]]; then exit 0; fi
npm ci --no-audit --no-fund
touch node_modules/.installed
