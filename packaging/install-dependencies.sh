#!/usr/bin/env bash
# Installs what packaging/dependencies.txt lists and this system lacks, then the npm test clients.
# Does nothing, and needs no network, when all of it is there.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# Installed from elsewhere, node and npm would conflict with Debian's packages.
node_usable() {
  command -v npm >/dev/null && command -v node >/dev/null &&
    node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 18 ? 0 : 1)'
}

installed() { [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

missing=()
while read -r package; do
  case $package in
    nodejs | npm) node_usable && continue ;;
  esac
  installed "$package" || missing+=("$package")
done < <(sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$here/dependencies.txt")

if ((${#missing[@]})); then
  as_root=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null || {
      echo "missing packages: ${missing[*]}; install them as root" >&2
      exit 1
    }
    as_root=(sudo)
  fi
  echo "installing: ${missing[*]}"
  install=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends
    "${missing[@]}")
  # The package lists may be absent or name versions that are gone: read them again only then.
  "${install[@]}" || { "${as_root[@]}" apt-get update && "${install[@]}"; }
fi

"$here/../tests/clients/install.sh"
